//! Counts of tries.

use sea_orm::DbErr;
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, Index, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};

pub struct CreateAttempts;

impl MigrationName for CreateAttempts {
    fn name(&self) -> &str {
        "identity_0004_attempts"
    }
}

#[derive(DeriveIden)]
enum Attempts {
    Table,
    Name,
    Failures,
    UntilMs,
    StaleMs,
}

#[tonic::async_trait]
impl MigrationTrait for CreateAttempts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let attempts = Table::create()
            .table(Attempts::Table)
            .col(ColumnDef::new(Attempts::Name).binary_len(32).not_null().primary_key())
            .col(ColumnDef::new(Attempts::Failures).integer().not_null())
            .col(ColumnDef::new(Attempts::UntilMs).big_integer().not_null())
            .col(ColumnDef::new(Attempts::StaleMs).big_integer().not_null())
            .to_owned();
        manager.create_table(attempts).await?;
        let stale = Index::create().name("attempts_stale_ms").table(Attempts::Table).col(Attempts::StaleMs).to_owned();
        manager.create_index(stale).await
    }
}
