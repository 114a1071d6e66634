//! One mail, ready to be sent.

use std::fmt;

use crate::Address;

const LONGEST_ID: usize = 128;

/// A mail to one mailbox, with the same content as text and as HTML.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Who gets it.
    pub to: Address,
    /// One line; usually from [`Rendered`](crate::Rendered), which folds line breaks.
    pub subject: String,
    /// The plain text body.
    pub text: String,
    /// The HTML body.
    pub html: String,
    /// Names this mail for good: a mail sent again under the same id reaches the reader as the same mail.
    ///
    /// 1 to 128 ASCII letters, digits, hyphens and underscores; a mail with another id is refused as permanent failure.
    pub id: String,
    /// In whose name it is sent, if not the product's alone: the reader sees `<name> via <the sender's name>` before the
    /// sender's address, which stays as it is. Characters that could be read as an address are left out, and what is
    /// beyond 60 characters.
    pub on_behalf_of: Option<String>,
}

impl Mail {
    /// The same mail, sent in somebody's name.
    #[must_use]
    pub fn sent_on_behalf_of(self, name: impl Into<String>) -> Self {
        Self { on_behalf_of: Some(name.into()), ..self }
    }

    /// Whether the id fits into a Message-ID (RFC 5322, 3.6.4) and a file name as it is.
    pub(crate) fn has_plain_id(&self) -> bool {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !self.id.is_empty() && self.id.len() <= LONGEST_ID && self.id.bytes().all(is_plain)
    }
}

/// Shows the id only: the bodies hold secret links.
impl fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Mail");
        shown.field("id", &self.id).field("to", &self.to).finish_non_exhaustive()
    }
}
