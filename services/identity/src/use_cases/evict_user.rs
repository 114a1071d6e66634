//! Removes an account whose address turns out to be somebody else's.
//!
//! Whoever signs up with a stranger's address must not be found sitting in the stranger's account later
//! (pre-hijacking; Sudhodanan and Paverd, USENIX Security 2022). So nothing of an unproven account passes
//! on: neither password nor sessions nor memberships.

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};

use super::HEAD_START;
use super::erase_user::forget_user;
use crate::context::Context;
use crate::domain::user::UserId;
use crate::error::IdentityError;

/// The intent of having organizations let an erased user go; its key is the user's id.
pub const EVICT: &str = "evict";

/// Erases the account, which frees its address, and makes the rest durable. The user is locked.
pub async fn begin_eviction(
    transaction: &WriteTransaction,
    user_id: UserId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    forget_user(transaction, user_id, now).await?;
    let message = Message {
        topic: EVICT,
        key: user_id.to_string(),
        payload: json!({ "user_id": user_id.uuid() }),
        due: now.plus(HEAD_START),
    };
    Ok(outbox::append(transaction, message, now).await?)
}

/// Has organizations let the user go.
pub async fn finish_eviction(context: &Context, user_id: UserId) -> Result<(), IdentityError> {
    context.upstreams.evict(user_id).await?;
    let transaction = context.database.begin_write().await?;
    outbox::complete(&transaction, EVICT, &user_id.to_string()).await?;
    Ok(transaction.commit().await?)
}

/// Tries to; an outage leaves it to the relay.
pub async fn try_to_finish_eviction(context: &Context, user_id: UserId) {
    if let Err(error) = finish_eviction(context, user_id).await {
        tracing::warn!(%user_id, %error, "an eviction is left to the relay");
    }
}
