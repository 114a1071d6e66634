//! A hundred times a second something is taken away from somebody; how soon does everybody refuse it?

use std::collections::HashMap;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::Failure;
use crate::figure::Figure;
use crate::listeners::{Listeners, VERIFIERS};
use crate::listening::Heard;
use crate::machine::{now, used_by};
use crate::owner::Owner;
use crate::product::Product;

/// Their numbers come before those of others.
pub const OWNERS: usize = 10;
/// Of each owner, so that together they take a hundred times a second.
const EVERY: Duration = Duration::from_millis(100);
const LASTING: Duration = Duration::from_secs(20);
/// Time for the last to be heard everywhere; what is not heard then is told as never.
const AFTERWARDS: Duration = Duration::from_secs(3);

/// One narrowing change.
struct Taken {
    position: usize,
    asked: u64,
    answered: u64,
}

pub async fn figures(product: &Product, listeners: Listeners) -> Result<Vec<Figure>, Failure> {
    let mut owners = Vec::new();
    for number in 0..OWNERS {
        owners.push(Owner::new(product, number).await?);
    }
    let identity = product.pid("identity")?;
    let (began, identity_before, listeners_before) = (Instant::now(), used_by(identity)?, listeners.used()?);
    let mut taking = JoinSet::new();
    for owner in owners {
        taking.spawn(take_for_a_while(owner));
    }
    let mut taken = Vec::new();
    while let Some(of_one) = taking.join_next().await {
        taken.extend(of_one??);
    }
    let lasted = began.elapsed();
    let share = |used: Duration| used.as_secs_f64() / lasted.as_secs_f64() * 100.0;
    let identity_share = share(used_by(identity)?.saturating_sub(identity_before));
    let listeners_share = share(listeners.used()?.saturating_sub(listeners_before));
    sleep(AFTERWARDS).await;
    let heard = by_position(listeners.tell().await?);

    let everywhere = |taken: &&Taken| heard.get(&taken.position).filter(|heard| heard.feeds as usize == VERIFIERS);
    let since = |from: fn(&Taken) -> u64| {
        let heard_of = taken.iter().filter_map(|taken| Some((from(taken), everywhere(&taken)?.last)));
        let mut times: Vec<_> = heard_of.map(|(from, last)| last.saturating_sub(from) as f64 / 1_000.0).collect();
        times.sort_by(f64::total_cmp);
        times
    };
    let (from_answer, from_request) = (since(|taken| taken.answered), since(|taken| taken.asked));
    let missing = taken.len() - from_answer.len();
    Ok(vec![
        Figure::told("verifiers", "", VERIFIERS as f64),
        Figure::told("narrowing changes a second", "", taken.len() as f64 / lasted.as_secs_f64()),
        Figure::at_most("changes that somebody did not hear of", "", missing as f64, 0.0, 0.0),
        Figure::told("answered → refused everywhere, median", "ms", quantile(&from_answer, 0.5)),
        Figure::at_most("answered → refused everywhere, 99 of 100", "ms", quantile(&from_answer, 0.99), 300.0, 1_000.0),
        Figure::told("asked for → refused everywhere, 99 of 100", "ms", quantile(&from_request, 0.99)),
        Figure::told("identity, of one processor", "%", identity_share),
        Figure::told("the verifiers, of one processor", "%", listeners_share),
    ])
}

async fn take_for_a_while(mut owner: Owner) -> Result<Vec<Taken>, Failure> {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (began, mut taken) = (Instant::now(), Vec::new());
    while began.elapsed() < LASTING {
        ticks.tick().await;
        let asked = now();
        let position = owner.take().await?;
        taken.push(Taken { position, asked, answered: now() });
    }
    Ok(taken)
}

/// What all processes together have heard of each position.
fn by_position(told: Vec<Vec<Heard>>) -> HashMap<usize, Heard> {
    let mut all: HashMap<usize, Heard> = HashMap::new();
    for heard in told.into_iter().flatten() {
        let known = all.entry(heard.position).or_insert(Heard { feeds: 0, ..heard });
        known.feeds += heard.feeds;
        known.last = known.last.max(heard.last);
    }
    all
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len() as f64 * share) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or(f64::INFINITY)
}
