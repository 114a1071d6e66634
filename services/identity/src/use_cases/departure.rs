//! The intent of letting a user go.

use serde_json::json;
use service_kit::Timestamp;
use service_kit::outbox::Message;

use crate::domain::user::UserId;

/// The intent of letting a user go; its key is the user's id.
pub const DEPART: &str = "depart";

/// The intent, for the relay from then on.
pub fn departure(user_id: UserId, due: Timestamp) -> Message {
    Message { topic: DEPART, key: user_id.to_string(), payload: json!({ "user_id": user_id.uuid() }), due }
}
