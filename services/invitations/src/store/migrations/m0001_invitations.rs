//! Invitations by e-mail, and the rows that serialise making them.

use sea_orm_migration::prelude::*;

use crate::store::entity::invitation::{Column, Entity};
use crate::store::entity::inviting_organization;

pub struct CreateInvitations;

impl MigrationName for CreateInvitations {
    fn name(&self) -> &str {
        "0001_invitations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateInvitations {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let invitations = Table::create()
            .table(Entity)
            .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
            .col(ColumnDef::new(Column::OrganizationId).uuid().not_null())
            .col(ColumnDef::new(Column::OrganizationName).text().not_null())
            .col(ColumnDef::new(Column::Email).string_len(254).not_null())
            .col(ColumnDef::new(Column::RoleIds).text().not_null())
            .col(ColumnDef::new(Column::Status).string_len(20).not_null())
            .col(ColumnDef::new(Column::InvitedBy).uuid().not_null())
            .col(ColumnDef::new(Column::TokenHash).blob().not_null())
            .col(ColumnDef::new(Column::ExpiresMs).big_integer().not_null())
            .col(ColumnDef::new(Column::AcceptingUserId).uuid())
            .col(ColumnDef::new(Column::AcceptedMs).big_integer())
            .col(ColumnDef::new(Column::CreatedMs).big_integer().not_null())
            .to_owned();
        manager.create_table(invitations).await?;

        let by_token =
            Index::create().name("invitations_token").table(Entity).col(Column::TokenHash).unique().to_owned();
        manager.create_index(by_token).await?;
        let one_open = Index::create()
            .name("invitations_one_open")
            .table(Entity)
            .col(Column::OrganizationId)
            .col(Column::Email)
            .unique()
            .and_where(Expr::col(Column::Status).is_in(["pending", "accepting"]))
            .to_owned();
        manager.create_index(one_open).await?;
        let of_organization = Index::create()
            .name("invitations_of_organization")
            .table(Entity)
            .col(Column::OrganizationId)
            .col(Column::Status)
            .col(Column::Id)
            .to_owned();
        manager.create_index(of_organization).await?;
        let of_address = Index::create()
            .name("invitations_of_address")
            .table(Entity)
            .col(Column::Email)
            .col(Column::Status)
            .col(Column::Id)
            .to_owned();
        manager.create_index(of_address).await?;

        let inviting = Table::create()
            .table(inviting_organization::Entity)
            .col(ColumnDef::new(inviting_organization::Column::OrganizationId).uuid().not_null().primary_key())
            .to_owned();
        manager.create_table(inviting).await
    }
}
