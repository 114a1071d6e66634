//! Counts the passwords that an account has had, so that what was given out under an older one can be told from what
//! was given out since.

use sea_orm::DbErr;
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};

pub struct CountCredentials;

impl MigrationName for CountCredentials {
    fn name(&self) -> &str {
        "identity_0009_credential_generation"
    }
}

#[derive(DeriveIden)]
enum Users {
    Table,
    CredentialGeneration,
}

#[tonic::async_trait]
impl MigrationTrait for CountCredentials {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let generation = ColumnDef::new(Users::CredentialGeneration).big_integer().not_null().default(0).to_owned();
        manager.alter_table(Table::alter().table(Users::Table).add_column(generation).to_owned()).await
    }
}
