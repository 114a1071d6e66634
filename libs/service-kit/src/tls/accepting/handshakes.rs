//! Handshakes under way, in bounded number.

use std::collections::VecDeque;
use std::future::Future;
use std::net::IpAddr;

use tokio::task::{AbortHandle, JoinSet};

use super::{Seldom, Wire};
use crate::network::network_of;

/// At once. Who comes while there are as many waits in the system's queue.
const ALL_AT_ONCE: usize = 512;
/// Of them with one network. A handshake takes milliseconds, so the oldest of so many is not meant to end.
const OF_ONE_NETWORK: usize = 64;

pub(super) struct Handshakes {
    tasks: JoinSet<Option<Wire>>,
    at_once: usize,
    /// Those that have not been given up, the oldest first.
    begun: VecDeque<Begun>,
    given_up: Seldom,
}

struct Begun {
    network: Vec<u8>,
    task: AbortHandle,
}

impl Default for Handshakes {
    fn default() -> Self {
        Self::with_room_for(ALL_AT_ONCE)
    }
}

impl Handshakes {
    pub(super) fn with_room_for(at_once: usize) -> Self {
        Self { tasks: JoinSet::new(), at_once, begun: VecDeque::new(), given_up: Seldom::default() }
    }

    pub(super) fn have_room(&self) -> bool {
        self.tasks.len() < self.at_once
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Begins one more. Where its network has its share already, the oldest of that network is given up: whoever finishes none
    /// is in nobody's way but their own.
    pub(super) fn begin(&mut self, address: IpAddr, handshake: impl Future<Output = Option<Wire>> + Send + 'static) {
        let network = network_of(Some(address));
        let of_network = self.begun.iter().enumerate().filter(|(_, begun)| begun.network == network);
        if of_network.clone().count() >= OF_ONE_NETWORK
            && let Some((oldest, _)) = of_network.into_iter().next()
            && let Some(begun) = self.begun.remove(oldest)
        {
            begun.task.abort();
            self.given_up.tell(|others| {
                tracing::warn!(
                    others,
                    "one network begins more handshakes at once than it finishes; the oldest is given up"
                );
            });
        }
        let task = self.tasks.spawn(handshake);
        self.begun.push_back(Begun { network, task });
    }

    /// Waits for the next one to end; `None` where there is nobody to serve at the other end.
    pub(super) async fn next_end(&mut self) -> Option<Wire> {
        let ended = self.tasks.join_next().await;
        self.begun.retain(|begun| !begun.task.is_finished());
        ended.and_then(Result::ok).flatten()
    }
}
