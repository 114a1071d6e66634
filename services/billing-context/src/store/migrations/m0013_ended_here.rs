//! Which subscriptions were ended here on purpose: what their provider says of them does not bring them back.

use sea_orm_migration::prelude::*;

use crate::store::entity::subscription::{Column, Entity};

pub struct MarkEndedHere;

impl MigrationName for MarkEndedHere {
    fn name(&self) -> &str {
        "0013_ended_here"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for MarkEndedHere {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = ColumnDef::new(Column::EndedHere).boolean().not_null().default(false).to_owned();
        manager.alter_table(Table::alter().table(Entity).add_column(column).to_owned()).await
    }
}
