//! Remembers up to where the other services' changes were heard, so that one whose database was put back is noticed.

use sea_orm::DbErr;
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};

pub struct RememberPositionsHeard;

impl MigrationName for RememberPositionsHeard {
    fn name(&self) -> &str {
        "identity_0010_positions_heard"
    }
}

#[derive(DeriveIden)]
enum Epoch {
    Table,
    OrganizationsHeard,
    BillingHeard,
}

#[tonic::async_trait]
impl MigrationTrait for RememberPositionsHeard {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Epoch::OrganizationsHeard, Epoch::BillingHeard] {
            let heard = ColumnDef::new(column).big_integer().not_null().default(0).to_owned();
            manager.alter_table(Table::alter().table(Epoch::Table).add_column(heard).to_owned()).await?;
        }
        Ok(())
    }
}
