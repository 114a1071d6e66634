//! Tells organizations what fellow members see of a user.

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::user::UserId;
use crate::error::IdentityError;
use crate::store::users;

/// The intent of telling; its key is the user's id and the profile's version.
pub const RECORD_PROFILE: &str = "record.profile";

/// Makes it durable that organizations hears of the user's profile as it is after this transaction.
pub async fn request_recording(
    transaction: &WriteTransaction,
    user_id: UserId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let Some(user) = users::find(transaction, user_id).await? else { return Ok(()) };
    let message = Message {
        topic: RECORD_PROFILE,
        key: format!("{user_id}:{}", user.profile_version),
        payload: json!({ "user_id": user_id.uuid() }),
        due: now,
    };
    Ok(outbox::append(transaction, message, now).await?)
}

/// Tells the profile as it is now; organizations keeps the newest.
pub async fn record_profile(context: &Context, user_id: UserId) -> Result<(), IdentityError> {
    match users::find(context.database.reader(), user_id).await? {
        Some(user) => context.upstreams.record_profile(&user).await,
        None => Ok(()),
    }
}
