//! What was taken away since a token was made: the feed of such changes, and the table that answers for a token.
//!
//! # How it fits together
//!
//! Each owning service numbers its narrowing changes without gaps. A token carries, in [`AsOf`](crate::AsOf), the numbers up to
//! which it knows each service; a change with a higher number makes it say too much, so it is refused. A token that was made
//! after a change knows it, and one that was made before ends within its lifetime: therefore the table holds the changes of one
//! lifetime, whatever the number of users.
//!
//! # Epochs
//!
//! Numbers count within an epoch. The issuer begins another one when they may run backwards: after a database was restored, or
//! failed over to a replica that had not seen everything. Two numbers of different epochs cannot be compared, so
//!
//! - a message of another epoch is answered with [`Resubscribe::Epoch`], and only a whole snapshot makes that epoch the present
//!   one; nothing known is thrown away before it ends by itself;
//! - a token of an earlier epoch that the table remembers is refused when the change was recorded in its own epoch under a
//!   higher number, or in a later one under any (the token is older than the whole epoch);
//! - an epoch that went doesn't come back: a sender that is still in it is refused;
//! - of a token of an epoch that the table has never seen, it knows only whether its session has ended, as no session lives again;
//! - both are taken as if the verifier were blind: older than a minute they are refused as stale, so that clients refresh once and
//!   the issuer's database decides. Refusing them all at once would lock everybody out of a verifier that hears of a new epoch
//!   later than its users do; believing them all would forget what was taken away before the change.

mod bucket;
mod epochs;
mod event;
mod feed;
mod marks;
mod message;
mod status;
mod table;

pub use event::{Event, OwningService, Position, PositionUnreadable, Positions, Subject};
#[cfg(feature = "feed")]
pub(crate) use feed::TokenEpoch;
pub use feed::{FeedBuilder, Resubscribe, RevocationFeed};
pub(crate) use marks::Marks;
pub use message::{Batch, FeedMessage, Heartbeat, SnapshotPart};
pub use status::{FeedState, FeedStatus, ResumePoint, ResumePointUnreadable};
