//! Organizations, memberships, the roles that members hold, users and joins.

use sea_orm_migration::prelude::*;

pub struct CreateOrganizations;

impl MigrationName for CreateOrganizations {
    fn name(&self) -> &str {
        "m0001_organizations"
    }
}

#[derive(DeriveIden)]
enum Organizations {
    Table,
    Id,
    Name,
    Slug,
    IsPersonal,
    PersonalUserId,
    IsSuspended,
    Profile,
    CreatedMs,
    UpdatedMs,
    DeletedMs,
}

#[derive(DeriveIden)]
enum Memberships {
    Table,
    OrganizationId,
    UserId,
    Id,
    IsSuspended,
    JoinedMs,
}

#[derive(DeriveIden)]
enum MemberRoles {
    Table,
    OrganizationId,
    UserId,
    RoleCode,
    GrantedMs,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    UserId,
    Email,
    DisplayName,
    Version,
    IsActive,
    DepartedMs,
}

#[derive(DeriveIden)]
enum Joins {
    Table,
    JoinId,
    OrganizationId,
    UserId,
    MembershipId,
    JoinedMs,
}

#[async_trait::async_trait]
impl MigrationTrait for CreateOrganizations {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(organizations()).await?;
        manager.create_table(memberships()).await?;
        manager.create_table(member_roles()).await?;
        manager.create_table(users()).await?;
        manager.create_table(joins()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn organizations() -> TableCreateStatement {
    Table::create()
        .table(Organizations::Table)
        .col(ColumnDef::new(Organizations::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Organizations::Name).string_len(254).not_null())
        .col(ColumnDef::new(Organizations::Slug).string_len(40).not_null().unique_key())
        .col(ColumnDef::new(Organizations::IsPersonal).boolean().not_null())
        .col(ColumnDef::new(Organizations::PersonalUserId).uuid().unique_key())
        .col(ColumnDef::new(Organizations::IsSuspended).boolean().not_null())
        .col(ColumnDef::new(Organizations::Profile).text().not_null())
        .col(ColumnDef::new(Organizations::CreatedMs).big_integer().not_null())
        .col(ColumnDef::new(Organizations::UpdatedMs).big_integer().not_null())
        .col(ColumnDef::new(Organizations::DeletedMs).big_integer())
        .to_owned()
}

fn memberships() -> TableCreateStatement {
    Table::create()
        .table(Memberships::Table)
        .col(ColumnDef::new(Memberships::OrganizationId).uuid().not_null())
        .col(ColumnDef::new(Memberships::UserId).uuid().not_null())
        .col(ColumnDef::new(Memberships::Id).uuid().not_null().unique_key())
        .col(ColumnDef::new(Memberships::IsSuspended).boolean().not_null())
        .col(ColumnDef::new(Memberships::JoinedMs).big_integer().not_null())
        .primary_key(Index::create().col(Memberships::OrganizationId).col(Memberships::UserId))
        .foreign_key(
            ForeignKey::create()
                .from(Memberships::Table, Memberships::OrganizationId)
                .to(Organizations::Table, Organizations::Id),
        )
        .to_owned()
}

fn member_roles() -> TableCreateStatement {
    Table::create()
        .table(MemberRoles::Table)
        .col(ColumnDef::new(MemberRoles::OrganizationId).uuid().not_null())
        .col(ColumnDef::new(MemberRoles::UserId).uuid().not_null())
        .col(ColumnDef::new(MemberRoles::RoleCode).string_len(50).not_null())
        .col(ColumnDef::new(MemberRoles::GrantedMs).big_integer().not_null())
        .primary_key(
            Index::create().col(MemberRoles::OrganizationId).col(MemberRoles::UserId).col(MemberRoles::RoleCode),
        )
        .foreign_key(
            ForeignKey::create()
                .from(MemberRoles::Table, (MemberRoles::OrganizationId, MemberRoles::UserId))
                .to(Memberships::Table, (Memberships::OrganizationId, Memberships::UserId))
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn users() -> TableCreateStatement {
    Table::create()
        .table(Users::Table)
        .col(ColumnDef::new(Users::UserId).uuid().not_null().primary_key())
        .col(ColumnDef::new(Users::Email).string_len(254).not_null())
        .col(ColumnDef::new(Users::DisplayName).string_len(200))
        .col(ColumnDef::new(Users::Version).big_integer().not_null())
        .col(ColumnDef::new(Users::IsActive).boolean().not_null())
        .col(ColumnDef::new(Users::DepartedMs).big_integer())
        .to_owned()
}

fn joins() -> TableCreateStatement {
    Table::create()
        .table(Joins::Table)
        .col(ColumnDef::new(Joins::JoinId).uuid().not_null().primary_key())
        .col(ColumnDef::new(Joins::OrganizationId).uuid().not_null())
        .col(ColumnDef::new(Joins::UserId).uuid().not_null())
        .col(ColumnDef::new(Joins::MembershipId).uuid().not_null())
        .col(ColumnDef::new(Joins::JoinedMs).big_integer().not_null())
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 3] {
    [
        Index::create()
            .name("memberships_in_order_of_joining")
            .table(Memberships::Table)
            .col(Memberships::OrganizationId)
            .col(Memberships::JoinedMs)
            .col(Memberships::Id)
            .to_owned(),
        Index::create()
            .name("memberships_of_user")
            .table(Memberships::Table)
            .col(Memberships::UserId)
            .col(Memberships::JoinedMs)
            .to_owned(),
        Index::create()
            .name("member_roles_by_role")
            .table(MemberRoles::Table)
            .col(MemberRoles::OrganizationId)
            .col(MemberRoles::RoleCode)
            .col(MemberRoles::GrantedMs)
            .to_owned(),
    ]
}
