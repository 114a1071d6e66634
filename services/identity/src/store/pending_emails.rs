//! Addresses that accounts are about to have, one for each account at most.

use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use service_kit::{Timestamp, WriteTransaction};

use super::entity::pending_email::{ActiveModel, Entity};
use crate::domain::pending_email::PendingEmail;
use crate::domain::user::UserId;

/// The address that the user is about to have.
pub async fn find(connection: &impl ConnectionTrait, user_id: UserId) -> Result<Option<PendingEmail>, DbErr> {
    let row = Entity::find_by_id(user_id.uuid()).one(connection).await?;
    Ok(row.map(|row| PendingEmail { email: row.email, session_id: row.session_id.into() }))
}

/// Notes the address in the place of an earlier one. The user is locked.
pub async fn replace(
    transaction: &WriteTransaction,
    user_id: UserId,
    pending: PendingEmail,
    now: Timestamp,
) -> Result<(), DbErr> {
    remove(transaction, user_id).await?;
    let row = ActiveModel {
        user_id: Set(user_id.uuid()),
        email: Set(pending.email),
        session_id: Set(pending.session_id.uuid()),
        created_ms: Set(now),
    };
    Entity::insert(row).exec_without_returning(transaction).await.map(|_| ())
}

/// Forgets the address.
pub async fn remove(transaction: &WriteTransaction, user_id: UserId) -> Result<(), DbErr> {
    Entity::delete_by_id(user_id.uuid()).exec(transaction).await.map(|_| ())
}
