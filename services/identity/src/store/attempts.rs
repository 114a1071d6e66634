//! Counts of tries that failed. Each is one guarded upsert, so that no number of callers at once gets more than is
//! allowed, whichever replica they reach.

use std::time::Duration;

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, LockBehavior, LockType, OnConflict, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryTrait};
use service_kit::{Timestamp, WriteTransaction};

use super::entity::attempt::{ActiveModel, Column, Entity};
use crate::domain::throttle::{MOST_FAILURES, REMEMBERED_FOR, wait_after};

/// Rows forgotten with each try: more than a try adds.
const SWEPT_AT_ONCE: u64 = 4;

/// Counts a try as a failure until it is forgiven, of which so many cost no waiting; or answers how long to wait.
pub async fn take_failure(
    transaction: &WriteTransaction,
    name: &[u8],
    free: i32,
    now: Timestamp,
) -> Result<Result<(), Duration>, DbErr> {
    let first = row(name, 1, now, now.plus(REMEMBERED_FOR));
    let counted = || of(Column::Failures).add(1);
    let mut waits = CaseStatement::new();
    let longest = wait_after(MOST_FAILURES - 1, free);
    let mut failures = free + 1;
    // From the count on at which the wait no longer grows, it is the same.
    while wait_after(failures, free) < longest {
        waits = waits.case(counted().eq(failures), millis(wait_after(failures, free)));
        failures += 1;
    }
    let wait = waits.case(counted().lte(free), 0_i64).finally(millis(longest));
    let again = OnConflict::column(Column::Name)
        .value(Column::Failures, counted())
        .value(Column::UntilMs, Expr::value(now).add(wait))
        .value(Column::StaleMs, Expr::value(now.plus(REMEMBERED_FOR)))
        .action_and_where(of(Column::UntilMs).lte(now))
        .action_and_where(of(Column::Failures).lt(MOST_FAILURES))
        .to_owned();
    let taken = transaction.execute(&Entity::insert(first).on_conflict(again).into_query()).await?;
    if taken.rows_affected() == 1 {
        return Ok(Ok(()));
    }
    let known = Entity::find_by_id(name.to_vec()).one(transaction).await?;
    Ok(Err(known.map_or(Duration::ZERO, |row| {
        if row.failures >= MOST_FAILURES { wait_after(MOST_FAILURES, free) } else { between(now, row.until_ms) }
    })))
}

/// Forgets every failure of this name.
pub async fn forgive(transaction: &WriteTransaction, name: &[u8]) -> Result<(), DbErr> {
    Entity::delete_by_id(name.to_vec()).exec(transaction).await.map(|_| ())
}

/// Removes a few rows that say nothing any more.
pub async fn sweep(transaction: &WriteTransaction, now: Timestamp) -> Result<(), DbErr> {
    let stale = Query::select()
        .column(Column::Name)
        .from(Entity)
        .and_where(Expr::col(Column::StaleMs).lt(now))
        .limit(SWEPT_AT_ONCE)
        // Others may be counting with one of them at this moment.
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .to_owned();
    Entity::delete_many().filter(Column::Name.in_subquery(stale)).exec(transaction).await.map(|_| ())
}

fn row(name: &[u8], failures: i32, until: Timestamp, stale: Timestamp) -> ActiveModel {
    ActiveModel { name: Set(name.to_vec()), failures: Set(failures), until_ms: Set(until), stale_ms: Set(stale) }
}

/// A column of the row that is there, not of the one that arrives.
fn of(column: Column) -> Expr {
    Expr::col((Entity, column))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(later.millis() - earlier.millis()).unwrap_or(0))
}
