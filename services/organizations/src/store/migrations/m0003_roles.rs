//! The permissions that services register, the roles that organizations make of them, and the offers that keep roles
//! from being deleted.

use sea_orm_migration::prelude::*;

pub struct CreateRoles;

impl MigrationName for CreateRoles {
    fn name(&self) -> &str {
        "m0003_roles"
    }
}

#[derive(DeriveIden)]
enum Permissions {
    Table,
    Code,
    Service,
    Name,
    Description,
    Category,
    IsOrgAssignable,
}

#[derive(DeriveIden)]
enum CatalogLock {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum Roles {
    Table,
    Id,
    OrganizationId,
    Code,
    Name,
    Description,
    CreatedMs,
    UpdatedMs,
}

#[derive(DeriveIden)]
enum RolePermissions {
    Table,
    RoleId,
    PermissionCode,
}

#[derive(DeriveIden)]
enum OfferedRoles {
    Table,
    OfferId,
    RoleId,
    OrganizationId,
    ExpiresMs,
}

#[async_trait::async_trait]
impl MigrationTrait for CreateRoles {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(permissions()).await?;
        manager.create_table(catalog_lock()).await?;
        let row = Query::insert()
            .into_table(CatalogLock::Table)
            .columns([CatalogLock::Id])
            .values_panic([1.into()])
            .to_owned();
        manager.execute(row).await?;
        manager.create_table(roles()).await?;
        manager.create_table(role_permissions()).await?;
        manager.create_table(offered_roles()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn permissions() -> TableCreateStatement {
    Table::create()
        .table(Permissions::Table)
        .col(ColumnDef::new(Permissions::Code).string_len(100).not_null().primary_key())
        .col(ColumnDef::new(Permissions::Service).string_len(40).not_null())
        .col(ColumnDef::new(Permissions::Name).string_len(100).not_null())
        .col(ColumnDef::new(Permissions::Description).string_len(500))
        .col(ColumnDef::new(Permissions::Category).string_len(40).not_null())
        .col(ColumnDef::new(Permissions::IsOrgAssignable).boolean().not_null())
        .to_owned()
}

fn catalog_lock() -> TableCreateStatement {
    Table::create()
        .table(CatalogLock::Table)
        .col(ColumnDef::new(CatalogLock::Id).integer().not_null().primary_key())
        .to_owned()
}

fn roles() -> TableCreateStatement {
    Table::create()
        .table(Roles::Table)
        .col(ColumnDef::new(Roles::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Roles::OrganizationId).uuid().not_null())
        .col(ColumnDef::new(Roles::Code).string_len(50).not_null())
        .col(ColumnDef::new(Roles::Name).string_len(100).not_null())
        .col(ColumnDef::new(Roles::Description).string_len(500))
        .col(ColumnDef::new(Roles::CreatedMs).big_integer().not_null())
        .col(ColumnDef::new(Roles::UpdatedMs).big_integer().not_null())
        .to_owned()
}

fn role_permissions() -> TableCreateStatement {
    Table::create()
        .table(RolePermissions::Table)
        .col(ColumnDef::new(RolePermissions::RoleId).uuid().not_null())
        .col(ColumnDef::new(RolePermissions::PermissionCode).string_len(100).not_null())
        .primary_key(Index::create().col(RolePermissions::RoleId).col(RolePermissions::PermissionCode))
        .foreign_key(
            ForeignKey::create()
                .from(RolePermissions::Table, RolePermissions::RoleId)
                .to(Roles::Table, Roles::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn offered_roles() -> TableCreateStatement {
    Table::create()
        .table(OfferedRoles::Table)
        .col(ColumnDef::new(OfferedRoles::OfferId).uuid().not_null())
        .col(ColumnDef::new(OfferedRoles::RoleId).uuid().not_null())
        .col(ColumnDef::new(OfferedRoles::OrganizationId).uuid().not_null())
        .col(ColumnDef::new(OfferedRoles::ExpiresMs).big_integer())
        .primary_key(Index::create().col(OfferedRoles::OfferId).col(OfferedRoles::RoleId))
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 4] {
    [
        Index::create()
            .name("permissions_of_service")
            .table(Permissions::Table)
            .col(Permissions::Service)
            .col(Permissions::Code)
            .to_owned(),
        Index::create()
            .name("roles_of_organization")
            .table(Roles::Table)
            .col(Roles::OrganizationId)
            .col(Roles::Code)
            .unique()
            .to_owned(),
        Index::create()
            .name("role_permissions_by_permission")
            .table(RolePermissions::Table)
            .col(RolePermissions::PermissionCode)
            .to_owned(),
        Index::create()
            .name("offered_roles_of_organization")
            .table(OfferedRoles::Table)
            .col(OfferedRoles::OrganizationId)
            .col(OfferedRoles::RoleId)
            .to_owned(),
    ]
}
