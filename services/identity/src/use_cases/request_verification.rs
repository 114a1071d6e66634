//! Puts a verification mail on its way.

use std::time::Duration;

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::user::UserId;
use crate::error::IdentityError;
use crate::store::mailed_tokens::{self, VERIFY_EMAIL};

/// The intent of mailing a verification link; its key is the mail's id, from which the token is
/// derived again when the mail is sent.
pub const MAIL_VERIFICATION: &str = "mail.verification";

/// How long the link in the mail works.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Stores the new token's hash, voids older tokens, and leaves the mail to the relay.
pub async fn request_verification(
    context: &Context,
    transaction: &WriteTransaction,
    user_id: UserId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let mail_id = context.entropy.uuid(now);
    let token = context.secrets.verification_token(mail_id);
    mailed_tokens::replace(transaction, user_id, VERIFY_EMAIL, &token, now.plus(LIFETIME)).await?;
    let message = Message {
        topic: MAIL_VERIFICATION,
        key: mail_id.to_string(),
        payload: json!({ "user_id": user_id.uuid() }),
        due: now,
    };
    Ok(outbox::append(transaction, message, now).await?)
}
