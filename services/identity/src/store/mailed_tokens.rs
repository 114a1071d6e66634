//! Secrets that went out by mail, as hashes.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use service_kit::{SecretToken, Timestamp, WriteTransaction};

use super::entity::mailed_token::{ActiveModel, Column, Entity};
use crate::domain::user::UserId;

/// What proves an e-mail address; also separates the hashes of purposes.
pub const VERIFY_EMAIL: &str = "verify-email";

/// Stores a token and voids those that the user had for the same purpose.
pub async fn replace(
    transaction: &WriteTransaction,
    user_id: UserId,
    purpose: &'static str,
    token: &SecretToken,
    expires: Timestamp,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user_id.uuid()))
        .filter(Column::Purpose.eq(purpose))
        .exec(transaction)
        .await?;
    let row = ActiveModel {
        hash: Set(token.hash(purpose)),
        user_id: Set(user_id.uuid()),
        purpose: Set(purpose.to_owned()),
        expires_ms: Set(expires),
        used_ms: Set(None),
    };
    Entity::insert(row).exec_without_returning(transaction).await.map(|_| ())
}

/// Uses a token up; answers whose it was, or `None` when it cannot be used.
pub async fn use_up(
    transaction: &WriteTransaction,
    purpose: &'static str,
    token: &SecretToken,
    now: Timestamp,
) -> Result<Option<UserId>, DbErr> {
    let hash = token.hash(purpose);
    let used = Entity::update_many()
        .col_expr(Column::UsedMs, Expr::value(now))
        .filter(Column::Hash.eq(hash.clone()))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::UsedMs.is_null())
        .filter(Column::ExpiresMs.gt(now))
        .exec(transaction)
        .await?;
    if used.rows_affected != 1 {
        return Ok(None);
    }
    Ok(Entity::find_by_id(hash).one(transaction).await?.map(|row| UserId::from(row.user_id)))
}

/// Whether a token could be used now.
pub async fn is_usable(
    connection: &impl ConnectionTrait,
    purpose: &'static str,
    token: &SecretToken,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let row = Entity::find_by_id(token.hash(purpose)).one(connection).await?;
    Ok(row.is_some_and(|row| row.purpose == purpose && row.used_ms.is_none() && now < row.expires_ms))
}

/// Removes whatever was mailed to the user.
pub async fn remove_all(transaction: &WriteTransaction, user_id: UserId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::UserId.eq(user_id.uuid())).exec(transaction).await.map(|_| ())
}
