//! The development mailbox: mails are kept in a directory instead of leaving.

mod directory;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use crate::{Cause, Mail, Mailer, SendError};
use directory::Directory;

/// Where the mailbox gets the present time from.
pub type MailboxClock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// The latest 200 mails, each a JSON file in one directory that several processes may share.
///
/// A mail sent again under the same id replaces the earlier one. Meant for development: whoever reads the directory reads
/// the secret links in the mails.
#[derive(Clone)]
pub struct Mailbox {
    directory: Arc<Directory>,
    now: MailboxClock,
}

/// A mail as the mailbox keeps it, on disk and in `/dev/mail.json`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMail {
    /// The canonical address it was sent to.
    pub to: String,
    /// The subject, one line.
    pub subject: String,
    /// The plain text body.
    pub text: String,
    /// The HTML body.
    pub html: String,
    /// When it was sent, or last sent again: RFC 3339, UTC, to the millisecond.
    pub created_at: String,
}

/// The mailbox's directory does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("The mailbox's directory cannot be used ({0}); check its permissions and free space.")]
pub struct MailboxError(std::io::ErrorKind);

impl Mailbox {
    /// Opens the mailbox in `directory`, making the directory, for its owner alone, if it is missing. Blocks briefly.
    ///
    /// # Errors
    /// [`MailboxError`] if the directory can be neither used nor made.
    pub fn open(directory: PathBuf, now: MailboxClock) -> Result<Self, MailboxError> {
        let directory = Directory::open(directory).map_err(|error| MailboxError(error.kind()))?;
        Ok(Self { directory: Arc::new(directory), now })
    }

    /// The mails kept, newest first, at most 200.
    ///
    /// # Errors
    /// [`MailboxError`] if the directory cannot be read.
    pub async fn list(&self) -> Result<Vec<StoredMail>, MailboxError> {
        let directory = Arc::clone(&self.directory);
        let listing = tokio::task::spawn_blocking(move || directory.read_latest());
        match listing.await {
            Ok(mails) => mails.map_err(|error| MailboxError(error.kind())),
            Err(_interrupted) => Err(MailboxError(std::io::ErrorKind::Interrupted)),
        }
    }
}

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        if !mail.has_plain_id() {
            return Err(SendError::Permanent(Cause::Id));
        }
        let now = (self.now)().to_offset(UtcOffset::UTC);
        let now = now.replace_millisecond(now.millisecond()).unwrap_or(now);
        let stored = StoredMail {
            to: mail.to.canonical().to_owned(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            created_at: now.format(&Rfc3339).map_err(|_| SendError::Permanent(Cause::Unwritable))?,
        };

        let id = mail.id.clone();
        let directory = Arc::clone(&self.directory);
        let storing = tokio::task::spawn_blocking(move || directory.store(now, &id, &stored));
        match storing.await {
            Ok(stored) => stored.map_err(|error| SendError::Transient(Cause::Unstored(error.kind()))),
            Err(_interrupted) => Err(SendError::Transient(Cause::Interrupted)),
        }
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Mailbox").finish_non_exhaustive()
    }
}

/// Shows the time only: the bodies hold secret links.
impl fmt::Debug for StoredMail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("StoredMail");
        shown.field("created_at", &self.created_at).finish_non_exhaustive()
    }
}
