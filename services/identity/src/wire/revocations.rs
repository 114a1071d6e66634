//! The feed of revocations as listeners get it.

use std::time::Duration;

use contracts::identity::v1 as proto;
use contracts::identity::v1::watch_response::Message;
use token_verification::{Positions, ResumePoint};

use crate::domain::change::Change;

/// One message, made once for all who hear it.
pub type Told = proto::WatchResponse;

/// Changes of identity, organizations and billing, in this order.
pub type Changes = [Vec<Change>; 3];

/// A part of what is to be known at the start.
pub struct Part {
    pub epoch: String,
    pub number: u32,
    pub is_last: bool,
    pub through: Positions,
    pub lifetime: Duration,
    pub changes: Changes,
}

/// From where a listener wants to go on.
pub fn resume_point(request: proto::WatchRequest) -> Option<ResumePoint> {
    let from = request.from?;
    let positions = from.positions.unwrap_or_default();
    let positions = Positions { i: positions.identity, o: positions.organizations, b: positions.billing };
    Some(ResumePoint { epoch: from.epoch, positions })
}

/// The signing keys.
pub fn keys(jwks_json: String) -> Told {
    told(Message::Keys(proto::RevocationKeys { jwks_json }))
}

/// A part of a snapshot.
pub fn snapshot(part: Part) -> Told {
    told(Message::Snapshot(proto::RevocationSnapshot {
        epoch: part.epoch,
        part: part.number,
        is_last: part.is_last,
        through: Some(numbers(&part.through)),
        token_lifetime_seconds: u32::try_from(part.lifetime.as_secs()).unwrap_or(u32::MAX),
        changes: Some(all(part.changes)),
    }))
}

/// Changes since.
pub fn batch(epoch: &str, after: &Positions, through: &Positions, changes: Changes) -> Told {
    told(Message::Batch(proto::RevocationBatch {
        epoch: epoch.to_owned(),
        after: Some(numbers(after)),
        through: Some(numbers(through)),
        changes: Some(all(changes)),
    }))
}

/// A sign of life.
pub fn heartbeat(epoch: &str, positions: &Positions, silence: Duration) -> Told {
    told(Message::Heartbeat(proto::RevocationHeartbeat {
        epoch: epoch.to_owned(),
        positions: Some(numbers(positions)),
        silence_ms: millis(silence),
        elapsed_ms: None,
    }))
}

/// The message for somebody who gets it this long after it was made, and whose subscription has lived this long: what a heartbeat
/// says of the sender's knowledge has aged meanwhile.
pub fn aged(message: &Told, age: Duration, elapsed: Duration) -> Told {
    let mut message = message.clone();
    if let Some(Message::Heartbeat(heartbeat)) = &mut message.message {
        heartbeat.silence_ms = heartbeat.silence_ms.saturating_add(millis(age));
        heartbeat.elapsed_ms = Some(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
    }
    message
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

const fn told(message: Message) -> Told {
    Told { message: Some(message) }
}

const fn numbers(positions: &Positions) -> proto::Positions {
    proto::Positions { identity: positions.i, organizations: positions.o, billing: positions.b }
}

fn all([identity, organizations, billing]: Changes) -> proto::RevocationChanges {
    let told = |changes: Vec<Change>| changes.into_iter().map(Into::into).collect();
    proto::RevocationChanges { identity: told(identity), organizations: told(organizations), billing: told(billing) }
}
