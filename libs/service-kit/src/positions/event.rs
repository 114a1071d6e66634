//! Reading the record back.

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde_json::Value;

use super::NarrowingEvents;
use crate::clock::Timestamp;

/// A narrowing change, as it was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its number: one more than that of the change before it.
    pub position: i64,
    /// What kind of change, which says what `subject` holds.
    pub kind: String,
    /// Whom it concerns.
    pub subject: Value,
    /// When it was made.
    pub at: Timestamp,
}

impl Event {
    /// What concerns whatever was made before.
    pub(super) fn of_everything(position: i64, at: Timestamp) -> Self {
        Self { position, kind: "all".to_owned(), subject: Value::Object(serde_json::Map::new()), at }
    }
}

/// Up to `limit` changes after this position, in order.
pub async fn after(connection: &impl ConnectionTrait, position: i64, limit: u64) -> Result<Vec<Event>, DbErr> {
    let select = Query::select()
        .columns([
            NarrowingEvents::Position,
            NarrowingEvents::Kind,
            NarrowingEvents::Subject,
            NarrowingEvents::CreatedMs,
        ])
        .from(NarrowingEvents::Table)
        .and_where(Expr::col(NarrowingEvents::Position).gt(position))
        .order_by(NarrowingEvents::Position, Order::Asc)
        .limit(limit)
        .to_owned();
    connection.query_all(&select).await?.iter().map(read).collect()
}

/// The change at this position, unless it was swept.
pub(super) async fn at(connection: &impl ConnectionTrait, position: i64) -> Result<Option<Event>, DbErr> {
    let found = after(connection, position.saturating_sub(1), 1).await?;
    Ok(found.into_iter().find(|event| event.position == position))
}

/// The last position before anything that was made at this instant or later: whoever reads on from there misses nothing of
/// it. Clocks of replicas differ, so name an instant with room to spare.
pub(super) async fn before(connection: &impl ConnectionTrait, instant: Timestamp) -> Result<i64, DbErr> {
    let first = Query::select()
        .expr_as(Expr::col(NarrowingEvents::Position).min(), "first")
        .from(NarrowingEvents::Table)
        .and_where(Expr::col(NarrowingEvents::CreatedMs).gte(instant.millis()))
        .to_owned();
    let row = connection.query_one(&first).await?;
    let first = row.map(|row| row.try_get::<Option<i64>>("", "first")).transpose()?.flatten();
    match first {
        Some(first) => Ok(first - 1),
        None => super::current(connection).await,
    }
}

fn read(row: &QueryResult) -> Result<Event, DbErr> {
    let subject: String = row.try_get("", "subject")?;
    Ok(Event {
        position: row.try_get("", "position")?,
        kind: row.try_get("", "kind")?,
        subject: serde_json::from_str(&subject).map_err(|error| DbErr::Json(error.to_string()))?,
        at: Timestamp::from_millis(row.try_get("", "created_ms")?),
    })
}
