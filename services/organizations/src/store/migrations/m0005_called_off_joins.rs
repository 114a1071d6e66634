//! Acts of joining that come to nothing.

use sea_orm_migration::prelude::*;

use crate::store::entity::called_off_join::{Column, Entity};

pub struct CreateCalledOffJoins;

impl MigrationName for CreateCalledOffJoins {
    fn name(&self) -> &str {
        "m0005_called_off_joins"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateCalledOffJoins {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Entity)
            .col(ColumnDef::new(Column::JoinId).uuid().not_null().primary_key())
            .col(ColumnDef::new(Column::OrganizationId).uuid().not_null())
            .col(ColumnDef::new(Column::CalledOffMs).big_integer().not_null())
            .to_owned();
        manager.create_table(table).await?;
        let by_age = Index::create()
            .name("called_off_joins_by_age")
            .table(Entity)
            .col(Column::OrganizationId)
            .col(Column::CalledOffMs)
            .to_owned();
        manager.create_index(by_age).await
    }
}
