//! Subscriptions: at most one present one per organization.

use sea_orm_migration::prelude::*;

use crate::store::entity::subscription::{Column, Entity};

pub struct CreateSubscriptions;

impl MigrationName for CreateSubscriptions {
    fn name(&self) -> &str {
        "0002_subscriptions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateSubscriptions {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let subscriptions = Table::create()
            .table(Entity)
            .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
            .col(ColumnDef::new(Column::OrganizationId).uuid().not_null())
            .col(ColumnDef::new(Column::Provider).string_len(20).not_null())
            .col(ColumnDef::new(Column::PlanCode).string_len(50).not_null())
            .col(ColumnDef::new(Column::PlanTerms).text().not_null())
            .col(ColumnDef::new(Column::TrialEndsMs).big_integer())
            .col(ColumnDef::new(Column::CreatedMs).big_integer().not_null())
            .col(ColumnDef::new(Column::EndedMs).big_integer())
            .to_owned();
        manager.create_table(subscriptions).await?;
        let one_present = Index::create()
            .name("subscriptions_one_present")
            .table(Entity)
            .col(Column::OrganizationId)
            .unique()
            .and_where(Expr::col(Column::EndedMs).is_null())
            .to_owned();
        manager.create_index(one_present).await
    }
}
