//! How mail leaves.

use mail::{SmtpMailer, SmtpSettingsError};
use secrecy::SecretString;
use service_kit::settings::{RawSettings, SettingsError, invalid, missing};

/// A way for mail to leave.
pub enum MailSettings {
    /// Kept beside the data and shown at /dev/mail.
    Mailbox,
    /// Sent through a server.
    Smtp {
        /// `smtp://…` or `smtps://…`, with credentials.
        url: SecretString,
        /// The sender's address.
        from: String,
        /// Certificates in PEM form that the server is trusted by, beside the public ones.
        roots: Option<String>,
    },
}

impl MailSettings {
    pub fn read(raw: &mut RawSettings) -> Result<Option<Self>, SettingsError> {
        let from = raw.take("mail_from");
        let roots = raw.take("mail_ca");
        match raw.take("mail") {
            None => Ok(None),
            Some(way) if way == "mailbox" => Ok(Some(Self::Mailbox)),
            Some(url) if url.starts_with("smtp://") || url.starts_with("smtps://") => {
                let from = from.ok_or_else(|| missing("mail_from", "mails sent by SMTP need a sender's address"))?;
                Ok(Some(Self::Smtp { url: SecretString::from(url), from, roots }))
            }
            Some(_) => Err(invalid("mail", "must be mailbox, smtp://… or smtps://…")),
        }
    }

    /// The server that mail is sent through; `None` for the mailbox. Connects to nothing yet.
    pub fn server(&self) -> Result<Option<SmtpMailer>, SmtpSettingsError> {
        match self {
            Self::Mailbox => Ok(None),
            Self::Smtp { url, from, roots: None } => SmtpMailer::from_url(url, from).map(Some),
            Self::Smtp { url, from, roots: Some(roots) } => SmtpMailer::from_url_trusting(url, from, roots).map(Some),
        }
    }
}
