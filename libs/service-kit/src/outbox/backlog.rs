//! What waits, for the operator's numbers.

use std::collections::HashMap;

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Func, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbErr};

use super::Outbox;
use crate::clock::Timestamp;
use crate::database::Database;

/// What waits in a topic.
#[derive(Clone, Debug, Default)]
pub(crate) struct Backlog {
    /// Messages that are not delivered yet, those that are not due included.
    pub(crate) waiting: i64,
    /// When the oldest was written of those that are due or were tried in vain.
    pub(crate) oldest: Option<Timestamp>,
    /// Messages that were set aside for the operator.
    pub(crate) set_aside: i64,
}

/// Most messages of either kind that are looked at, so that a look at a very long outbox costs no more.
const MOST_LOOKED_AT: u64 = 100_000;

/// What waits, and what was set aside, in each topic that has anything. The oldest are looked at, and neither kind hides the other.
pub(crate) async fn backlogs(database: &Database, now: Timestamp) -> Result<HashMap<String, Backlog>, DbErr> {
    let is_late = Expr::col(Outbox::DueMs).lte(now.millis()).or(Expr::col(Outbox::Attempts).gt(0));
    let first_late = Func::min(CaseStatement::new().case(is_late, Expr::col(Outbox::CreatedMs)));
    let mut waiting = by_topic(Expr::col(Outbox::AbandonedMs).is_null());
    waiting.expr_as(first_late, "oldest");
    let set_aside = by_topic(Expr::col(Outbox::AbandonedMs).is_not_null());

    let mut backlogs: HashMap<String, Backlog> = HashMap::new();
    for row in database.reader().query_all(&waiting).await? {
        let backlog = backlogs.entry(row.try_get("", "topic")?).or_default();
        let oldest: Option<i64> = row.try_get("", "oldest")?;
        backlog.waiting = row.try_get("", "messages")?;
        backlog.oldest = oldest.map(Timestamp::from_millis);
    }
    for row in database.reader().query_all(&set_aside).await? {
        backlogs.entry(row.try_get("", "topic")?).or_default().set_aside = row.try_get("", "messages")?;
    }
    Ok(backlogs)
}

/// Counts by topic the oldest messages for which this holds.
fn by_topic(holds: Expr) -> SelectStatement {
    let first = Query::select()
        .columns([Outbox::Topic, Outbox::Attempts, Outbox::CreatedMs, Outbox::DueMs])
        .from(Outbox::Table)
        .and_where(holds)
        .order_by(Outbox::Sequence, Order::Asc)
        .limit(MOST_LOOKED_AT)
        .to_owned();
    Query::select()
        .column(Outbox::Topic)
        .expr_as(Func::count(Expr::col(Outbox::Topic)), "messages")
        .from_subquery(first, Outbox::Table)
        .group_by_col(Outbox::Topic)
        .to_owned()
}
