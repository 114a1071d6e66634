//! Numbers the endings of organizations.

use sea_orm_migration::prelude::*;

use crate::store::entity::ending::{Column, Entity};
use crate::store::entity::organization;

pub struct CreateEndings;

impl MigrationName for CreateEndings {
    fn name(&self) -> &str {
        "m0006_endings"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateEndings {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Entity)
            .col(ColumnDef::new(Column::OrganizationId).uuid().not_null().primary_key())
            .col(ColumnDef::new(Column::Position).big_integer())
            .to_owned();
        manager.create_table(table).await?;
        let in_order = Index::create()
            .name("endings_in_order")
            .table(Entity)
            .col(Column::Position)
            .col(Column::OrganizationId)
            .to_owned();
        manager.create_index(in_order).await?;
        // Those before the record began come first in it.
        let earlier = Query::select()
            .column(organization::Column::Id)
            .expr(Expr::value(0_i64))
            .from(organization::Entity)
            .and_where(Expr::col(organization::Column::DeletedMs).is_not_null())
            .to_owned();
        let mut keep = Query::insert();
        keep.into_table(Entity).columns([Column::OrganizationId, Column::Position]);
        keep.select_from(earlier).map_err(|error| DbErr::Migration(error.to_string()))?;
        manager.execute(keep).await
    }
}
