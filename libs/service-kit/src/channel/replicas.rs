//! One name, several addresses: calls go to each in turn, and who comes and goes is found out by looking the name up again.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{Request, Response};
use tokio::time::Instant;
use tonic::body::Body;
use tower::ServiceExt;

use super::Transport;
use super::outage::Outage;
use crate::entropy::Entropy;

/// How long the addresses of a name are believed.
const LOOK_UP_EVERY: Duration = Duration::from_secs(10);
/// The same once one of them has failed, and how long that one is left out.
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);
/// How long a look-up may take.
const LOOK_UP_WITHIN: Duration = Duration::from_secs(2);
/// More addresses of one name are left out.
const MOST_REPLICAS: usize = 64;

type LookingUp = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Finds the addresses of a name.
pub(super) type LookUp = Box<dyn Fn() -> LookingUp + Send + Sync>;

/// What stands behind a name. Cheap to clone.
#[derive(Clone)]
pub(super) struct Replicas(Arc<Shared>);

struct Shared {
    look_up: LookUp,
    connect: Box<dyn Fn(SocketAddr) -> Transport + Send + Sync>,
    known: Mutex<Known>,
    one_at_a_time: tokio::sync::Mutex<()>,
}

struct Known {
    replicas: Vec<Replica>,
    /// Whose turn it is.
    turn: usize,
    believed_until: Option<Instant>,
}

struct Replica {
    address: SocketAddr,
    transport: Transport,
    left_out_until: Option<Instant>,
}

impl Replicas {
    pub(super) fn new(look_up: LookUp, connect: impl Fn(SocketAddr) -> Transport + Send + Sync + 'static) -> Self {
        // By chance, so that processes that start together do not begin with the same one.
        let turn = usize::try_from(Entropy::system().below(MOST_REPLICAS as u64)).unwrap_or(0);
        let known = Mutex::new(Known { replicas: Vec::new(), turn, believed_until: None });
        let connect = Box::new(connect);
        Self(Arc::new(Shared { look_up, connect, known, one_at_a_time: tokio::sync::Mutex::default() }))
    }

    /// Makes the call at the one whose turn it is. One that fails is left out for a moment, if there is another.
    pub(super) async fn call(self, request: Request<Body>) -> Result<Response<Body>, Outage> {
        let (address, transport) = self.choose().await?;
        let answer = transport.oneshot(request).await;
        if matches!(answer, Err(Outage::NotAsked(_) | Outage::Lost(_))) {
            self.leave_out(address);
        }
        answer
    }

    async fn choose(&self) -> Result<(SocketAddr, Transport), Outage> {
        if let Some(chosen) = self.next() {
            if !self.is_believed() {
                // Nobody waits for it: what was known is good enough for this call.
                let replicas = self.clone();
                tokio::spawn(async move { replicas.look_up_again().await });
            }
            return Ok(chosen);
        }
        self.look_up_again().await.map_err(Outage::NotFound)?;
        self.next().ok_or_else(|| Outage::NotFound(io::Error::other("the name has no address")))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_believed(&self) -> bool {
        self.known().believed_until.is_some_and(|until| Instant::now() < until)
    }

    fn next(&self) -> Option<(SocketAddr, Transport)> {
        let (mut known, now) = (self.known(), Instant::now());
        let count = known.replicas.len();
        let in_turn = (0..count).map(|step| (known.turn + step) % count);
        let is_in = |place: &usize| known.replicas[*place].left_out_until.is_none_or(|until| until <= now);
        let place = in_turn.clone().find(is_in).or_else(|| in_turn.clone().next())?;
        known.turn = place + 1;
        let chosen = &known.replicas[place];
        Some((chosen.address, chosen.transport.clone()))
    }

    fn leave_out(&self, address: SocketAddr) {
        let (mut known, until) = (self.known(), Instant::now() + AFTER_A_FAILURE);
        known.believed_until = known.believed_until.map(|believed| believed.min(until));
        if let Some(failed) = known.replicas.iter_mut().find(|replica| replica.address == address) {
            failed.left_out_until = Some(until);
        }
    }

    /// Connections to addresses that are still there are kept. When the name cannot be looked up, so are all.
    async fn look_up_again(&self) -> io::Result<()> {
        let _one = self.0.one_at_a_time.lock().await;
        if self.is_believed() {
            return Ok(());
        }
        let found = tokio::time::timeout(LOOK_UP_WITHIN, (self.0.look_up)()).await;
        let found = found.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let mut known = self.known();
        known.believed_until = Some(Instant::now() + if found.is_ok() { LOOK_UP_EVERY } else { AFTER_A_FAILURE });
        match found {
            Ok(addresses) => {
                let mut before = std::mem::take(&mut known.replicas);
                known.replicas = of_one_family(addresses)
                    .into_iter()
                    .map(|address| {
                        let kept = before.iter().position(|replica| replica.address == address);
                        kept.map(|place| before.swap_remove(place)).unwrap_or_else(|| Replica {
                            address,
                            transport: (self.0.connect)(address),
                            left_out_until: None,
                        })
                    })
                    .collect();
                Ok(())
            }
            Err(error) if known.replicas.is_empty() => Err(error),
            Err(error) => {
                tracing::debug!(%error, "a name cannot be looked up; its addresses are believed for longer");
                Ok(())
            }
        }
    }
}

/// Where a machine has addresses of both families it may listen at one of them: the older one, if there is any.
fn of_one_family(mut addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    if addresses.iter().any(SocketAddr::is_ipv4) {
        addresses.retain(SocketAddr::is_ipv4);
    }
    addresses.sort_unstable();
    addresses.dedup();
    addresses.truncate(MOST_REPLICAS);
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_one_family_each_once() {
        let address = |text: &str| text.parse::<SocketAddr>().expect("an address");
        let both = ["[::1]:1", "127.0.0.2:1", "127.0.0.1:1", "127.0.0.2:1"].map(address).to_vec();
        assert_eq!(of_one_family(both), ["127.0.0.1:1", "127.0.0.2:1"].map(address));
        let newer = ["[::2]:1", "[::1]:1"].map(address).to_vec();
        assert_eq!(of_one_family(newer), ["[::1]:1", "[::2]:1"].map(address));
    }
}
