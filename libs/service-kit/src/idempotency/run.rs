//! The run of a call under a key: what its transactions tell the claim.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sea_orm::DbErr;
use uuid::Uuid;

use super::claims;
use crate::database::WriteTransaction;

tokio::task_local! {
    static CURRENT: Run;
}

/// One attempt to carry a call out.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) scope: [u8; 32],
    pub(super) id: Uuid,
    /// Transactions of which nobody here knows whether they were committed.
    doubtful_commits: Arc<AtomicUsize>,
}

impl Run {
    pub(super) fn new(scope: [u8; 32], id: Uuid) -> Self {
        Self { scope, id, doubtful_commits: Arc::default() }
    }

    /// Carries the call out.
    pub(super) async fn of<F: Future>(&self, call: F) -> F::Output {
        CURRENT.scope(self.clone(), call).await
    }

    pub(super) fn has_doubtful_commit(&self) -> bool {
        self.doubtful_commits.load(Ordering::Relaxed) > 0
    }
}

/// To be called as the last statement of every transaction: when it belongs to a call under a key, the claim says from
/// now on that something was committed, exactly if it is. Fails when another run has taken the claim over.
pub(crate) async fn note_commit(transaction: &WriteTransaction) -> Result<CommitNote, DbErr> {
    let Ok(run) = CURRENT.try_with(Clone::clone) else { return Ok(CommitNote(None)) };
    if !claims::note_commit(transaction, &run).await? {
        return Err(DbErr::Custom("the call's idempotency key has been taken over by a later attempt".to_owned()));
    }
    run.doubtful_commits.fetch_add(1, Ordering::Relaxed);
    Ok(CommitNote(Some(run)))
}

/// Between the note and the database's word that it is durable.
pub(crate) struct CommitNote(Option<Run>);

impl CommitNote {
    /// The database has given its word.
    pub(crate) fn confirm(self) {
        if let Some(run) = self.0 {
            run.doubtful_commits.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
