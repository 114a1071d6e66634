//! The seam between whoever has a mail to send and the way it leaves.

use async_trait::async_trait;
use thiserror::Error;

use crate::Mail;

/// A way for mails to leave.
///
/// Delivery is at least once: after [`SendError::Transient`] the mail may have left nevertheless. Sending it again under the
/// same [`Mail::id`] is safe.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands one mail over; `Ok` means that the other side has taken responsibility for it.
    ///
    /// # Errors
    /// [`SendError`], which says whether to try again.
    async fn send(&self, mail: &Mail) -> Result<(), SendError>;
}

/// A mail was not handed over, and what the sender should do about it.
#[derive(Debug, Error)]
pub enum SendError {
    /// Try again later.
    #[error(transparent)]
    Transient(Cause),
    /// Give up: this mail will never be taken.
    #[error(transparent)]
    Permanent(Cause),
}

impl SendError {
    /// Whether sending the same mail again later may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Transient(_))
    }

    /// Why the mail was not handed over.
    pub fn cause(&self) -> &Cause {
        match self {
            Self::Transient(cause) | Self::Permanent(cause) => cause,
        }
    }
}

/// Why a mail was not handed over.
///
/// Replies of mail servers are cut down to their codes: filters quote addresses and links in the text behind them.
#[derive(Debug, Error)]
pub enum Cause {
    /// The server answered with an error; the reply is its code and, if given, the enhanced code of RFC 3463.
    #[error("The mail server refused the mail with {reply}.")]
    Refused {
        /// Such as `550 5.1.1`.
        reply: String,
    },
    /// The server does not accept our credentials, or wants some; transient, because the mail itself is good.
    #[error("The mail server refused our user name and password with {reply}; check them in its URL.")]
    Unauthenticated {
        /// Such as `535 5.7.8`.
        reply: String,
    },
    /// The server's name did not resolve, or no connection was made, or it broke.
    #[error("The mail server could not be reached; check its host and port.")]
    Unreachable,
    /// No encrypted connection came about.
    #[error(
        "No encrypted connection to the mail server was possible; check its certificate and the scheme of its URL."
    )]
    Unencrypted,
    /// The conversation took too long; whether the mail was taken is not known.
    #[error("The mail server did not answer in time.")]
    TimedOut,
    /// The server does not speak SMTP as we do, for instance lacks STARTTLS where it is required.
    #[error("The mail server does not offer what is needed; check the scheme and the tls option of its URL.")]
    Misunderstood,
    /// The process is stopping.
    #[error("Sending the mail was interrupted.")]
    Interrupted,
    /// The mail's id is not as [`Mail::id`] says.
    #[error("The mail's id must be 1 to 128 ASCII letters, digits, hyphens or underscores.")]
    Id,
    /// No message could be composed from the mail.
    #[error("The mail cannot be written as an internet message.")]
    Unwritable,
    /// The development mailbox could not write.
    #[error("The mailbox could not store the mail ({0}); check its directory's permissions and free space.")]
    Unstored(std::io::ErrorKind),
}

/// Enhanced codes (RFC 3463, 3.2; RFC 7505, 4.2) that say that there is no mailbox of this address.
const NO_SUCH_MAILBOX: [&str; 5] = [" 5.1.1", " 5.1.2", " 5.1.3", " 5.1.6", " 5.1.10"];

impl Cause {
    /// Whether the server said that the recipient has no mailbox. Without an enhanced code nobody knows: `550` stands for
    /// many refusals.
    pub fn is_unknown_mailbox(&self) -> bool {
        matches!(self, Self::Refused { reply } if NO_SUCH_MAILBOX.iter().any(|code| reply.ends_with(code)))
    }
}
