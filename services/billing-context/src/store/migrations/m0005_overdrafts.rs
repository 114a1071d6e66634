//! Balances below zero, where an overdraft allows them. SQLite drops no constraint of a table that is there, so the accounts
//! move to a table made anew.

use sea_orm_migration::prelude::*;

use crate::domain::LARGEST_AMOUNT;
use crate::store::entity::credit_account;

pub struct AllowOverdrafts;

const ANEW: &str = "credit_accounts_anew";

impl MigrationName for AllowOverdrafts {
    fn name(&self) -> &str {
        "0005_overdrafts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AllowOverdrafts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        use credit_account::Column::{Balance, Entries, OrganizationId, OverdraftLimit};
        let anew = Table::create()
            .table(ANEW)
            .col(ColumnDef::new(OrganizationId).uuid().not_null().primary_key())
            .col(ColumnDef::new(Balance).big_integer().not_null())
            .col(ColumnDef::new(OverdraftLimit).big_integer().not_null())
            .col(ColumnDef::new(Entries).big_integer().not_null())
            .check(Expr::col(Balance).between(-LARGEST_AMOUNT, LARGEST_AMOUNT))
            .check(Expr::col(OverdraftLimit).between(0, LARGEST_AMOUNT))
            .to_owned();
        manager.create_table(anew).await?;
        let there = Query::select()
            .columns([OrganizationId, Balance])
            .expr(Expr::value(0_i64))
            .column(Entries)
            .from(credit_account::Entity)
            .to_owned();
        let mut moving = Query::insert();
        moving.into_table(ANEW).columns([OrganizationId, Balance, OverdraftLimit, Entries]);
        moving.select_from(there).map_err(|error| DbErr::Custom(error.to_string()))?;
        manager.execute(moving).await?;
        manager.drop_table(Table::drop().table(credit_account::Entity).to_owned()).await?;
        manager.rename_table(Table::rename().table(ANEW, credit_account::Entity).to_owned()).await
    }
}
