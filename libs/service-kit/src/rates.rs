//! How often something may be done: counts in the database, so that neither concurrency nor replicas slip them.
//!
//! Each is one guarded upsert of the generic cell rate algorithm (ITU-T I.371). Whoever counts several things in one
//! transaction takes them in one order, so that no two transactions wait for each other.

mod table;

use std::time::Duration;

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, LockBehavior, LockType, OnConflict, Query};
use sea_orm::{ConnectionTrait, DbErr};

pub use self::table::CreateRates;
use self::table::Rates;
use crate::clock::Timestamp;
use crate::database::WriteTransaction;
use crate::metrics::Family;

/// How often what was refused, by the service that counts (`service`) and by what it counts (`bucket`).
pub const RATE_LIMITED: Family = Family {
    name: "guildhall_rate_limited",
    help: "What was refused because it was done too often, by what is counted",
};

/// Rows forgotten by one sweep: more than a transaction adds that counts a few things.
const SWEPT_AT_ONCE: u64 = 8;

/// So many at once after a quiet time, and one more each interval: in any span of time no more than `burst` and the
/// intervals that the span holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    burst: u32,
    interval: Duration,
}

impl Rate {
    /// `burst` is at least 1; `interval` counts in milliseconds.
    pub const fn new(burst: u32, interval: Duration) -> Self {
        Self { burst: if burst == 0 { 1 } else { burst }, interval }
    }

    /// How many at once, after a quiet time.
    pub const fn burst(self) -> u32 {
        self.burst
    }

    /// How long until one more is allowed.
    pub const fn interval(self) -> Duration {
        self.interval
    }
}

/// Counts one more of what `name` stands for; or answers how long to wait until one more is allowed. It counts exactly if
/// the transaction commits. The name is a keyed hash, so that the table tells nothing of whom it counts.
pub async fn take(
    transaction: &WriteTransaction,
    name: &[u8; 32],
    rate: Rate,
    now: Timestamp,
) -> Result<Result<(), Duration>, DbErr> {
    let latest = now.plus(rate.interval.saturating_mul(rate.burst - 1));
    let worked_off = CaseStatement::new().case(until().lt(now.millis()), now.millis()).finally(until());
    let again = OnConflict::column(Rates::Name)
        .value(Rates::UntilMs, Expr::expr(worked_off).add(millis(rate.interval)))
        .action_and_where(until().lte(latest.millis()))
        .to_owned();
    let upsert = Query::insert()
        .into_table(Rates::Table)
        .columns([Rates::Name, Rates::UntilMs])
        .values_panic([name.to_vec().into(), now.plus(rate.interval).millis().into()])
        .on_conflict(again)
        .to_owned();
    if transaction.execute(&upsert).await?.rows_affected() == 1 {
        return Ok(Ok(()));
    }
    let wait = until_of(transaction, name).await?.map_or(0, |until| until.saturating_sub(latest.millis()));
    Ok(Err(Duration::from_millis(u64::try_from(wait).unwrap_or(0))))
}

/// How long to wait until one more is allowed, as it stands: `None` when there is room. It counts nothing, so it only spares
/// work that `take` would refuse.
pub async fn wait(
    connection: &impl ConnectionTrait,
    name: &[u8; 32],
    rate: Rate,
    now: Timestamp,
) -> Result<Option<Duration>, DbErr> {
    let latest = now.plus(rate.interval.saturating_mul(rate.burst - 1));
    let wait = until_of(connection, name).await?.map_or(0, |until| until.saturating_sub(latest.millis()));
    Ok(u64::try_from(wait).ok().filter(|wait| *wait > 0).map(Duration::from_millis))
}

/// Takes back one that was counted.
pub async fn give_back(transaction: &WriteTransaction, name: &[u8; 32], rate: Rate) -> Result<(), DbErr> {
    let update = Query::update()
        .table(Rates::Table)
        .value(Rates::UntilMs, until().sub(millis(rate.interval)))
        .and_where(Expr::col(Rates::Name).eq(name.to_vec()))
        .to_owned();
    transaction.execute(&update).await.map(|_| ())
}

/// Removes a few rows that say nothing any more; to be called with each count.
pub async fn sweep(transaction: &WriteTransaction, now: Timestamp) -> Result<(), DbErr> {
    let stale = Query::select()
        .column(Rates::Name)
        .from(Rates::Table)
        .and_where(Expr::col(Rates::UntilMs).lt(now.millis()))
        .limit(SWEPT_AT_ONCE)
        // Others may be counting with one of them at this moment.
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .to_owned();
    let delete =
        Query::delete().from_table(Rates::Table).and_where(Expr::col(Rates::Name).in_subquery(stale)).to_owned();
    transaction.execute(&delete).await.map(|_| ())
}

/// A wait as a person reads it, such as `12 minutes`; never shorter than it is.
///
/// ```
/// use std::time::Duration;
/// use service_kit::rates::in_words;
/// assert_eq!(in_words(Duration::from_millis(1_200)), "2 seconds");
/// assert_eq!(in_words(Duration::from_secs(3 * 3600 + 1)), "4 hours");
/// ```
pub fn in_words(wait: Duration) -> String {
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    match seconds {
        1 => "a second".to_owned(),
        2..=119 => format!("{seconds} seconds"),
        120..=7199 => format!("{} minutes", seconds.div_ceil(60)),
        _ => format!("{} hours", seconds.div_ceil(3600)),
    }
}

/// When everything counted so far will have been worked off.
async fn until_of(connection: &impl ConnectionTrait, name: &[u8; 32]) -> Result<Option<i64>, DbErr> {
    let known = Query::select()
        .column(Rates::UntilMs)
        .from(Rates::Table)
        .and_where(Expr::col(Rates::Name).eq(name.to_vec()))
        .to_owned();
    connection.query_one(&known).await?.map(|row| row.try_get::<i64>("", "until_ms")).transpose()
}

/// The column of the row that is there, not of the one that arrives.
fn until() -> Expr {
    Expr::col((Rates::Table, Rates::UntilMs))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
