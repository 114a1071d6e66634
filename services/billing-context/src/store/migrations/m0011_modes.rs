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
        // Until now the mode stood beside the customer alone. Reading the customer puts right what is taken wrongly here.
        let in_live_mode = Query::select()
            .column(stripe_customer::Column::OrganizationId)
            .from(stripe_customer::Entity)
            .and_where(Expr::col(stripe_customer::Column::IsLive).eq(true))
            .to_owned();
        let by_stripe = || Expr::col(Column::Provider).eq(ProviderKind::Stripe.word());
        let test = Query::update().table(Entity).value(Column::IsLive, false).and_where(by_stripe()).to_owned();
        manager.execute(test).await?;
        let live = Query::update()
            .table(Entity)
            .value(Column::IsLive, true)
            .and_where(by_stripe())
            .and_where(Expr::col(Column::OrganizationId).in_subquery(in_live_mode))
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
