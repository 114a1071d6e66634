//! Sessions.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use service_kit::{Timestamp, WriteTransaction};
use uuid::Uuid;

use super::entity::session::{ActiveModel, Column, Entity, Model};
use crate::domain::client::Client;
use crate::domain::session::{Session, SessionId};
use crate::domain::user::{OrganizationId, UserId};

/// More than one too many there are only when the bound was lowered.
const LONGEST_IDLE_AT_ONCE: u64 = 100;

/// The session of this id.
pub async fn find(connection: &impl ConnectionTrait, id: SessionId) -> Result<Option<Session>, DbErr> {
    Ok(Entity::find_by_id(id.uuid()).one(connection).await?.map(read))
}

/// The session of this id, unchanged by others until the transaction ends.
pub async fn lock(transaction: &WriteTransaction, id: SessionId) -> Result<Option<Session>, DbErr> {
    Ok(Entity::find_by_id(id.uuid()).lock_exclusive().one(transaction).await?.map(read))
}

/// The user's sessions, ended ones too, the newest first.
pub async fn list_newest(
    connection: &impl ConnectionTrait,
    user_id: UserId,
    limit: u64,
) -> Result<Vec<Session>, DbErr> {
    let of_user = Entity::find().filter(Column::UserId.eq(user_id.uuid()));
    let rows = of_user.order_by_desc(Column::CreatedMs).order_by_desc(Column::Id).limit(limit).all(connection).await?;
    Ok(rows.into_iter().map(read).collect())
}

/// The user's living sessions, newest first, those after the one given.
pub async fn list_living(
    connection: &impl ConnectionTrait,
    user_id: UserId,
    now: Timestamp,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Session>, DbErr> {
    let mut found = Entity::find().filter(living(user_id, now));
    if let Some(after) = after {
        found = found.filter(Column::Id.lt(after));
    }
    let rows = found.order_by_desc(Column::Id).limit(limit).all(connection).await?;
    Ok(rows.into_iter().map(read).collect())
}

/// The other living sessions of this one's user but for the `kept` that were active last.
pub async fn find_longest_idle(
    transaction: &WriteTransaction,
    aside: &Session,
    now: Timestamp,
    kept: u64,
) -> Result<Vec<SessionId>, DbErr> {
    let others = Entity::find().filter(living(aside.user_id, now)).filter(Column::Id.ne(aside.id.uuid()));
    let by_activity = others.order_by_desc(Column::LastActivityMs).order_by_desc(Column::Id);
    let rows = by_activity.offset(kept).limit(LONGEST_IDLE_AT_ONCE).all(transaction).await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

/// Stores a new session.
pub async fn insert(transaction: &WriteTransaction, session: &Session) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(session.id.uuid()),
        user_id: Set(session.user_id.uuid()),
        app_code: Set(session.app_code.clone()),
        active_organization_id: Set(session.active_organization_id.uuid()),
        user_agent: Set(session.client.user_agent.clone()),
        ip_address: Set(session.client.ip_address.clone()),
        is_remembered: Set(session.is_remembered),
        in_cookies: Set(session.in_cookies),
        created_ms: Set(session.created),
        last_activity_ms: Set(session.last_activity),
        expires_ms: Set(session.expires),
        idle_expires_ms: Set(session.idle_expires),
        ended_ms: Set(session.ended),
    };
    Entity::insert(row).exec_without_returning(transaction).await.map(|_| ())
}

/// Notes that the session is in use, when it ends if it never is again, and the organization that it acts
/// for from now on if that changes.
pub async fn note_activity(
    transaction: &WriteTransaction,
    id: SessionId,
    active_organization_id: Option<OrganizationId>,
    idle_expires: Timestamp,
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::LastActivityMs, Expr::value(now))
        .col_expr(Column::IdleExpiresMs, Expr::value(idle_expires));
    if let Some(organization_id) = active_organization_id {
        update = update.col_expr(Column::ActiveOrganizationId, Expr::value(organization_id.uuid()));
    }
    update.filter(Column::Id.eq(id.uuid())).exec(transaction).await.map(|_| ())
}

/// Ends a session; false when it had ended before.
pub async fn end(transaction: &WriteTransaction, id: SessionId, now: Timestamp) -> Result<bool, DbErr> {
    let ended = Entity::update_many()
        .col_expr(Column::EndedMs, Expr::value(now))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::EndedMs.is_null())
        .exec(transaction)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Ends a living session of the user; false when there is none of this id.
pub async fn end_of_user(
    transaction: &WriteTransaction,
    user_id: UserId,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let ended = Entity::update_many()
        .col_expr(Column::EndedMs, Expr::value(now))
        .filter(Column::Id.eq(id.uuid()))
        .filter(living(user_id, now))
        .exec(transaction)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Ends every session of the user.
pub async fn end_all(transaction: &WriteTransaction, user_id: UserId, now: Timestamp) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::EndedMs, Expr::value(now))
        .filter(Column::UserId.eq(user_id.uuid()))
        .filter(Column::EndedMs.is_null())
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Ends every session of the user but one.
pub async fn end_others(
    transaction: &WriteTransaction,
    user_id: UserId,
    kept: SessionId,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::EndedMs, Expr::value(now))
        .filter(Column::UserId.eq(user_id.uuid()))
        .filter(Column::Id.ne(kept.uuid()))
        .filter(Column::EndedMs.is_null())
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Forgets from where the user's sessions were opened.
pub async fn forget_clients(transaction: &WriteTransaction, user_id: UserId) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::UserAgent, Expr::value(Option::<String>::None))
        .col_expr(Column::IpAddress, Expr::value(Option::<String>::None))
        .filter(Column::UserId.eq(user_id.uuid()))
        .exec(transaction)
        .await
        .map(|_| ())
}

fn living(user_id: UserId, now: Timestamp) -> Condition {
    Condition::all()
        .add(Column::UserId.eq(user_id.uuid()))
        .add(Column::EndedMs.is_null())
        .add(Column::IdleExpiresMs.gt(now))
}

fn read(row: Model) -> Session {
    Session {
        id: SessionId::from(row.id),
        user_id: UserId::from(row.user_id),
        app_code: row.app_code,
        active_organization_id: OrganizationId::from(row.active_organization_id),
        client: Client { ip_address: row.ip_address, user_agent: row.user_agent },
        is_remembered: row.is_remembered,
        in_cookies: row.in_cookies,
        created: row.created_ms,
        last_activity: row.last_activity_ms,
        expires: row.expires_ms,
        idle_expires: row.idle_expires_ms,
        ended: row.ended_ms,
    }
}
