//! A mail as an internet message (RFC 5322).

use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use crate::{Address, Cause, Mail, SendError};

/// Most characters that a mail shows of the name that it is sent in.
const LONGEST_NAME: usize = 60;
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

pub(super) fn compose(mail: &Mail, sender: &Mailbox) -> Result<Message, SendError> {
    if !mail.has_plain_id() {
        return Err(SendError::Permanent(Cause::Id));
    }
    let recipient = plain_mailbox(&mail.to).ok_or(SendError::Permanent(Cause::Unwritable))?;
    let message_id = format!("<{}@{}>", mail.id, sender.email.domain());
    let bodies = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());

    Message::builder()
        .from(seen_by_the_reader(sender, mail.on_behalf_of.as_deref()))
        .to(recipient)
        .subject(&mail.subject)
        .message_id(Some(message_id))
        // RFC 3834: keeps vacation notices from answering.
        .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
        .multipart(bodies)
        .map_err(|_| SendError::Permanent(Cause::Unwritable))
}

/// The sender, by the name of whomever the mail is sent for.
fn seen_by_the_reader(sender: &Mailbox, on_behalf_of: Option<&str>) -> Mailbox {
    let name = on_behalf_of.map(plain_name).unwrap_or_default();
    if name.is_empty() {
        return sender.clone();
    }
    let product = sender.name.as_deref().unwrap_or_else(|| sender.email.domain());
    Mailbox::new(Some(format!("{name} via {product}")), sender.email.clone())
}

/// Mail programs show a name alone: it must not look like an address, nor end the header or what it is quoted in.
fn plain_name(name: &str) -> String {
    let is_plain = |character: char| {
        !character.is_control()
            && !"@<>\"\\,;:()[]".contains(character)
            && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let words = name.split(|character| !is_plain(character)).flat_map(str::split_whitespace).collect::<Vec<_>>();
    let name: String = words.join(" ").chars().take(LONGEST_NAME).collect();
    name.trim_end().to_owned()
}

/// lettre's view of our address, in the canonical form; `None` if it should ever be the stricter of the two.
pub(super) fn plain_mailbox(address: &Address) -> Option<Mailbox> {
    let address = lettre::Address::new(address.local_part(), address.domain()).ok()?;
    Some(Mailbox::new(None, address))
}
