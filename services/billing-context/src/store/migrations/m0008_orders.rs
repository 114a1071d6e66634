//! Checkouts and visits to the portal, each with the hash of the secret that the built-in provider's page is opened with.

use sea_orm_migration::prelude::*;

use crate::store::entity::{order, portal_visit};

pub struct CreateOrders;

impl MigrationName for CreateOrders {
    fn name(&self) -> &str {
        "0008_orders"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateOrders {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let orders = Table::create()
            .table(order::Entity)
            .col(ColumnDef::new(order::Column::Id).uuid().not_null().primary_key())
            .col(ColumnDef::new(order::Column::OrganizationId).uuid().not_null())
            .col(ColumnDef::new(order::Column::UserId).uuid().not_null())
            .col(ColumnDef::new(order::Column::Provider).string_len(20).not_null())
            .col(ColumnDef::new(order::Column::SecretHash).binary_len(32).not_null())
            .col(ColumnDef::new(order::Column::PlanCode).string_len(50).not_null())
            .col(ColumnDef::new(order::Column::PlanVersion).integer().not_null())
            .col(ColumnDef::new(order::Column::PlanTerms).text().not_null())
            .col(ColumnDef::new(order::Column::TrialDays).integer().not_null())
            .col(ColumnDef::new(order::Column::SuccessUrl).text().not_null())
            .col(ColumnDef::new(order::Column::CancelUrl).text().not_null())
            .col(ColumnDef::new(order::Column::CreatedMs).big_integer().not_null())
            .col(ColumnDef::new(order::Column::ExpiresMs).big_integer().not_null())
            .col(ColumnDef::new(order::Column::ConfirmedMs).big_integer())
            .to_owned();
        manager.create_table(orders).await?;
        let by_secret = Index::create()
            .name("orders_by_secret")
            .table(order::Entity)
            .col(order::Column::SecretHash)
            .unique()
            .to_owned();
        manager.create_index(by_secret).await?;
        let by_expiry =
            Index::create().name("orders_by_expiry").table(order::Entity).col(order::Column::ExpiresMs).to_owned();
        manager.create_index(by_expiry).await?;

        let open = Index::create()
            .name("orders_open")
            .table(order::Entity)
            .col(order::Column::OrganizationId)
            .col(order::Column::ExpiresMs)
            .to_owned();
        manager.create_index(open).await?;

        let visits = Table::create()
            .table(portal_visit::Entity)
            .col(ColumnDef::new(portal_visit::Column::Id).uuid().not_null().primary_key())
            .col(ColumnDef::new(portal_visit::Column::OrganizationId).uuid().not_null())
            .col(ColumnDef::new(portal_visit::Column::UserId).uuid().not_null())
            .col(ColumnDef::new(portal_visit::Column::SecretHash).binary_len(32).not_null())
            .col(ColumnDef::new(portal_visit::Column::ReturnUrl).text().not_null())
            .col(ColumnDef::new(portal_visit::Column::CreatedMs).big_integer().not_null())
            .col(ColumnDef::new(portal_visit::Column::ExpiresMs).big_integer().not_null())
            .to_owned();
        manager.create_table(visits).await?;
        let by_secret = Index::create()
            .name("portal_visits_by_secret")
            .table(portal_visit::Entity)
            .col(portal_visit::Column::SecretHash)
            .unique()
            .to_owned();
        manager.create_index(by_secret).await?;
        let by_expiry = Index::create()
            .name("portal_visits_by_expiry")
            .table(portal_visit::Entity)
            .col(portal_visit::Column::ExpiresMs)
            .to_owned();
        manager.create_index(by_expiry).await
    }
}
