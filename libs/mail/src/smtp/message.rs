//! A mail as an internet message (RFC 5322).

use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use crate::{Address, Cause, Mail, SendError};

const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

pub(super) fn compose(mail: &Mail, sender: &Mailbox) -> Result<Message, SendError> {
    if !mail.has_plain_id() {
        return Err(SendError::Permanent(Cause::Id));
    }
    let recipient = plain_mailbox(&mail.to).ok_or(SendError::Permanent(Cause::Unwritable))?;
    let message_id = format!("<{}@{}>", mail.id, sender.email.domain());
    let bodies = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());

    Message::builder()
        .from(sender.clone())
        .to(recipient)
        .subject(&mail.subject)
        .message_id(Some(message_id))
        // RFC 3834: keeps vacation notices from answering.
        .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
        .multipart(bodies)
        .map_err(|_| SendError::Permanent(Cause::Unwritable))
}

/// lettre's view of our address, in the canonical form; `None` if it should ever be the stricter of the two.
pub(super) fn plain_mailbox(address: &Address) -> Option<Mailbox> {
    let address = lettre::Address::new(address.local_part(), address.domain()).ok()?;
    Some(Mailbox::new(None, address))
}
