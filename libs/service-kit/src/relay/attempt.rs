//! One try to deliver a message, and what becomes of an outcome that comes late.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tracing::Instrument;

use super::{DeliveryError, Handler};
use crate::database::Database;
use crate::outbox::{self, Delivery};

/// Who succeeded after nobody waited any more need not be asked again, unless somebody is at it already.
pub(super) async fn record_late(
    (database, topic, delivery): (Database, &'static str, Delivery),
    outcome: Result<(), DeliveryError>,
) {
    if outcome.is_ok()
        && let Err(error) = outbox::delivered(&database, &delivery).await
    {
        tracing::warn!(topic, %error, "a late delivery could not be recorded");
    }
}

/// A delivery that is not begun yet.
pub(super) fn handing_over(
    handler: &Handler,
    delivery: &Delivery,
) -> impl Future<Output = Result<(), DeliveryError>> + Send + use<> {
    let (handler, delivery) = (Arc::clone(handler), delivery.clone());
    async move { handler(delivery).await }
}

/// Waits for a delivery; a panic is a failure like any other. An outcome that does not come `within` this time is taken by `late`.
pub(super) async fn attempt<F>(
    delivering: impl Future<Output = Result<(), DeliveryError>> + Send + 'static,
    within: Duration,
    late: impl FnOnce(Result<(), DeliveryError>) -> F + Send + 'static,
) -> Result<(), DeliveryError>
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut delivering = Box::pin(async move {
        let outcome = AssertUnwindSafe(delivering).catch_unwind().await;
        outcome.unwrap_or_else(|_| Err(DeliveryError::Retry("the handler panicked".to_owned())))
    });
    if let Ok(outcome) = tokio::time::timeout(within, &mut delivering).await {
        return outcome;
    }
    // Left to end by itself: dropped here, it could leave a transaction open.
    tokio::spawn(async move { late(delivering.await).await }.in_current_span());
    Err(DeliveryError::Retry("no answer in time".to_owned()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use tokio::sync::{Notify, oneshot};

    use super::*;

    #[tokio::test]
    async fn an_outcome_that_comes_late_is_taken_when_it_comes() {
        let go = Arc::new(Notify::new());
        let slow = Arc::clone(&go);
        let delivering = async move {
            slow.notified().await;
            Ok(())
        };
        let (sender, mut taken) = oneshot::channel();
        let late = |late| async move { sender.send(late).unwrap() };
        let outcome = attempt(delivering, Duration::from_millis(5), late).await;
        assert!(matches!(outcome, Err(DeliveryError::Retry(_))), "{outcome:?}");
        assert!(taken.try_recv().is_err(), "nothing has come of it yet");
        go.notify_one();
        assert!(taken.await.unwrap().is_ok());
    }
}
