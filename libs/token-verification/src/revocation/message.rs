//! What a feed says. The same words on every wire: these types are the JSON of server-sent events, and what a gRPC source turns
//! its messages into.

use serde::{Deserialize, Serialize};

use super::event::{Event, Positions};

/// One message of a feed. As JSON, `type` tells which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FeedMessage {
    /// A part of what is to be known at the start.
    Snapshot(SnapshotPart),
    /// Changes since.
    Batch(Batch),
    /// A sign of life.
    Heartbeat(Heartbeat),
    /// The issuer's keys, at the start and whenever they change.
    Keys {
        /// A JSON Web Key Set (RFC 7517), as served at `/.well-known/jwks.json`.
        jwks: String,
    },
}

/// A part of a snapshot: the changes of the last lifetime of a token, or those after the [`ResumePoint`](super::ResumePoint) that
/// was asked for. Parts come in order; events of a part count at once, the rest when the last part is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotPart {
    /// The epoch that all positions of the snapshot count in.
    pub epoch: String,
    /// Which part this is, from 0.
    pub part: u32,
    /// Whether no part follows.
    pub is_last: bool,
    /// Up to where the whole snapshot knows each service; the same in each part.
    pub through: Positions,
    /// The longest lifetime of a token, in seconds (1 to 3600): how far back the snapshot reaches, at least. Tokens that are older
    /// than this and some slack are refused as stale, as changes that concern them may be forgotten.
    pub token_lifetime_seconds: u32,
    /// The changes, in any order.
    pub events: Vec<Event>,
}

/// The changes of all services after `after` and up to `through`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// The epoch that the positions count in.
    pub epoch: String,
    /// What must be known before; a higher number than what is known means that a message was lost.
    pub after: Positions,
    /// What is known after.
    pub through: Positions,
    /// The changes, in any order.
    pub events: Vec<Event>,
}

/// Says that nothing happened that was not told. To be sent right after a snapshot and every 250 ms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// The epoch that the positions count in.
    pub epoch: String,
    /// Up to where the sender knows each service. Behind what the receiver knows, as from a replica that lags, the message is no
    /// sign of life; ahead of it, one was lost.
    pub positions: Positions,
    /// For how many milliseconds the sender has not heard of the service that it has not heard of for longest; 0 when it reads all
    /// of them as it should. Added to the receiver's own lag, so that a sender that is cut off does not pass for fresh.
    #[serde(default)]
    pub silence_ms: u32,
    /// For how many milliseconds this subscription has lived at the sender, as it sends this. What a message needed beyond that,
    /// since the receiver [asked](super::RevocationFeed::subscribing), it spent on its way, and counts as lag. Absent from a
    /// sender that does not say: then it counts as heard at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed_ms: Option<u64>,
}
