//! Work that a service does for as long as it is served, such as hearing what others tell.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;

use crate::metrics::Count;

type Working = Pin<Box<dyn Future<Output = ()> + Send>>;

/// After work that panicked.
const BEGIN_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// One kind of work without an end. Every replica does it.
pub struct ContinuousWork {
    name: &'static str,
    work: Arc<dyn Fn(CancellationToken) -> Working + Send + Sync>,
    failures: Count,
}

impl ContinuousWork {
    /// Work of this name, for the log. It is to end soon after its token is cancelled, which the stop of the service waits
    /// for, and is never dropped before.
    pub fn new<F>(name: &'static str, work: impl Fn(CancellationToken) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self { name, work: Arc::new(move |stop| Box::pin(work(stop))), failures: Count::default() }
    }

    /// Counts from now on how often it panics.
    pub(crate) fn count_failures(&mut self, failures: impl FnOnce(&'static str) -> Count) {
        self.failures = failures(self.name);
    }

    /// Works until `stop`. What panics is begun again.
    pub fn run(&self, stop: CancellationToken) -> impl Future<Output = ()> + Send + use<> {
        let (name, work, failures) = (self.name, Arc::clone(&self.work), self.failures.clone());
        async move {
            while AssertUnwindSafe(work(stop.clone())).catch_unwind().await.is_err() {
                failures.up();
                tracing::error!(work = name, "continuous work panicked; it is begun again");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(BEGIN_AGAIN_AFTER) => {}
                }
            }
        }
    }
}
