//! Shareable links and who joined by them.

use sea_orm_migration::prelude::*;

use crate::store::entity::{invite_link, link_join};

pub struct CreateInviteLinks;

impl MigrationName for CreateInviteLinks {
    fn name(&self) -> &str {
        "0002_invite_links"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateInviteLinks {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        use invite_link::Column as Link;
        let links = Table::create()
            .table(invite_link::Entity)
            .col(ColumnDef::new(Link::Id).uuid().not_null().primary_key())
            .col(ColumnDef::new(Link::OrganizationId).uuid().not_null())
            .col(ColumnDef::new(Link::OrganizationName).text().not_null())
            .col(ColumnDef::new(Link::RoleIds).text().not_null())
            .col(ColumnDef::new(Link::TokenHash).blob().not_null())
            .col(ColumnDef::new(Link::MaxUses).integer())
            .col(ColumnDef::new(Link::Uses).integer().not_null())
            .col(ColumnDef::new(Link::IsActive).boolean().not_null())
            .col(ColumnDef::new(Link::ExpiresMs).big_integer())
            .col(ColumnDef::new(Link::CreatedBy).uuid().not_null())
            .col(ColumnDef::new(Link::CreatedMs).big_integer().not_null())
            .check(Expr::col(Link::Uses).gte(0))
            .to_owned();
        manager.create_table(links).await?;
        let by_token = Index::create()
            .name("invite_links_token")
            .table(invite_link::Entity)
            .col(Link::TokenHash)
            .unique()
            .to_owned();
        manager.create_index(by_token).await?;
        let of_organization = Index::create()
            .name("invite_links_of_organization")
            .table(invite_link::Entity)
            .col(Link::OrganizationId)
            .col(Link::Id)
            .to_owned();
        manager.create_index(of_organization).await?;

        use link_join::Column as Join;
        let joins = Table::create()
            .table(link_join::Entity)
            .col(ColumnDef::new(Join::Id).uuid().not_null().primary_key())
            .col(ColumnDef::new(Join::LinkId).uuid().not_null())
            .col(ColumnDef::new(Join::UserId).uuid().not_null())
            .col(ColumnDef::new(Join::IsJoined).boolean().not_null())
            .col(ColumnDef::new(Join::CreatedMs).big_integer().not_null())
            .foreign_key(
                ForeignKey::create()
                    .name("link_joins_link")
                    .from(link_join::Entity, Join::LinkId)
                    .to(invite_link::Entity, Link::Id),
            )
            .to_owned();
        manager.create_table(joins).await?;
        let once_each = Index::create()
            .name("link_joins_once_each")
            .table(link_join::Entity)
            .col(Join::LinkId)
            .col(Join::UserId)
            .unique()
            .to_owned();
        manager.create_index(once_each).await
    }
}
