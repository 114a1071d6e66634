//! Connections for streams that last. A connection carries a bounded number of calls at once, so streams that stay would take
//! the place of everybody else's calls: they get connections of their own.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::channel::Channel;
use crate::limits::STREAMS_IN_A_LANE;

/// Channels of which each carries so many streams and nothing else. Cheap to clone.
#[derive(Clone)]
pub struct Lanes(Arc<[Lane]>);

struct Lane {
    channel: Channel,
    free: Arc<Semaphore>,
}

/// A stream's place in its lane, free again when this is dropped.
#[derive(Debug)]
pub struct Place(#[allow(dead_code, reason = "it is there to be dropped")] OwnedSemaphorePermit);

impl Lanes {
    /// One lane for each channel.
    pub fn new(channels: impl IntoIterator<Item = Channel>) -> Self {
        let lane = |channel| Lane { channel, free: Arc::new(Semaphore::new(STREAMS_IN_A_LANE)) };
        Self(channels.into_iter().map(lane).collect())
    }

    /// A channel with room for one more stream, the first ones first so that no more connections are opened than needed; `None`
    /// when all places are taken.
    pub fn enter(&self) -> Option<(Channel, Place)> {
        self.0.iter().find_map(|lane| {
            let place = Arc::clone(&lane.free).try_acquire_owned().ok()?;
            Some((lane.channel.clone(), Place(place)))
        })
    }
}
