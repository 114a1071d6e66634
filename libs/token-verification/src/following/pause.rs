//! How long to wait before subscribing again.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// Pauses that double, each cut by chance to between half and the whole of it.
#[derive(Default)]
pub(super) struct Pauses {
    interruptions: u32,
    /// Keyed by chance for each process, which is as much randomness as spreading a crowd needs.
    chance: RandomState,
    drawn: u64,
}

impl Pauses {
    pub(super) fn next(&mut self) -> Duration {
        let whole = SHORTEST.saturating_mul(1 << self.interruptions.min(16)).min(LONGEST);
        self.interruptions = self.interruptions.saturating_add(1);
        whole.mul_f64(0.5 + self.share() / 2.0)
    }

    /// Cut by chance to between three quarters and the whole of it.
    pub(super) fn vary(&mut self, whole: Duration) -> Duration {
        whole.mul_f64(0.75 + self.share() / 4.0)
    }

    /// Between 0 and 1, by chance.
    fn share(&mut self) -> f64 {
        self.drawn = self.drawn.wrapping_add(1);
        self.chance.hash_one(self.drawn) as f64 / u64::MAX as f64
    }

    pub(super) fn begin_again(&mut self) {
        self.interruptions = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_seconds_and_begin_again() {
        let mut pauses = Pauses::default();
        for whole in [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000] {
            let pause = pauses.next().as_millis();
            assert!((whole / 2..=whole).contains(&pause), "{pause} of {whole}");
        }
        pauses.begin_again();
        assert!(pauses.next() <= SHORTEST);
    }

    #[test]
    fn a_crowd_does_not_come_back_at_once() {
        let drawn: std::collections::HashSet<_> = (0..100).map(|_| Pauses::default().next()).collect();
        assert!(drawn.len() > 90);
    }
}
