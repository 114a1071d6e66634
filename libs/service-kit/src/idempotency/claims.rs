//! Claims in the database: who may carry a call out, and what became of it.

use std::time::Duration;

use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict, Order, Query, UpdateStatement};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use uuid::Uuid;

use super::call::Call;
use super::table::IdempotencyKeys;
use crate::clock::Timestamp;
use crate::database::{Database, WriteTransaction};
use crate::rates::{self, Rate};

/// How long an answer is kept, from the first call on.
const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
/// After so many other messages a key gives its answer to nobody. Whoever knows or guesses the key of somebody who signs
/// in or up must not find the password by trying messages, since these tries are no tries to sign in.
const MOST_MISMATCHES: i32 = 10;

/// The claim of a run. It is over when another run has taken the same call over.
#[derive(Clone)]
pub(super) struct Claim {
    scope: [u8; 32],
    run: Uuid,
}

/// What somebody who wants to carry a call out is to do.
pub(super) enum Claimed {
    /// Carry it out.
    Run(Claim),
    /// Give this answer again; it is sealed.
    Answered(Vec<u8>),
    /// Wait: another run is believed to be alive.
    Running,
    /// Nothing: a run that changed something has ended without an answer.
    CutOff,
    /// Nothing: the key was used for another message.
    OtherMessage,
    /// Nothing for so long: the caller has used too many new keys.
    TooMany(Duration),
}

/// A run that asks for a claim.
pub(super) struct Candidate<'a> {
    pub(super) call: &'a Call,
    pub(super) run: Uuid,
    pub(super) now: Timestamp,
    /// Until when the run will have answered, or is dead.
    pub(super) runs_until: Timestamp,
    /// Whether the call may run again after a run that changed something.
    pub(super) may_repeat: bool,
    /// New keys that the caller may use.
    pub(super) keys: Rate,
}

impl Candidate<'_> {
    /// Claims the call for this run, unless another has it or has answered it.
    pub(super) async fn claim(&self, database: &Database) -> Result<Claimed, DbErr> {
        let transaction = database.begin_write().await?;
        if !self.insert(&transaction).await? {
            let Some(found) = find(&transaction, &self.call.scope).await? else { return Ok(Claimed::Running) };
            match self.judge(found) {
                None => self.take_over(&transaction).await?,
                Some(Claimed::OtherMessage) => {
                    self.count_mismatch(&transaction).await?;
                    transaction.commit().await?;
                    return Ok(Claimed::OtherMessage);
                }
                Some(outcome) => return Ok(outcome),
            }
        }
        if let Err(wait) = rates::take(&transaction, &self.call.counted_with, self.keys, self.now).await? {
            return Ok(Claimed::TooMany(wait));
        }
        rates::sweep(&transaction, self.now).await?;
        transaction.commit().await?;
        Ok(Claimed::Run(Claim { scope: self.call.scope, run: self.run }))
    }

    /// `None` when the claim may be taken over.
    fn judge(&self, found: Found) -> Option<Claimed> {
        if found.expires <= self.now {
            return None;
        }
        if found.message != self.call.message || found.mismatches >= MOST_MISMATCHES {
            return Some(Claimed::OtherMessage);
        }
        if let Some(answer) = found.answer {
            return Some(Claimed::Answered(answer));
        }
        if self.now < found.runs_until {
            return Some(Claimed::Running);
        }
        (found.has_committed && !self.may_repeat).then_some(Claimed::CutOff)
    }

    /// Whether there was no claim.
    async fn insert(&self, transaction: &WriteTransaction) -> Result<bool, DbErr> {
        let insert = Query::insert()
            .into_table(IdempotencyKeys::Table)
            .columns([
                IdempotencyKeys::Scope,
                IdempotencyKeys::Message,
                IdempotencyKeys::Run,
                IdempotencyKeys::RunsUntilMs,
                IdempotencyKeys::HasCommitted,
                IdempotencyKeys::ExpiresMs,
            ])
            .values_panic([
                self.call.scope.to_vec().into(),
                self.call.message.to_vec().into(),
                self.run.into(),
                self.runs_until.millis().into(),
                false.into(),
                self.now.plus(KEPT_FOR).millis().into(),
            ])
            .on_conflict(OnConflict::column(IdempotencyKeys::Scope).do_nothing().to_owned())
            .to_owned();
        Ok(transaction.execute(&insert).await?.rows_affected() == 1)
    }

    /// The row is locked since it was judged.
    async fn take_over(&self, transaction: &WriteTransaction) -> Result<(), DbErr> {
        let update = Query::update()
            .table(IdempotencyKeys::Table)
            .value(IdempotencyKeys::Message, self.call.message.to_vec())
            .value(IdempotencyKeys::Mismatches, 0)
            .value(IdempotencyKeys::Run, self.run)
            .value(IdempotencyKeys::RunsUntilMs, self.runs_until.millis())
            .value(IdempotencyKeys::HasCommitted, false)
            .value(IdempotencyKeys::Answer, Option::<Vec<u8>>::None)
            .value(IdempotencyKeys::ExpiresMs, self.now.plus(KEPT_FOR).millis())
            .and_where(Expr::col(IdempotencyKeys::Scope).eq(self.call.scope.to_vec()))
            .to_owned();
        transaction.execute(&update).await.map(|_| ())
    }

    /// The row is locked since it was judged.
    async fn count_mismatch(&self, transaction: &WriteTransaction) -> Result<(), DbErr> {
        let update = Query::update()
            .table(IdempotencyKeys::Table)
            .value(IdempotencyKeys::Mismatches, Expr::col(IdempotencyKeys::Mismatches).add(1))
            .and_where(Expr::col(IdempotencyKeys::Scope).eq(self.call.scope.to_vec()))
            .and_where(Expr::col(IdempotencyKeys::Mismatches).lt(MOST_MISMATCHES))
            .to_owned();
        transaction.execute(&update).await.map(|_| ())
    }
}

/// Notes in a transaction of this run that it commits something; `false` when the run no longer has the claim.
pub(super) async fn note_commit(transaction: &WriteTransaction, claim: &Claim) -> Result<bool, DbErr> {
    let mut update = Query::update();
    update.table(IdempotencyKeys::Table).value(IdempotencyKeys::HasCommitted, true);
    Ok(transaction.execute(of_claim(&mut update, claim)).await?.rows_affected() == 1)
}

/// Keeps the answer of this run, if it still has the claim.
pub(super) async fn record(database: &Database, claim: &Claim, sealed: Vec<u8>) -> Result<(), DbErr> {
    let mut update = Query::update();
    update.table(IdempotencyKeys::Table).value(IdempotencyKeys::Answer, sealed);
    let transaction = database.begin_write().await?;
    transaction.execute(of_claim(&mut update, claim)).await?;
    transaction.commit().await
}

/// Lets the key go after a run without an answer to keep, so that it can be used again. With `unless_committed` a claim
/// under which something was committed stays, as one whose answer is lost. `counted` is as what the key was counted.
pub(super) async fn release(
    database: &Database,
    claim: &Claim,
    counted: (&[u8; 32], Rate),
    now: Timestamp,
    unless_committed: bool,
) -> Result<(), DbErr> {
    let mut delete = Query::delete();
    delete
        .from_table(IdempotencyKeys::Table)
        .and_where(Expr::col(IdempotencyKeys::Scope).eq(claim.scope.to_vec()))
        .and_where(Expr::col(IdempotencyKeys::Run).eq(claim.run));
    if unless_committed {
        delete.and_where(Expr::col(IdempotencyKeys::HasCommitted).eq(false));
    }
    let transaction = database.begin_write().await?;
    if transaction.execute(&delete).await?.rows_affected() == 1 {
        let (name, keys) = counted;
        rates::give_back(&transaction, name, keys).await?;
    } else {
        let mut ended = Query::update();
        ended.table(IdempotencyKeys::Table).value(IdempotencyKeys::RunsUntilMs, now.millis());
        transaction.execute(of_claim(&mut ended, claim)).await?;
    }
    transaction.commit().await
}

/// Removes up to `limit` rows that are over; answers how many there were.
pub(super) async fn remove_expired(database: &Database, now: Timestamp, limit: u64) -> Result<u64, DbErr> {
    let over = Query::select()
        .column(IdempotencyKeys::Scope)
        .from(IdempotencyKeys::Table)
        .and_where(Expr::col(IdempotencyKeys::ExpiresMs).lte(now.millis()))
        .order_by(IdempotencyKeys::ExpiresMs, Order::Asc)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .to_owned();
    let delete = Query::delete()
        .from_table(IdempotencyKeys::Table)
        .and_where(Expr::col(IdempotencyKeys::Scope).in_subquery(over))
        .to_owned();
    let transaction = database.begin_write().await?;
    let removed = transaction.execute(&delete).await?.rows_affected();
    transaction.commit().await?;
    Ok(removed)
}

/// The update of a claim, while it is not over.
fn of_claim<'a>(update: &'a mut UpdateStatement, claim: &Claim) -> &'a UpdateStatement {
    update
        .and_where(Expr::col(IdempotencyKeys::Scope).eq(claim.scope.to_vec()))
        .and_where(Expr::col(IdempotencyKeys::Run).eq(claim.run))
}

/// A claim as it stands.
struct Found {
    message: Vec<u8>,
    mismatches: i32,
    runs_until: Timestamp,
    has_committed: bool,
    answer: Option<Vec<u8>>,
    expires: Timestamp,
}

/// The claim, locked.
async fn find(transaction: &WriteTransaction, scope: &[u8; 32]) -> Result<Option<Found>, DbErr> {
    let select = Query::select()
        .columns([
            IdempotencyKeys::Message,
            IdempotencyKeys::Mismatches,
            IdempotencyKeys::RunsUntilMs,
            IdempotencyKeys::HasCommitted,
            IdempotencyKeys::Answer,
            IdempotencyKeys::ExpiresMs,
        ])
        .from(IdempotencyKeys::Table)
        .and_where(Expr::col(IdempotencyKeys::Scope).eq(scope.to_vec()))
        .lock_exclusive()
        .to_owned();
    let row = transaction.query_one(&select).await?;
    row.map(|row| Found::of(&row)).transpose()
}

impl Found {
    fn of(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            message: row.try_get("", "message")?,
            mismatches: row.try_get("", "mismatches")?,
            runs_until: Timestamp::from_millis(row.try_get("", "runs_until_ms")?),
            has_committed: row.try_get("", "has_committed")?,
            answer: row.try_get("", "answer")?,
            expires: Timestamp::from_millis(row.try_get("", "expires_ms")?),
        })
    }
}
