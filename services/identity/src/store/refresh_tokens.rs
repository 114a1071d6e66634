//! Refresh tokens, as hashes.

use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use service_kit::{Timestamp, WriteTransaction};

use super::entity::refresh_token::{ActiveModel, Column, Entity, Model};
use super::entity::session;
use crate::domain::refresh_token::RefreshToken;
use crate::domain::session::SessionId;
use crate::domain::user::UserId;

/// The token of this hash.
pub async fn find(connection: &impl ConnectionTrait, hash: Vec<u8>) -> Result<Option<RefreshToken>, DbErr> {
    Ok(Entity::find_by_id(hash).one(connection).await?.map(read))
}

/// The token that the one of this hash was exchanged for.
pub async fn find_child(connection: &impl ConnectionTrait, hash: Vec<u8>) -> Result<Option<RefreshToken>, DbErr> {
    Ok(Entity::find().filter(Column::ParentHash.eq(hash)).one(connection).await?.map(read))
}

/// Stores a new token.
pub async fn insert(transaction: &WriteTransaction, token: RefreshToken) -> Result<(), DbErr> {
    let row = ActiveModel {
        hash: Set(token.hash),
        session_id: Set(token.session_id.uuid()),
        parent_hash: Set(token.parent_hash),
        created_ms: Set(token.created),
        used_ms: Set(token.used),
        expires_ms: Set(token.expires),
    };
    Entity::insert(row).exec_without_returning(transaction).await.map(|_| ())
}

/// Uses a token up; false when it was used before.
pub async fn use_up(transaction: &WriteTransaction, hash: Vec<u8>, now: Timestamp) -> Result<bool, DbErr> {
    let used = Entity::update_many()
        .col_expr(Column::UsedMs, Expr::value(now))
        .filter(Column::Hash.eq(hash))
        .filter(Column::UsedMs.is_null())
        .exec(transaction)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Removes every token of the user's sessions.
pub async fn remove_all(transaction: &WriteTransaction, user_id: UserId) -> Result<(), DbErr> {
    let sessions = Query::select()
        .column(session::Column::Id)
        .from(session::Entity)
        .and_where(session::Column::UserId.eq(user_id.uuid()))
        .to_owned();
    Entity::delete_many().filter(Column::SessionId.in_subquery(sessions)).exec(transaction).await.map(|_| ())
}

fn read(row: Model) -> RefreshToken {
    RefreshToken {
        hash: row.hash,
        session_id: SessionId::from(row.session_id),
        parent_hash: row.parent_hash,
        created: row.created_ms,
        used: row.used_ms,
        expires: row.expires_ms,
    }
}
