//! Who signed up with which invitation.

use sea_orm_migration::prelude::*;

use crate::store::entity::invitation;
use crate::store::entity::invitee_claim::{Column, Entity};

pub struct CreateInviteeClaims;

impl MigrationName for CreateInviteeClaims {
    fn name(&self) -> &str {
        "0004_invitee_claims"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateInviteeClaims {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let claims = Table::create()
            .table(Entity)
            .col(ColumnDef::new(Column::InvitationId).uuid().not_null().primary_key())
            .col(ColumnDef::new(Column::UserId).uuid().not_null())
            .col(ColumnDef::new(Column::CreatedMs).big_integer().not_null())
            .foreign_key(
                ForeignKey::create().from(Entity, Column::InvitationId).to(invitation::Entity, invitation::Column::Id),
            )
            .to_owned();
        manager.create_table(claims).await?;
        let of_user = Index::create().name("invitee_claims_of_user").table(Entity).col(Column::UserId).to_owned();
        manager.create_index(of_user).await
    }
}
