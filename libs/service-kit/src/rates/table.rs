//! Where the counts are kept.

use sea_orm::DbErr;
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, Index, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};

#[derive(Clone, Copy, DeriveIden)]
pub(super) enum Rates {
    Table,
    Name,
    /// When everything done so far has been worked off; from then on the row says nothing.
    UntilMs,
}

/// Makes the table of counts; every service that counts lists it among its migrations.
pub struct CreateRates;

impl MigrationName for CreateRates {
    fn name(&self) -> &str {
        "kit_0005_rates"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateRates {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Rates::Table)
            .col(ColumnDef::new(Rates::Name).binary_len(32).not_null().primary_key())
            .col(ColumnDef::new(Rates::UntilMs).big_integer().not_null())
            .to_owned();
        manager.create_table(table).await?;
        let stale = Index::create().name("rates_until_ms").table(Rates::Table).col(Rates::UntilMs).to_owned();
        manager.create_index(stale).await
    }
}
