//! The run of a call under a key: what its transactions tell the claim.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sea_orm::DbErr;

use super::claims::{self, Claim};
use crate::database::{LastStatement, WriteTransaction, ending_with};

/// One attempt to carry a call out.
#[derive(Clone)]
pub(super) struct Run {
    claim: Claim,
    /// Transactions of which nobody here knows whether they were committed.
    doubtful_commits: Arc<AtomicUsize>,
}

impl Run {
    pub(super) fn new(claim: Claim) -> Self {
        Self { claim, doubtful_commits: Arc::default() }
    }

    pub(super) const fn claim(&self) -> &Claim {
        &self.claim
    }

    /// Carries the call out.
    pub(super) async fn of<F: Future>(&self, call: F) -> F::Output {
        ending_with(Arc::new(self.clone()), call).await
    }

    pub(super) fn has_doubtful_commit(&self) -> bool {
        self.doubtful_commits.load(Ordering::Relaxed) > 0
    }
}

/// The claim says that something was committed, exactly if it is.
#[async_trait::async_trait]
impl LastStatement for Run {
    /// Fails when another run has taken the claim over.
    async fn execute(&self, transaction: &WriteTransaction) -> Result<(), DbErr> {
        if !claims::note_commit(transaction, &self.claim).await? {
            return Err(DbErr::Custom("the call's idempotency key has been taken over by a later attempt".to_owned()));
        }
        self.doubtful_commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn committed(&self) {
        self.doubtful_commits.fetch_sub(1, Ordering::Relaxed);
    }
}
