//! Secrets that went out by mail, as hashes.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use service_kit::{SecretToken, Timestamp, WriteTransaction};

use super::entity::mailed_token::{ActiveModel, Column, Entity};
use crate::domain::link::Link;
use crate::domain::user::UserId;

/// Stores a link's token and voids those of the links of the same kind that the user had.
pub async fn replace(
    transaction: &WriteTransaction,
    user_id: UserId,
    link: Link,
    token: &SecretToken,
    expires: Timestamp,
) -> Result<(), DbErr> {
    remove(transaction, user_id, link).await?;
    let row = ActiveModel {
        hash: Set(token.hash(link.purpose())),
        user_id: Set(user_id.uuid()),
        purpose: Set(link.purpose().to_owned()),
        expires_ms: Set(expires),
        used_ms: Set(None),
    };
    Entity::insert(row).exec_without_returning(transaction).await.map(|_| ())
}

/// Uses a token up; answers whose it was, or `None` when it cannot be used.
pub async fn use_up(
    transaction: &WriteTransaction,
    link: Link,
    token: &SecretToken,
    now: Timestamp,
) -> Result<Option<UserId>, DbErr> {
    let hash = token.hash(link.purpose());
    let used = Entity::update_many()
        .col_expr(Column::UsedMs, Expr::value(now))
        .filter(Column::Hash.eq(hash.clone()))
        .filter(Column::Purpose.eq(link.purpose()))
        .filter(Column::UsedMs.is_null())
        .filter(Column::ExpiresMs.gt(now))
        .exec(transaction)
        .await?;
    if used.rows_affected != 1 {
        return Ok(None);
    }
    Ok(Entity::find_by_id(hash).one(transaction).await?.map(|row| UserId::from(row.user_id)))
}

/// Whose token it is; `None` when it could not be used now.
pub async fn find_owner(
    connection: &impl ConnectionTrait,
    link: Link,
    token: &SecretToken,
    now: Timestamp,
) -> Result<Option<UserId>, DbErr> {
    let row = Entity::find_by_id(token.hash(link.purpose())).one(connection).await?;
    let row = row.filter(|row| row.purpose == link.purpose() && row.used_ms.is_none() && now < row.expires_ms);
    Ok(row.map(|row| UserId::from(row.user_id)))
}

/// Removes the links of this kind that were mailed to the user.
pub async fn remove(transaction: &WriteTransaction, user_id: UserId, link: Link) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user_id.uuid()))
        .filter(Column::Purpose.eq(link.purpose()))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Removes whatever was mailed to the user.
pub async fn remove_all(transaction: &WriteTransaction, user_id: UserId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::UserId.eq(user_id.uuid())).exec(transaction).await.map(|_| ())
}
