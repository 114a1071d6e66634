//! Credit accounts and their ledger.

use sea_orm_migration::prelude::*;

use crate::store::entity::{credit_account, ledger_entry};

pub struct CreateCredits;

impl MigrationName for CreateCredits {
    fn name(&self) -> &str {
        "0003_credits"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateCredits {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let accounts = Table::create()
            .table(credit_account::Entity)
            .col(ColumnDef::new(credit_account::Column::OrganizationId).uuid().not_null().primary_key())
            .col(ColumnDef::new(credit_account::Column::Balance).big_integer().not_null())
            .col(ColumnDef::new(credit_account::Column::Entries).big_integer().not_null())
            .check(Expr::col(credit_account::Column::Balance).gte(0))
            .to_owned();
        manager.create_table(accounts).await?;

        let ledger = Table::create()
            .table(ledger_entry::Entity)
            .col(ColumnDef::new(ledger_entry::Column::Id).uuid().not_null().primary_key())
            .col(ColumnDef::new(ledger_entry::Column::OrganizationId).uuid().not_null())
            .col(ColumnDef::new(ledger_entry::Column::Number).big_integer().not_null())
            .col(ColumnDef::new(ledger_entry::Column::AmountDelta).big_integer().not_null())
            .col(ColumnDef::new(ledger_entry::Column::Reason).string_len(20).not_null())
            .col(ColumnDef::new(ledger_entry::Column::Note).text())
            .col(ColumnDef::new(ledger_entry::Column::BalanceAfter).big_integer().not_null())
            .col(ColumnDef::new(ledger_entry::Column::RequestUuid).uuid().not_null())
            .col(ColumnDef::new(ledger_entry::Column::CreatedMs).big_integer().not_null())
            .to_owned();
        manager.create_table(ledger).await?;
        let in_order = Index::create()
            .name("ledger_entries_in_order")
            .table(ledger_entry::Entity)
            .col(ledger_entry::Column::OrganizationId)
            .col(ledger_entry::Column::Number)
            .unique()
            .to_owned();
        manager.create_index(in_order).await?;
        let once = Index::create()
            .name("ledger_entries_once")
            .table(ledger_entry::Entity)
            .col(ledger_entry::Column::RequestUuid)
            .unique()
            .to_owned();
        manager.create_index(once).await
    }
}
