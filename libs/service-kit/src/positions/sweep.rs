//! Forgets changes that no token is old enough to be concerned by.

use std::time::Duration;

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query};
use sea_orm::{ConnectionTrait, DbErr};

use super::NarrowingEvents;
use crate::clock::{Clock, Timestamp};
use crate::database::Database;
use crate::entropy::Entropy;
use crate::periodic::PeriodicWork;

const EVERY: Duration = Duration::from_secs(60);
/// Far longer than any token lives, for whoever looks into what happened.
const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
/// Rows removed in one transaction.
const BATCH: u64 = 1_000;
/// What one round does at most; the rest waits for the next.
const BATCHES_AT_MOST: usize = 100;

/// The sweep of a service's record, to be done while it is served.
pub fn sweep(database: &Database, clock: &Clock, entropy: &Entropy) -> PeriodicWork {
    let (database, clock) = (database.clone(), clock.clone());
    PeriodicWork::new("sweep narrowing changes", EVERY, entropy.clone(), move || {
        let (database, now) = (database.clone(), clock.now());
        async move {
            for _ in 0..BATCHES_AT_MOST {
                if remove(&database, now.minus(KEPT_FOR)).await? < BATCH {
                    break;
                }
            }
            Ok::<_, DbErr>(())
        }
    })
}

/// Removes the first of the record, as far as they are older than this; answers how many there were. The record is in the
/// order of time but for what clocks differ, so it is never read further than that.
async fn remove(database: &Database, older_than: Timestamp) -> Result<u64, DbErr> {
    let first = Alias::new("first_ones");
    let first_ones = Query::select()
        .columns([NarrowingEvents::Position, NarrowingEvents::CreatedMs])
        .from(NarrowingEvents::Table)
        .order_by(NarrowingEvents::Position, Order::Asc)
        .limit(BATCH)
        .to_owned();
    let old = Query::select()
        .column(NarrowingEvents::Position)
        .from_subquery(first_ones, first)
        .and_where(Expr::col(NarrowingEvents::CreatedMs).lt(older_than.millis()))
        .to_owned();
    let delete = Query::delete()
        .from_table(NarrowingEvents::Table)
        .and_where(Expr::col(NarrowingEvents::Position).in_subquery(old))
        .to_owned();
    let transaction = database.begin_write().await?;
    let removed = transaction.execute(&delete).await?.rows_affected();
    transaction.commit().await?;
    Ok(removed)
}
