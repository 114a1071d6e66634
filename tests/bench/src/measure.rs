//! Ratios that a busy machine does not spoil: the worlds take turns, and medians are compared.

use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::question::Question;
use crate::world::World;

/// How much slower than the smallest world the others may be.
pub const BOUND: f64 = 1.2;
/// Beyond this in every attempt, the bound is broken for sure, as what reads everything is slower by orders of magnitude;
/// in between the machine may be to blame.
const CLEARLY_BROKEN: f64 = 1.5;

const ATTEMPTS: usize = 3;
const WARM_UP_ROUNDS: usize = 20;
const ROUNDS: usize = 301;
/// A question that grows may take seconds; a few rounds show that as well.
const FEWEST_ROUNDS: usize = 5;
const LONGEST: Duration = Duration::from_secs(10);

/// How long a question took in each world, the smallest first.
pub struct Growth {
    pub medians: Vec<Duration>,
}

impl Growth {
    /// The slowest of the larger worlds over the smallest world.
    pub fn ratio(&self) -> f64 {
        let Some((smallest, larger)) = self.medians.split_first() else { return 1.0 };
        let slowest = larger.iter().max().unwrap_or(smallest);
        slowest.as_secs_f64() / smallest.as_secs_f64()
    }

    pub fn is_broken(&self) -> bool {
        self.ratio() > CLEARLY_BROKEN
    }
}

/// Measures, and measures again while the bound seems broken; the best attempt counts.
pub async fn growth(question: Question, worlds: &[World]) -> Result<Growth, Failure> {
    let mut best = attempt(question, worlds).await?;
    for _ in 1..ATTEMPTS {
        if best.ratio() <= BOUND {
            break;
        }
        let again = attempt(question, worlds).await?;
        if again.ratio() < best.ratio() {
            best = again;
        }
    }
    Ok(best)
}

async fn attempt(question: Question, worlds: &[World]) -> Result<Growth, Failure> {
    let mut times = vec![Vec::new(); worlds.len()];
    let began = Instant::now();
    for round in 0..WARM_UP_ROUNDS + ROUNDS {
        if round >= FEWEST_ROUNDS && began.elapsed() > LONGEST {
            break;
        }
        let mut entries = None;
        // Whoever comes first in a round finds colder caches than the others.
        for turn in (0..worlds.len()).map(|turn| (turn + round) % worlds.len()) {
            let asked = Instant::now();
            let found = question.ask(&worlds[turn]).await?;
            times[turn].push(asked.elapsed());
            if *entries.get_or_insert(found) != found {
                return Err(format!("{}: not every world answers the same number", question.words()).into());
            }
        }
    }
    Ok(Growth { medians: times.into_iter().map(median).collect() })
}

/// Of all but the first rounds, if there were that many.
fn median(times: Vec<Duration>) -> Duration {
    let mut warm = if times.len() > 2 * WARM_UP_ROUNDS { times[WARM_UP_ROUNDS..].to_vec() } else { times };
    warm.sort_unstable();
    warm.get(warm.len() / 2).copied().unwrap_or_default()
}
