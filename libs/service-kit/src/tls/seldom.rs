//! Lines for the log that whoever can reach a port could have written without end.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const EVERY: Duration = Duration::from_secs(10);

/// Lets a line through from time to time.
#[derive(Default)]
pub(super) struct Seldom(Mutex<Told>);

#[derive(Default)]
struct Told {
    last: Option<Instant>,
    /// Kept back since.
    others: u64,
}

impl Seldom {
    /// Tells, unless that was done a moment ago; with how many were kept back.
    pub(super) fn tell(&self, tell: impl FnOnce(u64)) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.last.is_some_and(|last| last.elapsed() < EVERY) {
            told.others = told.others.saturating_add(1);
            return;
        }
        let others = std::mem::take(&mut told.others);
        told.last = Some(Instant::now());
        drop(told);
        tell(others);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_line_in_ten_seconds_tells_of_those_that_were_kept_back() {
        let seldom = Seldom::default();
        let mut told = Vec::new();
        for _ in 0..3 {
            seldom.tell(|others| told.push(others));
        }
        tokio::time::advance(EVERY).await;
        seldom.tell(|others| told.push(others));
        assert_eq!(told, [0, 2]);
    }
}
