//! What the back office needs: users' platform roles, and organizations in the order of their making.

use sea_orm_migration::prelude::*;

pub struct OpenBackOffice;

impl MigrationName for OpenBackOffice {
    fn name(&self) -> &str {
        "m0004_back_office"
    }
}

#[derive(DeriveIden)]
enum Users {
    Table,
    PlatformRoles,
}

#[derive(DeriveIden)]
enum Organizations {
    Table,
    CreatedMs,
    Id,
}

#[async_trait::async_trait]
impl MigrationTrait for OpenBackOffice {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let none = ColumnDef::new(Users::PlatformRoles).text().not_null().default("").to_owned();
        manager.alter_table(Table::alter().table(Users::Table).add_column(none).to_owned()).await?;
        let newest_first = Index::create()
            .name("organizations_in_order_of_creation")
            .table(Organizations::Table)
            .col(Organizations::CreatedMs)
            .col(Organizations::Id)
            .to_owned();
        manager.create_index(newest_first).await
    }
}
