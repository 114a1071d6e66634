//! How much a verifier knows, for metrics and for subscribing again.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::Positions;

/// How much the knowledge of a feed is worth now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeedState {
    /// At most a second old.
    Fresh,
    /// At most five seconds old. Tokens are judged as if it were fresh.
    Lagging,
    /// Older, or nothing was ever heard: tokens that are older than a minute are refused as stale.
    Blind,
}

impl FeedState {
    const FRESH: Duration = Duration::from_secs(1);
    const LAGGING: Duration = Duration::from_secs(5);

    pub(crate) fn of_lag(lag: Option<Duration>) -> Self {
        match lag {
            Some(lag) if lag <= Self::FRESH => Self::Fresh,
            Some(lag) if lag <= Self::LAGGING => Self::Lagging,
            _ => Self::Blind,
        }
    }
}

/// Numbers about a feed, to be turned into metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedStatus {
    /// What its knowledge is worth.
    pub state: FeedState,
    /// How old its knowledge is; `None` before the first.
    pub lag: Option<Duration>,
    /// Up to where each service is known.
    pub positions: Positions,
    /// How many entries are kept. What has expired is counted until it is swept, which takes about a minute.
    pub entries: usize,
    /// For how many entries there is room.
    pub capacity: usize,
    /// The memory of the table, in bytes. It never grows.
    pub bytes: usize,
    /// How many changes found no room and were kept as "all before" instead. It only grows.
    pub overflows: u64,
    /// How often a message was answered with [`Resubscribe`](super::Resubscribe). It only grows.
    pub resubscriptions: u64,
    /// How many key sets were refused because they could not be read. It only grows.
    pub key_sets_refused: u64,
}

/// From where a feed can go on, as a text `epoch/i.o.b`: a source that still has all later changes need not send the earlier ones again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumePoint {
    /// The epoch of the positions.
    pub epoch: String,
    /// Up to where each service is known.
    pub positions: Positions,
}

impl fmt::Display for ResumePoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Positions { i, o, b } = self.positions;
        write!(formatter, "{}/{i}.{o}.{b}", self.epoch)
    }
}

/// A text isn't a resume point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A resume point is an epoch and three numbers; begin with a whole snapshot.")]
pub struct ResumePointUnreadable;

impl FromStr for ResumePoint {
    type Err = ResumePointUnreadable;

    fn from_str(text: &str) -> Result<Self, ResumePointUnreadable> {
        let (epoch, numbers) = text.rsplit_once('/').ok_or(ResumePointUnreadable)?;
        let mut numbers = numbers.split('.').map(|number| number.parse::<i64>());
        let mut next = || numbers.next().and_then(Result::ok).ok_or(ResumePointUnreadable);
        let positions = Positions { i: next()?, o: next()?, b: next()? };
        if epoch.is_empty() || numbers.next().is_some() {
            return Err(ResumePointUnreadable);
        }
        Ok(Self { epoch: epoch.to_owned(), positions })
    }
}
