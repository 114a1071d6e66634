//! The one log line of each call: what was asked, by whom, and what came of it. No secret stands in it, no message, no whole address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use token_verification::Caller;
use tokio::time::Instant;
use tonic::Code;
use tracing::Level;
use uuid::Uuid;

use crate::refusal::code_name;

/// The kind of whoever acts where a service acts by itself.
const SERVICE: &str = "service";
/// Most characters of what a client calls itself.
const LONGEST_AGENT: usize = 200;

/// The status of an HTTP request whose client went away before its answer, as proxies write it.
pub const CLIENT_GONE: u16 = 499;

/// What is found out about a call while it is answered. What is noted last counts.
#[derive(Debug, Default)]
pub struct Facts(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    peer: Option<String>,
    actor: Option<Actor>,
    client: Option<IpAddr>,
    agent: Option<String>,
    reason: Option<&'static str>,
    /// The call reads and changes nothing.
    reads: bool,
}

/// Who acts.
#[derive(Clone, Copy, Debug)]
struct Actor {
    kind: &'static str,
    id: Option<Uuid>,
    acts_for: Option<Uuid>,
    impersonator: Option<Uuid>,
}

impl Actor {
    const fn unnamed(kind: &'static str) -> Self {
        Self { kind, id: None, acts_for: None, impersonator: None }
    }

    /// Whether a service acts by itself, for nobody who is signed in.
    fn is_service(&self) -> bool {
        self.kind == SERVICE
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    /// An RPC, with this code and reason.
    Rpc(Code, Option<&'static str>),
    /// An HTTP request, with this status.
    Http(u16),
}

impl Facts {
    fn change(&self, change: impl FnOnce(&mut Noted)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// A signed-in user acts.
    pub fn note_caller(&self, caller: &Caller) {
        let (id, impersonator) = (Some(caller.user_id), caller.impersonated_by);
        let actor = Actor { kind: "user", id, acts_for: caller.acts_for(), impersonator };
        self.change(|noted| noted.actor = Some(actor));
    }

    /// A program acts that shows a server API key; with the key's id once it is known.
    pub fn note_server_key(&self, id: Option<Uuid>) {
        self.change(|noted| noted.actor = Some(Actor { id, ..Actor::unnamed("server_key") }));
    }

    /// Who is at the other end, by its name or kind; a service acts itself where nobody else does.
    pub fn note_peer(&self, peer: String, is_service: bool) {
        self.change(|noted| {
            noted.peer = Some(peer);
            if is_service {
                noted.actor.get_or_insert(Actor::unnamed(SERVICE));
            }
        });
    }

    /// Where the call came from before its first hop, and what the client calls itself.
    pub fn note_client(&self, address: Option<IpAddr>, agent: Option<&str>) {
        let is_wanted = tracing::enabled!(Level::DEBUG);
        let agent = agent.filter(|_| is_wanted).map(|agent| agent.chars().take(LONGEST_AGENT).collect());
        self.change(|noted| (noted.client, noted.agent) = (address.map(network), agent));
    }

    /// The call changes nothing.
    pub fn note_reading(&self) {
        self.change(|noted| noted.reads = true);
    }

    /// Why the call is refused.
    pub fn note_reason(&self, reason: &'static str) {
        self.change(|noted| noted.reason = Some(reason));
    }

    fn write(&self, outcome: Outcome, began: Instant) {
        let (code, status, refused) = match outcome {
            Outcome::Rpc(code, reason) => (Some(code_name(code)), None, reason),
            Outcome::Http(status) => (None, Some(status), None),
        };
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let actor = noted.actor.as_ref();
        macro_rules! answered {
            ($level:expr) => {
                tracing::event!(
                    $level,
                    code,
                    status,
                    reason = refused.or(noted.reason),
                    duration_ms = millis(began),
                    peer = noted.peer,
                    actor_type = actor.map(|actor| actor.kind),
                    actor_id = actor.and_then(|actor| actor.id).map(tracing::field::display),
                    org_id = actor.and_then(|actor| actor.acts_for).map(tracing::field::display),
                    impersonator_id = actor.and_then(|actor| actor.impersonator).map(tracing::field::display),
                    remote_ip = noted.client.map(tracing::field::display),
                    user_agent = noted.agent,
                    "answered"
                )
            };
        }
        // What services look up by themselves, time and again, is no news while it is answered.
        let by_itself = actor.is_some_and(Actor::is_service) && noted.client.is_none();
        let is_routine = by_itself && noted.reads && matches!(outcome, Outcome::Rpc(Code::Ok, _));
        match is_routine {
            true => answered!(Level::DEBUG),
            false => answered!(Level::INFO),
        }
    }

    /// Why the call was refused, as far as it is known.
    pub fn reason(&self) -> Option<&'static str> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).reason
    }
}

/// The line of a call, written when it is dropped, within the tracing span of the call. Whoever goes away before the answer drops it
/// too: what they asked for may be done all the same.
pub struct AccessLine {
    facts: Arc<Facts>,
    began: Instant,
    outcome: Outcome,
}

impl AccessLine {
    /// The line of a call that begins now, and ends like this unless somebody says otherwise.
    pub fn begin(facts: Arc<Facts>, unanswered: Outcome) -> Self {
        Self { facts, began: Instant::now(), outcome: unanswered }
    }

    /// The call is answered like this.
    pub fn end(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

impl Drop for AccessLine {
    fn drop(&mut self) {
        self.facts.write(self.outcome, self.began);
    }
}

/// The layer around what machines ask for all the time: probes, health, reflection. Logged for whoever looks for it.
pub(crate) async fn note_probe(request: Request, next: Next) -> Response {
    let (started, path) = (Instant::now(), request.uri().path().to_owned());
    let answer = next.run(request).await;
    tracing::debug!(path, status = answer.status().as_u16(), duration_ms = millis(started), "answered a probe");
    answer
}

/// With three digits behind the point.
fn millis(started: Instant) -> f64 {
    f64::from(u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX)) / 1000.0
}

/// The network of an address, wide enough that it is not one person's: 24 bits of IPv4, 48 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() & !0xff).into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !(u128::MAX >> 48)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn the_log_knows_networks_and_no_addresses() {
        for (address, logged) in [
            ("203.0.113.77", "203.0.113.0"),
            ("::ffff:203.0.113.77", "203.0.113.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ] {
            assert_eq!(network(address.parse().unwrap()).to_string(), logged);
        }
    }
}
