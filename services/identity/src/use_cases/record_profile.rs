//! Lets organizations hear of an account as it stands.

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::user::{UserId, UserStatus};
use crate::error::IdentityError;
use crate::store::users;

/// The intent of telling organizations; its key is the user's id and the version of the profile, so that none is taken for
/// one that is being delivered.
pub const RECORD_PROFILE: &str = "record-profile";

/// Makes the intent durable.
pub async fn request_recording(
    transaction: &WriteTransaction,
    user_id: UserId,
    version: i64,
    due: Timestamp,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let payload = json!({ "user_id": user_id.uuid() });
    let message = Message { topic: RECORD_PROFILE, key: format!("{user_id}:{version}"), payload, due };
    Ok(outbox::append(transaction, message, now).await?)
}

/// Tells the latest state. A suspension that has begun, and a deletion, tell organizations themselves.
pub async fn record_profile(context: &Context, user_id: UserId) -> Result<(), IdentityError> {
    let user = users::find(context.database.reader(), user_id).await?;
    match user {
        Some(user) if user.status != UserStatus::Suspending => context.upstreams.record_profile(&user).await,
        _ => Ok(()),
    }
}
