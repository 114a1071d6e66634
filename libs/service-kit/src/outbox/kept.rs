//! What lies in an outbox, for the operator: looked at, begun anew, removed.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Order, Query};
use sea_orm::{ConnectionTrait, DbErr};

use super::Outbox;
use crate::clock::Timestamp;
use crate::database::{Database, WriteTransaction, transaction_order};

/// A message as the operator sees it: without its payload, which is its handler's alone.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Names the message within its outbox.
    pub id: i64,
    /// Which handler delivers it.
    pub topic: String,
    /// Names the intent within its topic.
    pub key: String,
    /// How many times a relay took it up.
    pub attempts: i32,
    /// When it was written.
    pub created: Timestamp,
    /// When it is tried again, unless it was set aside.
    pub due: Timestamp,
    /// When it was set aside.
    pub set_aside: Option<Timestamp>,
}

/// Which messages are meant: those for which everything holds that is said.
#[derive(Clone, Debug, Default)]
pub struct WhichKept {
    /// Of this topic.
    pub topic: Option<String>,
    /// With this id.
    pub id: Option<i64>,
    /// Set aside.
    pub set_aside: bool,
}

impl WhichKept {
    fn condition(&self) -> Condition {
        Condition::all()
            .add_option(self.topic.as_deref().map(|topic| Expr::col(Outbox::Topic).eq(topic)))
            .add_option(self.id.map(|id| Expr::col(Outbox::Sequence).eq(id)))
            .add_option(self.set_aside.then(|| Expr::col(Outbox::AbandonedMs).is_not_null()))
    }
}

/// Up to `limit` messages in the order of their ids, after this one.
pub async fn list(database: &Database, which: &WhichKept, after: Option<i64>, limit: u64) -> Result<Vec<Kept>, DbErr> {
    let select = Query::select()
        .columns([Outbox::Sequence, Outbox::Topic, Outbox::Key, Outbox::Attempts])
        .columns([Outbox::CreatedMs, Outbox::DueMs, Outbox::AbandonedMs])
        .from(Outbox::Table)
        .cond_where(which.condition())
        .and_where_option(after.map(|after| Expr::col(Outbox::Sequence).gt(after)))
        .order_by(Outbox::Sequence, Order::Asc)
        .limit(limit)
        .to_owned();
    let rows = database.reader().query_all(&select).await?;
    rows.iter()
        .map(|row| {
            let set_aside: Option<i64> = row.try_get("", "abandoned_ms")?;
            Ok(Kept {
                id: row.try_get("", "sequence")?,
                topic: row.try_get("", "topic")?,
                key: row.try_get("", "key")?,
                attempts: row.try_get("", "attempts")?,
                created: Timestamp::from_millis(row.try_get("", "created_ms")?),
                due: Timestamp::from_millis(row.try_get("", "due_ms")?),
                set_aside: set_aside.map(Timestamp::from_millis),
            })
        })
        .collect()
}

/// Begins anew with what was set aside, and leaves alone what is tried anyway; answers how many messages that were. Whatever is not
/// delivered then waits as it did at first.
pub async fn retry(transaction: &WriteTransaction, which: &WhichKept, now: Timestamp) -> Result<u64, DbErr> {
    let (order, _) = transaction_order(transaction.get_database_backend());
    let update = Query::update()
        .table(Outbox::Table)
        .value(Outbox::TransactionOrder, Expr::cust(order))
        .value(Outbox::Attempts, 0)
        .value(Outbox::DueMs, now.millis())
        .value(Outbox::AbandonedMs, Option::<i64>::None)
        .cond_where(WhichKept { set_aside: true, ..which.clone() }.condition())
        .to_owned();
    let begun = transaction.execute(&update).await?.rows_affected();
    transaction.note_outbox_row();
    Ok(begun)
}

/// Removes this message if it was set aside; answers whether it was.
pub async fn remove(transaction: &WriteTransaction, id: i64) -> Result<bool, DbErr> {
    let which = WhichKept { id: Some(id), set_aside: true, ..WhichKept::default() };
    let delete = Query::delete().from_table(Outbox::Table).cond_where(which.condition()).to_owned();
    Ok(transaction.execute(&delete).await?.rows_affected() > 0)
}

/// Removes up to `limit` messages of these topics that were set aside before; answers how many those were.
pub(crate) async fn remove_set_aside(
    database: &Database,
    topics: &[&'static str],
    before: Timestamp,
    limit: u64,
) -> Result<u64, DbErr> {
    let passed = Query::select()
        .column(Outbox::Sequence)
        .from(Outbox::Table)
        .and_where(Expr::col(Outbox::Topic).is_in(topics.iter().copied()))
        .and_where(Expr::col(Outbox::AbandonedMs).lt(before.millis()))
        .limit(limit)
        .to_owned();
    // A look first: sweeps with nothing to do must not queue up with the writers.
    let found = database.reader().query_all(&passed).await?;
    if found.is_empty() {
        return Ok(0);
    }
    let ids: Vec<i64> = found.iter().map(|row| row.try_get("", "sequence")).collect::<Result<_, _>>()?;
    let delete = Query::delete()
        .from_table(Outbox::Table)
        .and_where(Expr::col(Outbox::Sequence).is_in(ids))
        .and_where(Expr::col(Outbox::AbandonedMs).lt(before.millis()))
        .to_owned();
    let transaction = database.begin_write().await?;
    let removed = transaction.execute(&delete).await?.rows_affected();
    transaction.commit().await?;
    Ok(removed)
}
