//! The feed of revocations as listeners get it. What many hear is encoded once for all of them; what differs between them is a few
//! bytes beside it.

use std::time::Duration;

use contracts::identity::v1 as proto;
use contracts::identity::v1::watch_response::Message as Said;
use prost::bytes::{BufMut, Bytes};
use prost::{Message, encode_length_delimiter, length_delimiter_len};
use token_verification::{Positions, ResumePoint};

use crate::domain::change::Change;

/// What stands before a snapshot's part in an encoded message: the number of its field, and that a length follows.
const SNAPSHOT: u8 = 1 << 3 | 2;
/// The same before a sign of life.
const HEARTBEAT: u8 = 3 << 3 | 2;

/// One message, encoded once for all who hear it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Everybody hears the same.
    Alike(Bytes),
    /// A sign of life, but for what it says of its own age and of the listener's.
    Life {
        /// What is the same for all.
        body: Bytes,
        silence: Duration,
    },
}

/// A message as one listener gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// What may be the listener's own.
    head: Bytes,
    /// What others get as well.
    rest: Bytes,
}

/// Changes of identity, organizations and billing, in this order.
pub type Changes = [Vec<Change>; 3];

/// The changes of a snapshot's part, encoded for all who get the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block(Bytes);

/// What a part of a snapshot says beside its changes.
pub struct Part<'a> {
    pub epoch: &'a str,
    pub number: u32,
    pub is_last: bool,
    pub through: Positions,
    pub lifetime: Duration,
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
    alike(Said::Keys(proto::RevocationKeys { jwks_json }))
}

/// Changes since.
pub fn batch(epoch: &str, after: &Positions, through: &Positions, changes: Changes) -> Told {
    alike(Said::Batch(proto::RevocationBatch {
        epoch: epoch.to_owned(),
        after: Some(numbers(after)),
        through: Some(numbers(through)),
        changes: Some(all(changes)),
    }))
}

/// A sign of life.
pub fn heartbeat(epoch: &str, positions: &Positions, silence: Duration) -> Told {
    let alike = proto::RevocationHeartbeat {
        epoch: epoch.to_owned(),
        positions: Some(numbers(positions)),
        ..Default::default()
    };
    Told::Life { body: alike.encode_to_vec().into(), silence }
}

/// The message for somebody who gets it this long after it was made, and whose subscription has lived this long: what a heartbeat
/// says of the sender's knowledge has aged meanwhile.
pub fn aged(told: &Told, age: Duration, elapsed: Duration) -> Encoded {
    match told {
        Told::Alike(bytes) => Encoded { head: bytes.clone(), rest: Bytes::new() },
        Told::Life { body, silence } => {
            // The fields of the highest numbers, which come last.
            let own = proto::RevocationHeartbeat {
                silence_ms: millis(*silence).saturating_add(millis(age)),
                elapsed_ms: Some(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)),
                ..Default::default()
            };
            let mut head = begun(HEARTBEAT, body.len() + own.encoded_len(), body.len() + own.encoded_len());
            head.put_slice(body);
            head.put_slice(&own.encode_to_vec());
            Encoded { head: head.into(), rest: Bytes::new() }
        }
    }
}

/// The changes of a part.
pub fn block(changes: Changes) -> Block {
    // The field of the highest number alone, which comes last.
    Block(proto::RevocationSnapshot { changes: Some(all(changes)), ..Default::default() }.encode_to_vec().into())
}

/// A part of a snapshot.
pub fn snapshot(part: &Part<'_>, Block(changes): &Block) -> Encoded {
    let own = proto::RevocationSnapshot {
        epoch: part.epoch.to_owned(),
        part: part.number,
        is_last: part.is_last,
        through: Some(numbers(&part.through)),
        token_lifetime_seconds: u32::try_from(part.lifetime.as_secs()).unwrap_or(u32::MAX),
        changes: None,
    };
    let mut head = begun(SNAPSHOT, own.encoded_len() + changes.len(), own.encoded_len());
    head.put_slice(&own.encode_to_vec());
    Encoded { head: head.into(), rest: changes.clone() }
}

impl Block {
    /// In bytes.
    pub const fn len(&self) -> usize {
        self.0.len()
    }
}

impl Encoded {
    /// Puts the whole message there.
    pub fn write(&self, there: &mut impl BufMut) {
        there.put_slice(&self.head);
        there.put_slice(&self.rest);
    }
}

/// The beginning of a message whose one field is this long, with room for as much of it as is said.
fn begun(field: u8, length: usize, room: usize) -> Vec<u8> {
    let mut head = Vec::with_capacity(1 + length_delimiter_len(length) + room);
    head.push(field);
    // There is room: it was counted.
    let _ = encode_length_delimiter(length, &mut head);
    head
}

fn alike(message: Said) -> Told {
    Told::Alike(proto::WatchResponse { message: Some(message) }.encode_to_vec().into())
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

const fn numbers(positions: &Positions) -> proto::Positions {
    proto::Positions { identity: positions.i, organizations: positions.o, billing: positions.b }
}

fn all([identity, organizations, billing]: Changes) -> proto::RevocationChanges {
    let told = |changes: Vec<Change>| changes.into_iter().map(Into::into).collect();
    proto::RevocationChanges { identity: told(identity), organizations: told(organizations), billing: told(billing) }
}

#[cfg(test)]
mod tests {
    use service_kit::Timestamp;
    use token_verification::Subject;
    use uuid::Uuid;

    use super::*;

    /// Field by field as the contract's own encoding has it, which is what other languages expect.
    fn assert_is(encoded: &Encoded, expected: Said) {
        let mut bytes = Vec::new();
        encoded.write(&mut bytes);
        assert_eq!(bytes, proto::WatchResponse { message: Some(expected) }.encode_to_vec());
    }

    const AT: Positions = Positions { i: 300, o: 0, b: i64::MAX };

    #[test]
    fn a_sign_of_life_is_encoded_as_the_contract_says() {
        for (silence, age, elapsed) in [(0, 0, 0), (1, 0, 127), (70, 58, 128), (6_000, 400, u64::MAX)] {
            let told = heartbeat("an epoch", &AT, Duration::from_millis(silence));
            let expected = proto::RevocationHeartbeat {
                epoch: "an epoch".to_owned(),
                positions: Some(numbers(&AT)),
                silence_ms: u32::try_from(silence + age).unwrap(),
                elapsed_ms: Some(elapsed),
            };
            let encoded = aged(&told, Duration::from_millis(age), Duration::from_millis(elapsed));
            assert_is(&encoded, Said::Heartbeat(expected));
        }
    }

    #[test]
    fn a_part_is_encoded_as_the_contract_says_whatever_its_length() {
        for count in [0, 1, 2, 2_000] {
            let change = |position| Change {
                position,
                at: Timestamp::from_millis(1_700_000_000_000),
                subject: Subject::Session { session_id: Uuid::from_u128(7) },
            };
            let changes: Changes = [(1..=count).map(change).collect(), Vec::new(), vec![change(9)]];
            for (number, is_last) in [(0, true), (1, false)] {
                let lifetime = Duration::from_secs(300);
                let part = Part { epoch: "an epoch", number, is_last, through: AT, lifetime };
                let expected = proto::RevocationSnapshot {
                    epoch: "an epoch".to_owned(),
                    part: number,
                    is_last,
                    through: Some(numbers(&AT)),
                    token_lifetime_seconds: 300,
                    changes: Some(all(changes.clone())),
                };
                assert_is(&snapshot(&part, &block(changes.clone())), Said::Snapshot(expected));
            }
        }
    }
}
