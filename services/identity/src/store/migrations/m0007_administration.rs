//! What the back office asks for: users by status, and who holds a platform role.

use sea_orm::DbErr;
use sea_orm_migration::prelude::{DeriveIden, Index, SchemaManager};
use sea_orm_migration::{MigrationName, MigrationTrait};

pub struct CreateAdministration;

impl MigrationName for CreateAdministration {
    fn name(&self) -> &str {
        "identity_0007_administration"
    }
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    Status,
}

#[derive(DeriveIden)]
enum PlatformRoles {
    Table,
    UserId,
    Code,
}

#[tonic::async_trait]
impl MigrationTrait for CreateAdministration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let by_status =
            Index::create().name("users_status").table(Users::Table).col(Users::Status).col(Users::Id).to_owned();
        manager.create_index(by_status).await?;
        let holders = Index::create()
            .name("platform_roles_code")
            .table(PlatformRoles::Table)
            .col(PlatformRoles::Code)
            .col(PlatformRoles::UserId)
            .to_owned();
        manager.create_index(holders).await
    }
}
