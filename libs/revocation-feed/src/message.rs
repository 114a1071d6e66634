//! Messages of the contract, and the same in the words of verifiers.

use contracts::changes::v1::{Change, ChangeKind};
use contracts::identity::v1 as proto;
use contracts::identity::v1::watch_response::Message;
use token_verification::{
    Batch, Event, FeedMessage, Heartbeat, OwningService, Positions, ResumePoint, SnapshotPart, Subject,
};
use uuid::Uuid;

/// A message that says nothing that is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Empty;

/// What an RPC message says to a verifier.
///
/// # Errors
/// [`Empty`] when it says nothing, or something that a later version added: to be skipped, as whatever it makes known is missed by
/// the positions of the next message.
pub fn feed_message(response: proto::WatchResponse) -> Result<FeedMessage, Empty> {
    Ok(match response.message.ok_or(Empty)? {
        Message::Snapshot(part) => FeedMessage::Snapshot(SnapshotPart {
            epoch: part.epoch,
            part: part.part,
            is_last: part.is_last,
            through: positions(part.through),
            token_lifetime_seconds: part.token_lifetime_seconds,
            events: events(part.changes),
        }),
        Message::Batch(batch) => FeedMessage::Batch(Batch {
            epoch: batch.epoch,
            after: positions(batch.after),
            through: positions(batch.through),
            events: events(batch.changes),
        }),
        Message::Heartbeat(heartbeat) => FeedMessage::Heartbeat(Heartbeat {
            epoch: heartbeat.epoch,
            positions: positions(heartbeat.positions),
            silence_ms: heartbeat.silence_ms,
            elapsed_ms: heartbeat.elapsed_ms,
        }),
        Message::Keys(keys) => FeedMessage::Keys { jwks: keys.jwks_json },
    })
}

/// The request for what came after this point; without one, for everything.
#[must_use]
pub fn watch_request(from: Option<ResumePoint>) -> proto::WatchRequest {
    let from = from.map(|ResumePoint { epoch, positions: Positions { i, o, b } }| proto::ResumePoint {
        epoch,
        positions: Some(proto::Positions { identity: i, organizations: o, billing: b }),
    });
    proto::WatchRequest { from }
}

/// Where a listener that has taken in this message can go on; `None` when the message is no such place.
#[must_use]
pub fn resume_point_of(message: &FeedMessage) -> Option<ResumePoint> {
    let (epoch, positions) = match message {
        FeedMessage::Snapshot(part) if part.is_last => (&part.epoch, part.through),
        FeedMessage::Batch(batch) => (&batch.epoch, batch.through),
        FeedMessage::Heartbeat(heartbeat) => (&heartbeat.epoch, heartbeat.positions),
        FeedMessage::Snapshot(_) | FeedMessage::Keys { .. } => return None,
    };
    Some(ResumePoint { epoch: epoch.clone(), positions })
}

fn positions(told: Option<proto::Positions>) -> Positions {
    let told = told.unwrap_or_default();
    Positions { i: told.identity, o: told.organizations, b: told.billing }
}

fn events(changes: Option<proto::RevocationChanges>) -> Vec<Event> {
    let changes = changes.unwrap_or_default();
    let owned = [
        (OwningService::Identity, changes.identity),
        (OwningService::Organizations, changes.organizations),
        (OwningService::Billing, changes.billing),
    ];
    let of_all =
        owned.into_iter().flat_map(|(service, changes)| changes.into_iter().map(move |change| (service, change)));
    of_all.map(|(service, change)| event(service, change)).collect()
}

/// What is not known here, or lacks what it is about, concerns everybody: better too many refresh their tokens once than one
/// that says too much is believed.
fn event(service: OwningService, change: Change) -> Event {
    Event { service, position: change.position, subject: subject(change).unwrap_or(Subject::All) }
}

fn subject(change: Change) -> Option<Subject> {
    let id = |text: &str| text.parse::<Uuid>().ok();
    let organization = || id(&change.organization_id);
    Some(match change.kind() {
        ChangeKind::Session => Subject::Session { session_id: id(&change.session_id)? },
        ChangeKind::User => Subject::User { user_id: id(&change.user_id)?, ended: change.ended },
        ChangeKind::Membership => {
            Subject::Membership { user_id: id(&change.user_id)?, organization_id: organization()? }
        }
        ChangeKind::Organization => Subject::Organization { organization_id: organization()? },
        ChangeKind::Role if change.role_code.is_empty() => return None,
        ChangeKind::Role => Subject::Role { organization_id: organization()?, role_code: change.role_code },
        ChangeKind::Entitlement => Subject::Entitlement { organization_id: organization()? },
        ChangeKind::MembershipWidened => {
            Subject::MembershipWidened { user_id: id(&change.user_id)?, organization_id: organization()? }
        }
        ChangeKind::OrganizationWidened => Subject::OrganizationWidened { organization_id: organization()? },
        ChangeKind::Everything | ChangeKind::Unspecified => return None,
    })
}
