//! Addresses that accounts are about to have.

use sea_orm::DbErr;
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, ForeignKey, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};

pub struct CreatePendingEmails;

impl MigrationName for CreatePendingEmails {
    fn name(&self) -> &str {
        "identity_0003_pending_emails"
    }
}

#[derive(DeriveIden)]
enum PendingEmails {
    Table,
    UserId,
    Email,
    SessionId,
    CreatedMs,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
}

#[tonic::async_trait]
impl MigrationTrait for CreatePendingEmails {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let pending_emails = Table::create()
            .table(PendingEmails::Table)
            .col(ColumnDef::new(PendingEmails::UserId).uuid().not_null().primary_key())
            .col(ColumnDef::new(PendingEmails::Email).string_len(254).not_null())
            .col(ColumnDef::new(PendingEmails::SessionId).uuid().not_null())
            .col(ColumnDef::new(PendingEmails::CreatedMs).big_integer().not_null())
            .foreign_key(
                ForeignKey::create().from(PendingEmails::Table, PendingEmails::UserId).to(Users::Table, Users::Id),
            )
            .to_owned();
        manager.create_table(pending_emails).await
    }
}
