//! The life of a subscription: where it stands, its period, and what is planned for the period's end.

use sea_orm_migration::prelude::*;

use crate::store::entity::subscription::{Column, Entity};

pub struct ExtendSubscriptions;

impl MigrationName for ExtendSubscriptions {
    fn name(&self) -> &str {
        "0007_subscription_life"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ExtendSubscriptions {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ColumnDef::new(Column::Number).big_integer().not_null().default(0).to_owned(),
            ColumnDef::new(Column::ProviderId).string_len(255).to_owned(),
            ColumnDef::new(Column::PlanVersion).integer().not_null().default(1).to_owned(),
            ColumnDef::new(Column::Status).string_len(20).not_null().default("active").to_owned(),
            ColumnDef::new(Column::AnchorMs).big_integer().not_null().default(0).to_owned(),
            ColumnDef::new(Column::PeriodStartMs).big_integer().not_null().default(0).to_owned(),
            ColumnDef::new(Column::PeriodEndMs).big_integer().to_owned(),
            ColumnDef::new(Column::CancelAtPeriodEnd).boolean().not_null().default(false).to_owned(),
            ColumnDef::new(Column::PendingPlan).text().to_owned(),
            ColumnDef::new(Column::PeriodCredits).big_integer().not_null().default(0).to_owned(),
        ];
        for column in columns {
            manager.alter_table(Table::alter().table(Entity).add_column(column).to_owned()).await?;
        }
        // Until now nothing but the trial was kept. A period that ends where it starts is turned at once, into the one
        // that is running.
        let start = Query::update()
            .table(Entity)
            .value(Column::AnchorMs, Expr::col(Column::CreatedMs))
            .value(Column::PeriodStartMs, Expr::col(Column::CreatedMs))
            .value(Column::PeriodEndMs, Expr::col(Column::CreatedMs))
            .to_owned();
        manager.execute(start).await?;
        let in_trial = Query::update()
            .table(Entity)
            .value(Column::Status, "trialing")
            .value(Column::AnchorMs, Expr::col(Column::TrialEndsMs))
            .value(Column::PeriodEndMs, Expr::col(Column::TrialEndsMs))
            .and_where(Expr::col(Column::TrialEndsMs).is_not_null())
            .to_owned();
        manager.execute(in_trial).await?;
        let ended = Query::update()
            .table(Entity)
            .value(Column::Status, "canceled")
            .and_where(Expr::col(Column::EndedMs).is_not_null())
            .to_owned();
        manager.execute(ended).await?;

        let by_provider = Index::create()
            .name("subscriptions_by_provider")
            .table(Entity)
            .col(Column::Provider)
            .col(Column::ProviderId)
            .unique()
            .and_where(Expr::col(Column::ProviderId).is_not_null())
            .to_owned();
        manager.create_index(by_provider).await?;
        let due = Index::create()
            .name("subscriptions_due")
            .table(Entity)
            .col(Column::Provider)
            .col(Column::PeriodEndMs)
            .and_where(Expr::col(Column::EndedMs).is_null())
            .to_owned();
        manager.create_index(due).await?;
        let latest = Index::create()
            .name("subscriptions_latest")
            .table(Entity)
            .col(Column::OrganizationId)
            .col(Column::Number)
            .col(Column::CreatedMs)
            .to_owned();
        manager.create_index(latest).await
    }
}
