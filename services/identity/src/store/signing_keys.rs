//! The keys that sign access tokens.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use service_kit::{Timestamp, WriteTransaction};

use super::entity::signing_key::{ActiveModel, Column, Entity};

const ACTIVE: &str = "active";
const RETIRED: &str = "retired";

/// A key as it is stored: its seed sealed under the master key.
pub struct StoredKey {
    pub key_id: String,
    pub sealed_seed: Vec<u8>,
    /// The JWK, as JSON.
    pub public_jwk: String,
}

/// Stores the first key unless there is an active one.
pub async fn insert_first(transaction: &WriteTransaction, key: StoredKey, now: Timestamp) -> Result<(), DbErr> {
    let row = ActiveModel {
        key_id: Set(key.key_id),
        state: Set(ACTIVE.to_owned()),
        sealed_seed: Set(key.sealed_seed),
        public_jwk: Set(key.public_jwk),
        created_ms: Set(now),
    };
    let insert = Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned());
    insert.exec_without_returning(transaction).await.map(|_| ())
}

/// The key to sign with.
pub async fn find_active(connection: &impl ConnectionTrait) -> Result<Option<StoredKey>, DbErr> {
    let row = Entity::find().filter(Column::State.eq(ACTIVE)).one(connection).await?;
    Ok(row.map(|row| StoredKey { key_id: row.key_id, sealed_seed: row.sealed_seed, public_jwk: row.public_jwk }))
}

/// The JWKs of every key that a valid token may be signed with, as JSON.
pub async fn list_published(connection: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let rows = Entity::find().filter(Column::State.ne(RETIRED)).order_by_asc(Column::CreatedMs).all(connection).await?;
    Ok(rows.into_iter().map(|row| row.public_jwk).collect())
}
