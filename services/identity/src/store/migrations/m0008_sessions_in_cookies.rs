//! Sessions know whether a browser keeps their tokens in cookies.

use sea_orm::DbErr;
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};

pub struct MarkSessionsInCookies;

impl MigrationName for MarkSessionsInCookies {
    fn name(&self) -> &str {
        "identity_0008_sessions_in_cookies"
    }
}

#[derive(DeriveIden)]
enum Sessions {
    Table,
    InCookies,
}

#[tonic::async_trait]
impl MigrationTrait for MarkSessionsInCookies {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Nobody noted it of older sessions, so those are taken for what most of them are.
        let in_cookies = ColumnDef::new(Sessions::InCookies).boolean().not_null().default(false).to_owned();
        manager.alter_table(Table::alter().table(Sessions::Table).add_column(in_cookies).to_owned()).await
    }
}
