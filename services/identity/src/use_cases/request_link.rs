//! Puts a mail with a link on its way.

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::link::Link;
use crate::domain::user::UserId;
use crate::error::IdentityError;
use crate::store::mailed_tokens;

/// The intent of mailing a link; its key is the mail's id, from which the token is derived again when the
/// mail is sent.
pub const MAIL_LINK: &str = "mail.link";

/// Stores the new token's hash, voids older links of the kind, and leaves the mail to the relay.
pub async fn request_link(
    context: &Context,
    transaction: &WriteTransaction,
    link: Link,
    user_id: UserId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let mail_id = context.entropy.uuid(now);
    let token = context.secrets.mailed_token(link, mail_id);
    mailed_tokens::replace(transaction, user_id, link, &token, now.plus(link.lifetime())).await?;
    let message = Message {
        topic: MAIL_LINK,
        key: mail_id.to_string(),
        payload: json!({ "link": link.purpose(), "user_id": user_id.uuid() }),
        due: now,
    };
    Ok(outbox::append(transaction, message, now).await?)
}
