//! Invitations that are sent again, links that are turned on again, and why either is void.

use sea_orm_migration::prelude::*;

use crate::store::entity::{invitation, invite_link, replaced_token};

pub struct ExtendLifecycle;

/// Every invitation lived that long before it could be chosen.
const SEVEN_DAYS_MS: i64 = 7 * 24 * 3600 * 1000;

impl MigrationName for ExtendLifecycle {
    fn name(&self) -> &str {
        "0006_lifecycle"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ExtendLifecycle {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        extend_invitations(manager).await?;
        extend_links(manager).await?;
        use replaced_token::Column as Replaced;
        let replaced = Table::create()
            .table(replaced_token::Entity)
            .col(ColumnDef::new(Replaced::TokenHash).blob().not_null().primary_key())
            .col(ColumnDef::new(Replaced::InvitationId).uuid().not_null())
            .foreign_key(
                ForeignKey::create()
                    .from(replaced_token::Entity, Replaced::InvitationId)
                    .to(invitation::Entity, invitation::Column::Id),
            )
            .to_owned();
        manager.create_table(replaced).await
    }
}

async fn extend_invitations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    use invitation::Column;
    for column in [
        ColumnDef::new(Column::LifetimeMs).big_integer().not_null().default(SEVEN_DAYS_MS).to_owned(),
        ColumnDef::new(Column::Generation).integer().not_null().default(0).to_owned(),
        ColumnDef::new(Column::OfferId).uuid().to_owned(),
        ColumnDef::new(Column::VoidCause).string_len(40).to_owned(),
    ] {
        manager.alter_table(Table::alter().table(invitation::Entity).add_column(column).to_owned()).await?;
    }
    let of_offer =
        Index::create().name("invitations_of_offer").table(invitation::Entity).col(Column::OfferId).to_owned();
    manager.create_index(of_offer).await
}

async fn extend_links(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    use invite_link::Column;
    for column in [
        ColumnDef::new(Column::IsRevoked).boolean().not_null().default(false).to_owned(),
        ColumnDef::new(Column::VoidCause).string_len(40).to_owned(),
        ColumnDef::new(Column::OfferId).uuid().to_owned(),
    ] {
        manager.alter_table(Table::alter().table(invite_link::Entity).add_column(column).to_owned()).await?;
    }
    // Until now a link was turned off for good.
    let revoked = Query::update()
        .table(invite_link::Entity)
        .value(Column::IsRevoked, true)
        .and_where(Expr::col(Column::IsActive).eq(false))
        .to_owned();
    manager.execute(revoked).await?;
    let of_offer =
        Index::create().name("invite_links_of_offer").table(invite_link::Entity).col(Column::OfferId).to_owned();
    manager.create_index(of_offer).await
}
