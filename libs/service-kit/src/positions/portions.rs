//! News in portions, as a streaming RPC sends them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use tonic::Status;

use super::event::Event;
use super::follower::{Follower, Gap, News};
use super::tail::Tail;
use crate::refusal::Refusal;

/// Changes in one portion, so that a message stays small whatever is remembered.
const LARGEST: usize = 2_000;

/// A part of the news.
#[derive(Clone, Debug)]
pub struct Portion {
    /// Changes, in order.
    pub events: Vec<Arc<Event>>,
    /// The latest position that whoever has heard this portion has heard of.
    pub position: i64,
    /// How long ago the last portion's position was the latest for certain.
    pub age: Duration,
    /// Whether more of the same news follows: until then not everything is known that was there at the beginning.
    pub has_more: bool,
}

/// Everything that is remembered, then whatever comes: news every 50 to 250 milliseconds, for ever. It ends with
/// SERVICE_UNAVAILABLE when something was missed, when the service stops, or when too many listen: begin again then.
pub fn portions(tail: &Tail) -> impl Stream<Item = Result<Portion, Status>> + Send + use<> {
    let begun = tail.follow().map(|follower| Listening { follower, waiting: VecDeque::new() });
    let begun = begun.ok_or_else(|| Refusal::unavailable("the record is not followed yet, or too many do").into());
    stream::unfold(Some(begun), |state| async {
        match state? {
            Ok(mut listening) => match listening.next().await {
                Ok(portion) => Some((Ok(portion), Some(Ok(listening)))),
                Err(gap) => Some((Err(Refusal::unavailable(gap).into()), None)),
            },
            Err(refused) => Some((Err(refused), None)),
        }
    })
}

struct Listening {
    follower: Follower,
    waiting: VecDeque<Portion>,
}

impl Listening {
    async fn next(&mut self) -> Result<Portion, Gap> {
        if let Some(portion) = self.waiting.pop_front() {
            return Ok(portion);
        }
        let mut portions = VecDeque::from(divide(self.follower.next().await?));
        let first = portions.pop_front().ok_or(Gap)?;
        self.waiting = portions;
        Ok(first)
    }
}

/// At least one portion.
fn divide(News { events, position, age }: News) -> Vec<Portion> {
    let mut portions: Vec<Portion> = events
        .chunks(LARGEST)
        .map(|events| Portion {
            position: events.last().map_or(position, |event| event.position),
            events: events.to_vec(),
            age,
            has_more: true,
        })
        .collect();
    match portions.last_mut() {
        Some(last) => (last.position, last.has_more) = (position, false),
        None => portions.push(Portion { events: Vec::new(), position, age, has_more: false }),
    }
    portions
}
