//! Which of the provider's modes a subscription is of. One present subscription counts in each; one of the built-in provider
//! counts in both.

use sea_orm_migration::prelude::*;

use crate::domain::ProviderKind;
use crate::store::entity::stripe_customer;
use crate::store::entity::subscription::{Column, Entity};

pub struct SeparateModes;

impl MigrationName for SeparateModes {
    fn name(&self) -> &str {
        "0011_modes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SeparateModes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = ColumnDef::new(Column::IsLive).boolean().to_owned();
        manager.alter_table(Table::alter().table(Entity).add_column(column).to_owned()).await?;
        // Until now the mode stood beside the customer alone. Where an organization is a customer in both modes, what was there
        // before it became one in live mode is of test mode: a customer is made before anything is bought. Reading the
        // customer puts right what is taken wrongly here.
        let (customer, other) = (Alias::new("customer"), Alias::new("other"));
        let in_test_mode = Query::select()
            .expr(Expr::val(1))
            .from_as(stripe_customer::Entity, other.clone())
            .and_where(
                Expr::col((other.clone(), stripe_customer::Column::OrganizationId))
                    .equals((Entity, Column::OrganizationId)),
            )
            .and_where(Expr::col((other, stripe_customer::Column::IsLive)).eq(false))
            .to_owned();
        // Stripe says when a subscription began in whole seconds.
        let began_by = Expr::col((Entity, Column::CreatedMs)).add(999);
        let was_there = Expr::col((customer.clone(), stripe_customer::Column::CreatedMs)).lte(began_by);
        let in_live_mode = Query::select()
            .expr(Expr::val(1))
            .from_as(stripe_customer::Entity, customer.clone())
            .and_where(
                Expr::col((customer.clone(), stripe_customer::Column::OrganizationId))
                    .equals((Entity, Column::OrganizationId)),
            )
            .and_where(Expr::col((customer, stripe_customer::Column::IsLive)).eq(true))
            .and_where(was_there.or(Expr::exists(in_test_mode).not()))
            .to_owned();
        let by_stripe = || Expr::col(Column::Provider).eq(ProviderKind::Stripe.word());
        let test = Query::update().table(Entity).value(Column::IsLive, false).and_where(by_stripe()).to_owned();
        manager.execute(test).await?;
        let live = Query::update()
            .table(Entity)
            .value(Column::IsLive, true)
            .and_where(by_stripe())
            .and_where(Expr::exists(in_live_mode))
            .to_owned();
        manager.execute(live).await?;

        manager.drop_index(Index::drop().name("subscriptions_one_present").table(Entity).to_owned()).await?;
        for (name, is_live) in [("subscriptions_one_present_live", true), ("subscriptions_one_present_test", false)] {
            let counts = Expr::col(Column::IsLive).is_null().or(Expr::col(Column::IsLive).eq(is_live));
            let one_present = Index::create()
                .name(name)
                .table(Entity)
                .col(Column::OrganizationId)
                .unique()
                .and_where(Expr::col(Column::EndedMs).is_null())
                .and_where(counts)
                .to_owned();
            manager.create_index(one_present).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};
    use sea_orm_migration::{MigrationName, MigratorTrait};
    use service_kit::Database;
    use service_kit::database::DatabaseSettings;
    use uuid::Uuid;

    use super::SeparateModes;
    use crate::store::entity::subscription::{Column, Entity};
    use crate::store::migrations::Migrator;

    /// An organization with a subscription since second 5, which became a customer in test and in live mode at these instants.
    async fn subscribed(database: &Database, number: u128, test: Option<i64>, live: Option<i64>) -> Uuid {
        let transaction = database.begin_write().await.unwrap();
        let organization = Uuid::from_u128(number);
        for (is_live, created) in [(false, test), (true, live)] {
            let Some(created) = created else { continue };
            let sql = format!(
                "INSERT INTO stripe_customers (organization_id, is_live, customer_id, wanted, done, checked_ms, created_ms) \
                 VALUES ($1, {is_live}, '{organization}{is_live}', 0, 0, 0, {created})"
            );
            let backend = transaction.get_database_backend();
            transaction.execute_raw(Statement::from_sql_and_values(backend, sql, [organization.into()])).await.unwrap();
        }
        let sql = "INSERT INTO subscriptions (id, organization_id, number, provider, provider_id, plan_code, plan_version, \
                   plan_terms, status, anchor_ms, period_start_ms, cancel_at_period_end, period_credits, created_ms) \
                   VALUES ($1, $2, 1, 'stripe', $3, 'p', 1, '{}', 'active', 0, 0, false, 0, 5000)";
        let values = [Uuid::from_u128(number << 64).into(), organization.into(), organization.to_string().into()];
        let backend = transaction.get_database_backend();
        transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.unwrap();
        transaction.commit().await.unwrap();
        organization
    }

    #[tokio::test]
    async fn what_was_bought_before_the_customer_of_live_mode_is_of_test_mode() {
        // One connection: another of SQLite's may not have seen yet what the step before has renamed.
        let settings = DatabaseSettings { pool_size: 1, ..test_kit::fresh_database("billing").await };
        let database = Database::open(&settings, "billing").await.unwrap();
        let before = Migrator::migrations().iter().position(|step| step.name() == SeparateModes.name()).unwrap();
        Migrator::up(database.reader(), Some(u32::try_from(before).unwrap())).await.unwrap();

        let mut expected = Vec::new();
        let cases = [
            (Some(1000), None, false),
            (None, Some(1000), true),
            // Its customer was replaced since.
            (None, Some(9000), true),
            (Some(1000), Some(9000), false),
            (Some(1000), Some(4000), true),
            (Some(1000), Some(5400), true),
        ];
        for (number, (test, live, is_live)) in (1..).zip(cases) {
            expected.push((subscribed(&database, number, test, live).await, is_live));
        }
        database.migrate::<Migrator>("billing").await.unwrap();
        for (organization, is_live) in expected {
            let of_it = Entity::find().filter(Column::OrganizationId.eq(organization));
            assert_eq!(of_it.one(database.reader()).await.unwrap().unwrap().is_live, Some(is_live));
        }
    }
}
