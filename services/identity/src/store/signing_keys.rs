//! The keys that sign access tokens.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use service_kit::{Timestamp, WriteTransaction};

use super::entity::signing_key::{ActiveModel, Column, Entity, Model};
use crate::domain::key_state::KeyState;

/// A key as it is stored: its seed sealed under the master key.
pub struct StoredKey {
    pub key_id: String,
    pub state: KeyState,
    /// Empty once the key is retired.
    pub sealed_seed: Vec<u8>,
    /// The JWK, as JSON.
    pub public_jwk: String,
    pub created: Timestamp,
    /// When it came into its state.
    pub since: Timestamp,
}

/// Stores a new key unless there is one in its state already.
pub async fn insert(transaction: &WriteTransaction, key: StoredKey) -> Result<(), DbErr> {
    let row = ActiveModel {
        key_id: Set(key.key_id),
        state: Set(key.state.word().to_owned()),
        sealed_seed: Set(key.sealed_seed),
        public_jwk: Set(key.public_jwk),
        created_ms: Set(key.created),
        since_ms: Set(Some(key.since)),
    };
    let insert = Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned());
    insert.exec_without_returning(transaction).await.map(|_| ())
}

/// The one key in this state: active or next.
pub async fn find_in(connection: &impl ConnectionTrait, state: KeyState) -> Result<Option<StoredKey>, DbErr> {
    let row = Entity::find().filter(Column::State.eq(state.word())).one(connection).await?;
    Ok(row.and_then(read))
}

/// The key of this id.
pub async fn find(connection: &impl ConnectionTrait, key_id: &str) -> Result<Option<StoredKey>, DbErr> {
    Ok(Entity::find_by_id(key_id).one(connection).await?.and_then(read))
}

/// Every key there ever was, the oldest first.
pub async fn list(connection: &impl ConnectionTrait) -> Result<Vec<StoredKey>, DbErr> {
    let rows = Entity::find().order_by_asc(Column::CreatedMs).order_by_asc(Column::KeyId).all(connection).await?;
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Moves a key from one state to another; false when it was not in the first.
pub async fn change_state(
    transaction: &WriteTransaction,
    key_id: &str,
    from: KeyState,
    to: KeyState,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::State, Expr::value(to.word()))
        .col_expr(Column::SinceMs, Expr::value(now));
    if to == KeyState::Retired {
        update = update.col_expr(Column::SealedSeed, Expr::value(Vec::<u8>::new()));
    }
    let changed =
        update.filter(Column::KeyId.eq(key_id)).filter(Column::State.eq(from.word())).exec(transaction).await?;
    Ok(changed.rows_affected == 1)
}

/// `None` for a state of a later version: unknown means unused.
fn read(row: Model) -> Option<StoredKey> {
    Some(StoredKey {
        key_id: row.key_id,
        state: KeyState::of_word(&row.state)?,
        sealed_seed: row.sealed_seed,
        public_jwk: row.public_jwk,
        created: row.created_ms,
        since: row.since_ms.unwrap_or(row.created_ms),
    })
}
