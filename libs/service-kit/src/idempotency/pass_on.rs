//! The caller's side: a key that came with a request goes on with the calls that the request leads to.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::HeaderMap;

use super::key::{IDEMPOTENCY_KEY, IDEMPOTENT_REPLAYED, IdempotencyKey};

tokio::task_local! {
    static CURRENT: PassedOn;
}

/// A key, and whether a call under it was answered before.
#[derive(Clone)]
pub(crate) struct PassedOn {
    key: IdempotencyKey,
    was_replayed: Arc<AtomicBool>,
}

/// Sends `key` with every call that `work` makes over a `Channel`, and answers beside its output whether one of them
/// was given its first answer again. Tasks spawned by `work` do not inherit the key, nor do the services called: it is
/// for one hop.
pub async fn pass_on<F: Future>(key: IdempotencyKey, work: F) -> (F::Output, bool) {
    let passed_on = PassedOn { key, was_replayed: Arc::default() };
    let output = CURRENT.scope(passed_on.clone(), work).await;
    (output, passed_on.was_replayed.load(Ordering::Relaxed))
}

impl PassedOn {
    /// What the call that this task works for came with.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    pub(crate) fn write_headers(&self, headers: &mut HeaderMap) {
        headers.insert(IDEMPOTENCY_KEY, self.key.header().clone());
    }

    pub(crate) fn read_answer(&self, headers: &HeaderMap) {
        if headers.contains_key(IDEMPOTENT_REPLAYED) {
            self.was_replayed.store(true, Ordering::Relaxed);
        }
    }
}
