//! Who signed up with which invitation.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::{InvitationId, UserId};
use crate::store::entity::invitee_claim::{Column, Entity, Model};

/// Invitations that one user signed up with; there is one as a rule.
const MOST: u64 = 20;

/// Notes that this user signed up with the invitation, in the place of whoever did so before.
pub async fn put(
    transaction: &WriteTransaction,
    invitation: InvitationId,
    user: UserId,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = Model { invitation_id: invitation.uuid(), user_id: user.uuid(), created_ms: now };
    let again = OnConflict::column(Column::InvitationId).update_columns([Column::UserId, Column::CreatedMs]).to_owned();
    Entity::insert(row.into_active_model()).on_conflict(again).exec_without_returning(transaction).await.map(|_| ())
}

/// Who signed up with the invitation.
pub async fn find(connection: &impl ConnectionTrait, invitation: InvitationId) -> Result<Option<UserId>, DbErr> {
    let row = Entity::find_by_id(invitation.uuid()).one(connection).await?;
    Ok(row.map(|row| UserId::from(row.user_id)))
}

/// The invitations that the user signed up with.
pub async fn list_of(connection: &impl ConnectionTrait, user: UserId) -> Result<Vec<InvitationId>, DbErr> {
    let rows = Entity::find().filter(Column::UserId.eq(user.uuid())).limit(MOST).all(connection).await?;
    Ok(rows.into_iter().map(|row| InvitationId::from(row.invitation_id)).collect())
}

/// Forgets it: there is nothing to wait for any more.
pub async fn remove(transaction: &WriteTransaction, invitation: InvitationId) -> Result<(), DbErr> {
    Entity::delete_by_id(invitation.uuid()).exec(transaction).await.map(|_| ())
}
