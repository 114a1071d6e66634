//! Everything the product knows about e-mail: what an address is, how a mail is rendered, and how it leaves.
//!
//! Here belong the [`Address`] that e-mail input is parsed into, the [`Templates`] that turn a context into subject, text
//! and HTML, and the two ways out behind [`Mailer`]: [`SmtpMailer`] for a real server and [`Mailbox`] for development.
//! Which mails exist, and when they are sent, is the business of the services; they call [`Mailer::send`] from their outbox
//! relay, never inside a request.
#![deny(missing_docs)]

mod address;
mod address_error;
mod letter;
mod mailbox;
mod mailer;
mod smtp;
mod templates;

pub use address::Address;
pub use address_error::AddressError;
pub use letter::Mail;
pub use mailbox::{Mailbox, MailboxClock, MailboxError, StoredMail};
pub use mailer::{Cause, Mailer, SendError};
pub use smtp::{SmtpMailer, SmtpSettingsError};
pub use templates::{Rendered, TemplateError, Templates};
