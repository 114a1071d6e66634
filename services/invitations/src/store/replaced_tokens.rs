//! Secrets that died when their invitations were sent again: whoever follows one is told so.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};
use service_kit::{SecretToken, WriteTransaction};

use crate::domain::InvitationId;
use crate::store::entity::replaced_token::{Entity, Model};
use crate::store::invitations::TOKEN_PURPOSE;

/// Whether this was the secret of an invitation that has another one now.
pub async fn is_known(connection: &impl ConnectionTrait, token: &SecretToken) -> Result<bool, DbErr> {
    Ok(Entity::find_by_id(token.hash(TOKEN_PURPOSE)).one(connection).await?.is_some())
}

/// Keeps the hash of a secret that is replaced.
pub(super) async fn keep(
    transaction: &WriteTransaction,
    token_hash: Vec<u8>,
    invitation: InvitationId,
) -> Result<(), DbErr> {
    let row = Model { token_hash, invitation_id: invitation.uuid() };
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await.map(|_| ())
}
