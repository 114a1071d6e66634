//! Narrowing changes, as the service that made them tells them.

use std::time::Duration;

use service_kit::Timestamp;
use token_verification::Subject;

/// A change that makes older tokens say too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number in its service.
    pub position: i64,
    /// When it was made, by that service's clock.
    pub at: Timestamp,
    /// Whose tokens say too much.
    pub subject: Subject,
}

/// A part of what a service tells of its changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// In order.
    pub changes: Vec<Change>,
    /// The latest position that is told with this part.
    pub position: i64,
    /// How long ago that, or with `has_more` the position of the last part, was the latest of all for certain.
    pub age: Duration,
    /// Whether more parts of the same follow.
    pub has_more: bool,
}
