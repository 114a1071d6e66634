//! Mails over SMTP (RFC 5321), with lettre.
//!
//! TLS uses the process's default rustls provider; where none is installed, lettre falls back to aws-lc, so nothing needs to
//! be installed for this crate's sake. Certificates are checked against Mozilla's roots and those that [`SmtpMailer::from_url_trusting`] is given.

mod connections;
mod message;
mod outcome;
mod settings;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lettre::message::Mailbox as Sender;
use secrecy::SecretString;

use crate::{Cause, Mail, Mailer, SendError};
use connections::Connections;
pub use settings::SmtpSettingsError;

const DEADLINE: Duration = Duration::from_secs(30);

/// Sends mails through one SMTP server, keeping up to ten idle connections for a minute.
///
/// Connecting may take 10 seconds, a whole conversation 30.
pub struct SmtpMailer {
    connections: Arc<Connections>,
    sender: Sender,
}

impl SmtpMailer {
    /// Reads the server's URL and the sender; connects to nothing yet.
    ///
    /// The URL is `smtp://[user:password@]host[:port][/name-for-EHLO]` (unencrypted, port 25), the same with `?tls=required` or
    /// `?tls=opportunistic` (STARTTLS, port 587), or `smtps://…` (TLS, port 465); user and password are percent-encoded.
    /// The sender is `address` or `Name <address>`; its domain is the host part of every Message-ID.
    ///
    /// # Errors
    /// [`SmtpSettingsError`], which does not repeat the URL.
    pub fn from_url(url: &SecretString, from: &str) -> Result<Self, SmtpSettingsError> {
        Self::new(url, from, None)
    }

    /// The same, for a server whose certificate was issued by an authority of one's own: `roots` holds the certificates
    /// (PEM, RFC 7468) that are trusted beside Mozilla's.
    ///
    /// # Errors
    /// [`SmtpSettingsError`], which repeats neither the URL nor the certificates.
    pub fn from_url_trusting(url: &SecretString, from: &str, roots: &str) -> Result<Self, SmtpSettingsError> {
        Self::new(url, from, Some(roots))
    }

    fn new(url: &SecretString, from: &str, roots: Option<&str>) -> Result<Self, SmtpSettingsError> {
        let server = settings::server(url, roots)?;
        let sender = settings::sender(from)?;
        Ok(Self { connections: Arc::new(Connections::new(server, DEADLINE)), sender })
    }

    /// The same mailer with another limit for a whole conversation.
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { connections: Arc::new(self.connections.with_deadline(deadline)), sender: self.sender }
    }

    /// Whether the server would take a mail from us: it greets, encrypts as the URL demands, and accepts our credentials. No mail is
    /// sent.
    ///
    /// # Errors
    /// [`SendError`], as for a mail.
    pub async fn greets(&self) -> Result<(), SendError> {
        self.connections.greet().await
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    /// A mail once begun is finished even if the caller goes away: half a conversation cannot be taken back.
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let message = message::compose(mail, &self.sender)?;

        let connections = Arc::clone(&self.connections);
        let conversation = tokio::spawn(async move { connections.deliver(message).await });

        conversation.await.unwrap_or(Err(SendError::Transient(Cause::Interrupted)))
    }
}

/// Shows nothing of the server: its settings hold the password.
impl fmt::Debug for SmtpMailer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SmtpMailer").finish_non_exhaustive()
    }
}
