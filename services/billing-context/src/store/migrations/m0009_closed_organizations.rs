//! Organizations that are no more, and how far their endings have been read.

use sea_orm_migration::prelude::*;

use crate::store::entity::{closed_organization, ending_cursor};

pub struct CreateClosedOrganizations;

impl MigrationName for CreateClosedOrganizations {
    fn name(&self) -> &str {
        "0009_closed_organizations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateClosedOrganizations {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let closed = Table::create()
            .table(closed_organization::Entity)
            .col(ColumnDef::new(closed_organization::Column::OrganizationId).uuid().not_null().primary_key())
            .col(ColumnDef::new(closed_organization::Column::ClosedMs).big_integer().not_null())
            .to_owned();
        manager.create_table(closed).await?;
        let cursor = Table::create()
            .table(ending_cursor::Entity)
            .col(ColumnDef::new(ending_cursor::Column::Id).integer().not_null().primary_key())
            .col(ColumnDef::new(ending_cursor::Column::Position).big_integer().not_null())
            .col(ColumnDef::new(ending_cursor::Column::OrganizationId).uuid().not_null())
            .to_owned();
        manager.create_table(cursor).await?;
        // Before the first.
        let start = Query::insert()
            .into_table(ending_cursor::Entity)
            .columns([
                ending_cursor::Column::Id,
                ending_cursor::Column::Position,
                ending_cursor::Column::OrganizationId,
            ])
            .values_panic([1.into(), (-1).into(), uuid::Uuid::nil().into()])
            .to_owned();
        manager.execute(start).await
    }
}
