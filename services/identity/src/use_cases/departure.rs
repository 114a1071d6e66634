//! The intent of letting a user go.

use serde_json::json;
use service_kit::Timestamp;
use service_kit::outbox::Message;

use crate::domain::trail::Trail;
use crate::domain::user::UserId;

/// The intent of letting a user go; its key is the user's id.
pub const DEPART: &str = "depart";

/// The intent, for the relay from then on; `by` is whoever has the account deleted when that is not its owner.
pub fn departure(user_id: UserId, by: Option<&Trail>, due: Timestamp) -> Message {
    let payload = json!({ "user_id": user_id.uuid(), "trail": by });
    Message { topic: DEPART, key: user_id.to_string(), payload, due }
}
