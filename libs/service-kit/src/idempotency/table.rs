//! Where claims and answers are kept.

use sea_orm::DbErr;
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, Index, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};

#[derive(Clone, Copy, DeriveIden)]
pub(super) enum IdempotencyKeys {
    Table,
    /// Names caller, call and key.
    Scope,
    /// Names whose keys are counted together.
    CountedWith,
    /// Names the message.
    Message,
    /// The run that may commit and record.
    Run,
    /// Until when that run is believed to be alive.
    RunsUntilMs,
    /// Whether a run has committed something.
    HasCommitted,
    /// The sealed answer; null until there is one.
    Answer,
    /// When the row is over, answered or not.
    ExpiresMs,
}

/// Makes the table; every service that takes keys lists it among its migrations.
pub struct CreateIdempotencyKeys;

impl MigrationName for CreateIdempotencyKeys {
    fn name(&self) -> &str {
        "kit_0006_idempotency_keys"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateIdempotencyKeys {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(IdempotencyKeys::Table)
            .col(ColumnDef::new(IdempotencyKeys::Scope).binary_len(32).not_null().primary_key())
            .col(ColumnDef::new(IdempotencyKeys::CountedWith).binary_len(32).not_null())
            .col(ColumnDef::new(IdempotencyKeys::Message).binary_len(32).not_null())
            .col(ColumnDef::new(IdempotencyKeys::Run).uuid().not_null())
            .col(ColumnDef::new(IdempotencyKeys::RunsUntilMs).big_integer().not_null())
            .col(ColumnDef::new(IdempotencyKeys::HasCommitted).boolean().not_null())
            .col(ColumnDef::new(IdempotencyKeys::Answer).blob())
            .col(ColumnDef::new(IdempotencyKeys::ExpiresMs).big_integer().not_null())
            .to_owned();
        manager.create_table(table).await?;
        let counted = Index::create()
            .name("idempotency_keys_counted")
            .table(IdempotencyKeys::Table)
            .col(IdempotencyKeys::CountedWith)
            .col(IdempotencyKeys::ExpiresMs)
            .to_owned();
        manager.create_index(counted).await?;
        let over = Index::create()
            .name("idempotency_keys_expires")
            .table(IdempotencyKeys::Table)
            .col(IdempotencyKeys::ExpiresMs)
            .to_owned();
        manager.create_index(over).await
    }
}
