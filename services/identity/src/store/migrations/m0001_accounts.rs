//! Users, their sessions and the secrets that belong to them.

use sea_orm::DbErr;
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, ForeignKey, Index, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};

pub struct CreateAccounts;

impl MigrationName for CreateAccounts {
    fn name(&self) -> &str {
        "identity_0001_accounts"
    }
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    Email,
    EmailVerified,
    PasswordHash,
    FirstName,
    LastName,
    DisplayName,
    Status,
    PersonalOrganizationId,
    ProvisionedMs,
    ProfileVersion,
    CreatedMs,
    UpdatedMs,
    LastLoginMs,
}

#[derive(DeriveIden)]
enum PlatformRoles {
    Table,
    UserId,
    Code,
}

#[derive(DeriveIden)]
enum Sessions {
    Table,
    Id,
    UserId,
    AppCode,
    ActiveOrganizationId,
    UserAgent,
    IpAddress,
    IsRemembered,
    CreatedMs,
    LastActivityMs,
    ExpiresMs,
    EndedMs,
}

#[derive(DeriveIden)]
enum RefreshTokens {
    Table,
    Hash,
    SessionId,
    ParentHash,
    CreatedMs,
    UsedMs,
    ExpiresMs,
}

#[derive(DeriveIden)]
enum MailedTokens {
    Table,
    Hash,
    UserId,
    Purpose,
    ExpiresMs,
    UsedMs,
}

#[tonic::async_trait]
impl MigrationTrait for CreateAccounts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let users = Table::create()
            .table(Users::Table)
            .col(ColumnDef::new(Users::Id).uuid().not_null().primary_key())
            .col(ColumnDef::new(Users::Email).string_len(254).unique_key())
            .col(ColumnDef::new(Users::EmailVerified).boolean().not_null())
            .col(ColumnDef::new(Users::PasswordHash).string_len(200))
            .col(ColumnDef::new(Users::FirstName).text())
            .col(ColumnDef::new(Users::LastName).text())
            .col(ColumnDef::new(Users::DisplayName).text())
            .col(ColumnDef::new(Users::Status).string_len(20).not_null())
            .col(ColumnDef::new(Users::PersonalOrganizationId).uuid().not_null().unique_key())
            .col(ColumnDef::new(Users::ProvisionedMs).big_integer())
            .col(ColumnDef::new(Users::ProfileVersion).big_integer().not_null())
            .col(ColumnDef::new(Users::CreatedMs).big_integer().not_null())
            .col(ColumnDef::new(Users::UpdatedMs).big_integer().not_null())
            .col(ColumnDef::new(Users::LastLoginMs).big_integer())
            .to_owned();
        manager.create_table(users).await?;

        let platform_roles = Table::create()
            .table(PlatformRoles::Table)
            .col(ColumnDef::new(PlatformRoles::UserId).uuid().not_null())
            .col(ColumnDef::new(PlatformRoles::Code).string_len(50).not_null())
            .primary_key(Index::create().col(PlatformRoles::UserId).col(PlatformRoles::Code))
            .foreign_key(
                ForeignKey::create().from(PlatformRoles::Table, PlatformRoles::UserId).to(Users::Table, Users::Id),
            )
            .to_owned();
        manager.create_table(platform_roles).await?;

        let sessions = Table::create()
            .table(Sessions::Table)
            .col(ColumnDef::new(Sessions::Id).uuid().not_null().primary_key())
            .col(ColumnDef::new(Sessions::UserId).uuid().not_null())
            .col(ColumnDef::new(Sessions::AppCode).string_len(100).not_null())
            .col(ColumnDef::new(Sessions::ActiveOrganizationId).uuid().not_null())
            .col(ColumnDef::new(Sessions::UserAgent).text())
            .col(ColumnDef::new(Sessions::IpAddress).string_len(45))
            .col(ColumnDef::new(Sessions::IsRemembered).boolean().not_null())
            .col(ColumnDef::new(Sessions::CreatedMs).big_integer().not_null())
            .col(ColumnDef::new(Sessions::LastActivityMs).big_integer().not_null())
            .col(ColumnDef::new(Sessions::ExpiresMs).big_integer().not_null())
            .col(ColumnDef::new(Sessions::EndedMs).big_integer())
            .foreign_key(ForeignKey::create().from(Sessions::Table, Sessions::UserId).to(Users::Table, Users::Id))
            .to_owned();
        manager.create_table(sessions).await?;
        let of_user = Index::create().name("sessions_user_id").table(Sessions::Table).col(Sessions::UserId).to_owned();
        manager.create_index(of_user).await?;

        let refresh_tokens = Table::create()
            .table(RefreshTokens::Table)
            .col(ColumnDef::new(RefreshTokens::Hash).binary_len(32).not_null().primary_key())
            .col(ColumnDef::new(RefreshTokens::SessionId).uuid().not_null())
            .col(ColumnDef::new(RefreshTokens::ParentHash).binary_len(32).unique_key())
            .col(ColumnDef::new(RefreshTokens::CreatedMs).big_integer().not_null())
            .col(ColumnDef::new(RefreshTokens::UsedMs).big_integer())
            .col(ColumnDef::new(RefreshTokens::ExpiresMs).big_integer().not_null())
            .foreign_key(
                ForeignKey::create()
                    .from(RefreshTokens::Table, RefreshTokens::SessionId)
                    .to(Sessions::Table, Sessions::Id),
            )
            .to_owned();
        manager.create_table(refresh_tokens).await?;
        let of_session = Index::create()
            .name("refresh_tokens_session_id")
            .table(RefreshTokens::Table)
            .col(RefreshTokens::SessionId)
            .to_owned();
        manager.create_index(of_session).await?;

        let mailed_tokens = Table::create()
            .table(MailedTokens::Table)
            .col(ColumnDef::new(MailedTokens::Hash).binary_len(32).not_null().primary_key())
            .col(ColumnDef::new(MailedTokens::UserId).uuid().not_null())
            .col(ColumnDef::new(MailedTokens::Purpose).string_len(30).not_null())
            .col(ColumnDef::new(MailedTokens::ExpiresMs).big_integer().not_null())
            .col(ColumnDef::new(MailedTokens::UsedMs).big_integer())
            .foreign_key(
                ForeignKey::create().from(MailedTokens::Table, MailedTokens::UserId).to(Users::Table, Users::Id),
            )
            .to_owned();
        manager.create_table(mailed_tokens).await?;
        let mailed_to = Index::create()
            .name("mailed_tokens_user_id")
            .table(MailedTokens::Table)
            .col(MailedTokens::UserId)
            .to_owned();
        manager.create_index(mailed_to).await
    }
}
