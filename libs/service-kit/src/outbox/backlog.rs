//! What waits, for the operator's numbers.

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Func, Query};
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

/// Most messages that are looked at, so that a look at a very long outbox costs no more.
const MOST_LOOKED_AT: u64 = 100_000;

/// What waits in each topic that has anything.
pub(crate) async fn backlogs(database: &Database, now: Timestamp) -> Result<Vec<(String, Backlog)>, DbErr> {
    let first = Query::select()
        .columns([Outbox::Topic, Outbox::Attempts, Outbox::CreatedMs, Outbox::DueMs, Outbox::AbandonedMs])
        .from(Outbox::Table)
        .limit(MOST_LOOKED_AT)
        .to_owned();
    let is_waiting = || Expr::col(Outbox::AbandonedMs).is_null();
    let is_late = || is_waiting().and(Expr::col(Outbox::DueMs).lte(now.millis()).or(Expr::col(Outbox::Attempts).gt(0)));
    let count = |condition| Expr::from(Func::count(CaseStatement::new().case(condition, 1)));
    let by_topic = Query::select()
        .column(Outbox::Topic)
        .expr_as(count(is_waiting()), "waiting")
        .expr_as(count(is_waiting().not()), "set_aside")
        .expr_as(Func::min(CaseStatement::new().case(is_late(), Expr::col(Outbox::CreatedMs))), "oldest")
        .from_subquery(first, Outbox::Table)
        .group_by_col(Outbox::Topic)
        .to_owned();
    let rows = database.reader().query_all(&by_topic).await?;
    rows.iter()
        .map(|row| {
            let oldest: Option<i64> = row.try_get("", "oldest")?;
            let backlog = Backlog {
                waiting: row.try_get("", "waiting")?,
                oldest: oldest.map(Timestamp::from_millis),
                set_aside: row.try_get("", "set_aside")?,
            };
            Ok((row.try_get("", "topic")?, backlog))
        })
        .collect()
}
