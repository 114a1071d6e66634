//! Since when a signing key is in its state, and one next key at most.

use sea_orm::DbErr;
use sea_orm::sea_query::{ConditionalStatement, Expr, ExprTrait};
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, Index, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};

pub struct AddKeyStates;

impl MigrationName for AddKeyStates {
    fn name(&self) -> &str {
        "identity_0005_key_states"
    }
}

#[derive(DeriveIden)]
enum SigningKeys {
    Table,
    State,
    SinceMs,
}

#[tonic::async_trait]
impl MigrationTrait for AddKeyStates {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let since = Table::alter()
            .table(SigningKeys::Table)
            .add_column(ColumnDef::new(SigningKeys::SinceMs).big_integer())
            .to_owned();
        manager.alter_table(since).await?;
        let one_next = Index::create()
            .name("signing_keys_one_next")
            .table(SigningKeys::Table)
            .col(SigningKeys::State)
            .unique()
            .and_where(Expr::col(SigningKeys::State).eq("next"))
            .to_owned();
        manager.create_index(one_next).await
    }
}
