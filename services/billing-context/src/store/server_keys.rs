//! Server API keys. They belong to the deployment, so no tenant is asked for.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use service_kit::{Id, ServerKeySecret, Timestamp, WriteTransaction};
use uuid::Uuid;

use crate::domain::{Maker, Scopes, ServerKey, ServerKeyId};
use crate::store::entity::{server_key, server_key_end, server_key_register, server_key_use};

/// Makes everybody else who makes a key wait until this transaction ends; answers how many keys have not ended.
pub async fn count_living(transaction: &WriteTransaction, now: Timestamp) -> Result<u64, DbErr> {
    server_key_register::Entity::update_many()
        .col_expr(server_key_register::Column::Made, Expr::col(server_key_register::Column::Made).add(1))
        .exec(transaction)
        .await?;
    let ended = Query::select().column(server_key_end::Column::KeyId).from(server_key_end::Entity).to_owned();
    let expires = server_key::Column::ExpiresMs;
    server_key::Entity::find()
        .filter(server_key::Column::Id.not_in_subquery(ended))
        .filter(Condition::any().add(expires.is_null()).add(expires.gt(now)))
        .count(transaction)
        .await
}

/// Adds a key.
pub async fn insert(transaction: &WriteTransaction, key: &ServerKey, secret: &ServerKeySecret) -> Result<(), DbErr> {
    let row = server_key::Model {
        id: key.id.uuid(),
        secret_hash: secret.hash(),
        name: key.name.clone(),
        scopes: key.scopes.words().collect::<Vec<_>>().join(" "),
        created_by: id_of(key.created_by),
        created_ms: key.created,
        expires_ms: key.expires,
    };
    server_key::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await.map(|_| ())
}

/// The key with this secret. When it was used is left out.
pub async fn find(connection: &impl ConnectionTrait, secret: &ServerKeySecret) -> Result<Option<ServerKey>, DbErr> {
    let row = by_secret(secret).one(connection).await?;
    with_end(connection, row).await
}

/// The same, and keeps whoever would end the key waiting until this transaction ends, as `await_users` does. Users of one key
/// do not wait for each other.
pub async fn hold(transaction: &WriteTransaction, secret: &ServerKeySecret) -> Result<Option<ServerKey>, DbErr> {
    let row = by_secret(secret).lock_shared().one(transaction).await?;
    // A statement of its own, later than the lock: it sees every end that was committed before the lock was there.
    with_end(transaction, row).await
}

/// Whether there is a key of this id.
pub async fn exists(connection: &impl ConnectionTrait, id: ServerKeyId) -> Result<bool, DbErr> {
    Ok(server_key::Entity::find_by_id(id.uuid()).one(connection).await?.is_some())
}

/// Ends a key; false when it was ended before. Whoever has begun to use it may still do so.
pub async fn end(transaction: &WriteTransaction, id: ServerKeyId, by: Maker, now: Timestamp) -> Result<bool, DbErr> {
    let row = server_key_end::Model { key_id: id.uuid(), revoked_ms: now, revoked_by: id_of(by) };
    let ended = server_key_end::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(server_key_end::Column::KeyId).do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    Ok(ended == 1)
}

/// Waits until every transaction has ended that holds this key. To be called when its end is committed: nobody begins to use
/// it any more then, so that a key in steady use does not keep whoever ends it waiting for ever.
pub async fn await_users(transaction: &WriteTransaction, id: ServerKeyId) -> Result<(), DbErr> {
    server_key::Entity::find_by_id(id.uuid()).lock_exclusive().one(transaction).await.map(|_| ())
}

/// Keys, newest first, older than this one.
pub async fn list(
    connection: &impl ConnectionTrait,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<ServerKey>, DbErr> {
    let mut select = server_key::Entity::find();
    if let Some(id) = before {
        select = select.filter(server_key::Column::Id.lt(id));
    }
    let rows = select.order_by_desc(server_key::Column::Id).limit(limit).all(connection).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let ends = server_key_end::Entity::find().filter(server_key_end::Column::KeyId.is_in(ids.clone()));
    let ends: HashMap<_, _> = ends.all(connection).await?.into_iter().map(|row| (row.key_id, row.revoked_ms)).collect();
    let uses = server_key_use::Entity::find().filter(server_key_use::Column::KeyId.is_in(ids));
    let uses: HashMap<_, _> =
        uses.all(connection).await?.into_iter().map(|row| (row.key_id, row.last_used_ms)).collect();
    rows.into_iter()
        .map(|row| {
            let (revoked, last_used) = (ends.get(&row.id).copied(), uses.get(&row.id).copied());
            Ok(ServerKey { last_used, ..read(row, revoked)? })
        })
        .collect()
}

/// Notes that a key was used, unless a later use is known.
pub async fn note_use(transaction: &WriteTransaction, id: ServerKeyId, at: Timestamp) -> Result<(), DbErr> {
    let row = server_key_use::Model { key_id: id.uuid(), last_used_ms: at };
    let column = server_key_use::Column::LastUsedMs;
    let later = OnConflict::column(server_key_use::Column::KeyId)
        .update_column(column)
        .action_and_where(Expr::col((server_key_use::Entity, column)).lt(at))
        .to_owned();
    server_key_use::Entity::insert(row.into_active_model())
        .on_conflict(later)
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

fn by_secret(secret: &ServerKeySecret) -> sea_orm::Select<server_key::Entity> {
    server_key::Entity::find().filter(server_key::Column::SecretHash.eq(secret.hash()))
}

async fn with_end(
    connection: &impl ConnectionTrait,
    row: Option<server_key::Model>,
) -> Result<Option<ServerKey>, DbErr> {
    let Some(row) = row else { return Ok(None) };
    let end = server_key_end::Entity::find_by_id(row.id).one(connection).await?;
    read(row, end.map(|end| end.revoked_ms)).map(Some)
}

const fn id_of(maker: Maker) -> Option<Uuid> {
    match maker {
        Maker::Operator => None,
        Maker::User(user) => Some(user.uuid()),
    }
}

fn read(row: server_key::Model, revoked: Option<Timestamp>) -> Result<ServerKey, DbErr> {
    Ok(ServerKey {
        id: Id::from(row.id),
        name: row.name,
        scopes: Scopes::of_words(row.scopes.split(' ')).map_err(|error| DbErr::Type(error.to_string()))?,
        created: row.created_ms,
        created_by: row.created_by.map_or(Maker::Operator, |user| Maker::User(Id::from(user))),
        expires: row.expires_ms,
        revoked,
        last_used: None,
    })
}
