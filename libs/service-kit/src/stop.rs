//! The steps of an orderly stop: say that no more should come, go on serving until everybody has heard that, then end.

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long what is under way may take once nothing new is taken, everything in a process together.
pub const FINISH_WITHIN: Duration = Duration::from_secs(20);

/// How a process stops. Cheap to clone; clones are the same stop.
#[derive(Clone, Default)]
pub struct Stop {
    leaving: CancellationToken,
    ending: CancellationToken,
    /// When the first part of the process ended.
    ended: Arc<OnceLock<Instant>>,
}

impl Stop {
    /// A stop that nobody has asked for yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves at once and ends after `delay`, in which whoever sends calls here hears that none should come any more.
    pub async fn after(&self, delay: Duration) {
        self.leaving.cancel();
        tokio::time::sleep(delay).await;
        self.now();
    }

    /// Leaves and ends at once.
    pub fn now(&self) {
        self.leaving.cancel();
        self.ended.get_or_init(Instant::now);
        self.ending.cancel();
    }

    /// A part that ends with this one, or alone before it, while the rest goes on.
    #[must_use]
    pub fn part(&self) -> Self {
        Self { ending: self.ending.child_token(), ..self.clone() }
    }

    /// A part that leaves with this one and ends only when it is told to: what stands behind is needed until those in front
    /// have finished. The time to finish in is one for both.
    #[must_use]
    pub fn behind(&self) -> Self {
        Self { ending: CancellationToken::new(), ..self.clone() }
    }

    /// Ends this part and those that end with it.
    pub fn end(&self) {
        self.ended.get_or_init(Instant::now);
        self.ending.cancel();
    }

    /// Does the work, with which this part ends, be it by a panic.
    pub async fn ends_with<F: Future>(self, work: F) -> F::Output {
        let _ends = self.ending.drop_guard();
        work.await
    }

    /// Whether no more should come.
    pub fn is_leaving(&self) -> bool {
        self.leaving.is_cancelled() || self.ending.is_cancelled()
    }

    /// Resolves when no more should come.
    pub async fn leaving(&self) {
        tokio::select! {
            () = self.leaving.cancelled() => {}
            () = self.ending.cancelled() => {}
        }
    }

    /// Cancelled when nothing new is taken any more.
    pub const fn ending(&self) -> &CancellationToken {
        &self.ending
    }

    /// Resolves when what is under way has had its time: `FINISH_WITHIN` from the end on, or `grace` from when this is waited
    /// for, whichever is later.
    pub fn overtime(&self, grace: Duration) -> impl Future<Output = ()> + Send + 'static {
        let stop = self.clone();
        async move {
            stop.ending.cancelled().await;
            let ended = *stop.ended.get_or_init(Instant::now);
            tokio::time::sleep_until(overtime_begins(ended, Instant::now(), grace)).await;
        }
    }
}

fn overtime_begins(ended: Instant, now: Instant, grace: Duration) -> Instant {
    (ended + FINISH_WITHIN).max(now + grace)
}

/// A stop without a delay: it leaves and ends when the token is cancelled.
impl From<CancellationToken> for Stop {
    fn from(ending: CancellationToken) -> Self {
        Self { leaving: CancellationToken::new(), ending, ended: Arc::default() }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_leaves_at_once_and_ends_after_the_delay() {
        const DELAY: Duration = Duration::from_millis(50);
        let stop = Stop::new();
        assert!(!stop.is_leaving());
        let began = Instant::now();
        let going = tokio::spawn({
            let stop = stop.clone();
            async move { stop.after(DELAY).await }
        });
        stop.leaving().await;
        assert!(stop.is_leaving());
        stop.ending().cancelled().await;
        assert!(began.elapsed() >= DELAY);
        going.await.unwrap();
    }

    #[test]
    fn what_stands_behind_leaves_with_the_front_and_ends_when_it_is_told() {
        let front = Stop::new();
        let (behind, part) = (front.behind(), front.part());
        front.now();
        assert!(behind.is_leaving() && !behind.ending().is_cancelled());
        assert!(part.ending().is_cancelled());
        behind.end();
        assert_eq!(behind.ended.get(), front.ended.get(), "the time to finish in is one for both");
    }

    #[test]
    fn what_is_under_way_has_until_the_bound_and_a_little_in_any_case() {
        let (ended, grace) = (Instant::now(), Duration::from_secs(3));
        assert_eq!(overtime_begins(ended, ended, grace), ended + FINISH_WITHIN);
        let late = ended + FINISH_WITHIN - Duration::from_secs(1);
        assert_eq!(overtime_begins(ended, late, grace), late + grace);
    }

    #[test]
    fn a_part_that_ends_alone_takes_nobody_along() {
        let whole = Stop::new();
        let part = whole.part();
        part.end();
        assert!(part.ending().is_cancelled() && part.is_leaving());
        assert!(!whole.is_leaving());
    }

    #[tokio::test]
    async fn a_part_ends_with_its_work_even_where_that_panics() {
        let whole = Stop::new();
        let (working, panicking) = (whole.part(), whole.part());
        assert_eq!(working.clone().ends_with(async { "done" }).await, "done");
        let panics = async { panic!("on purpose") };
        let ended: Result<(), _> = tokio::spawn(panicking.clone().ends_with(panics)).await;
        assert!(ended.unwrap_err().is_panic());
        for part in [working, panicking] {
            assert!(part.ending().is_cancelled());
        }
        assert!(!whole.is_leaving());
    }
}
