//! How long to wait before subscribing again.

use std::time::Duration;

use service_kit::Entropy;

const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// Pauses that double, each cut by chance to between half and the whole of it.
pub struct Pauses {
    interruptions: u32,
    entropy: Entropy,
}

impl Pauses {
    pub const fn new(entropy: Entropy) -> Self {
        Self { interruptions: 0, entropy }
    }

    pub fn next(&mut self) -> Duration {
        let whole = SHORTEST.saturating_mul(1 << self.interruptions.min(16)).min(LONGEST);
        self.interruptions = self.interruptions.saturating_add(1);
        let half = whole / 2;
        let chance = self.entropy.below(u64::try_from(half.as_millis()).unwrap_or(u64::MAX) + 1);
        half + Duration::from_millis(chance)
    }

    pub const fn begin_again(&mut self) {
        self.interruptions = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_seconds_and_begin_again() {
        let mut pauses = Pauses::new(Entropy::seeded(1));
        for whole in [100, 200, 400, 800, 1600, 3200, 5000, 5000] {
            let pause = pauses.next().as_millis();
            assert!((whole / 2..=whole).contains(&pause), "{pause} of {whole}");
        }
        pauses.begin_again();
        assert!(pauses.next() <= SHORTEST);
    }
}
