//! Tells the owner of an account by mail what happened to it.

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::notice::Notice;
use crate::domain::user::User;
use crate::error::IdentityError;

/// The intent of mailing a notice; its key is the mail's id.
pub const MAIL_NOTICE: &str = "mail.notice";

/// Leaves a mail to the relay, to the address that the user has now. An address that nobody has proven
/// may be a stranger's: it gets no notice.
pub async fn tell_owner(
    context: &Context,
    transaction: &WriteTransaction,
    user: &User,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), IdentityError> {
    if !user.email_verified {
        return Ok(());
    }
    let message = Message {
        topic: MAIL_NOTICE,
        key: context.entropy.uuid(now).to_string(),
        payload: json!({ "to": user.email, "notice": notice, "at": now.to_rfc3339() }),
        due: now,
    };
    Ok(outbox::append(transaction, message, now).await?)
}
