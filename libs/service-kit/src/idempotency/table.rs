//! Where claims and answers are kept.

use sea_orm::DbErr;
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, Index, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};

#[derive(Clone, Copy, DeriveIden)]
pub(super) enum IdempotencyKeys {
    Table,
    /// Names caller, call and key.
    Scope,
    /// Named whose keys were counted together; keys are counted as rates now.
    CountedWith,
    /// Names the message.
    Message,
    /// How often the key came with another message.
    Mismatches,
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

/// Counts under each key how often it came with another message, and no longer who has how many keys: they are counted
/// as rates. Every service that takes keys lists it after `CreateIdempotencyKeys` and `CreateRates`.
pub struct CountMismatches;

impl MigrationName for CountMismatches {
    fn name(&self) -> &str {
        "kit_0007_idempotency_mismatches"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CountMismatches {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mismatches = ColumnDef::new(IdempotencyKeys::Mismatches).integer().not_null().default(0).to_owned();
        let added = Table::alter().table(IdempotencyKeys::Table).add_column(mismatches).to_owned();
        manager.alter_table(added).await?;
        let counted = Index::drop().name("idempotency_keys_counted").table(IdempotencyKeys::Table).to_owned();
        manager.drop_index(counted).await?;
        let dropped = Table::alter().table(IdempotencyKeys::Table).drop_column(IdempotencyKeys::CountedWith).to_owned();
        manager.alter_table(dropped).await
    }
}
