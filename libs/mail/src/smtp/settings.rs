//! The server's URL and the sender, read strictly: what lettre would overlook in a URL ends in an unencrypted or
//! unauthenticated connection.

use std::time::Duration;

use lettre::message::Mailbox as Sender;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use super::message::plain_mailbox;
use crate::{Address, AddressError};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Why mails cannot be sent with the settings given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SmtpSettingsError {
    /// Not a URL of a kind we know.
    #[error(
        "The mail server's URL must look like smtp://host:25, smtps://user:password@host or smtp://user:password@host?tls=required."
    )]
    Url,
    /// Something else than the `tls` option behind the question mark.
    #[error("The only option of the mail server's URL is tls, and it is either required or opportunistic.")]
    Option,
    /// A user without a password or the reverse.
    #[error("The mail server's URL needs both user and password, or neither.")]
    Credentials,
    /// The sender's address is not one.
    #[error("The sender must be an e-mail address, or a name and an address in angle brackets. {0}")]
    Sender(AddressError),
    /// The sender's name has a character that headers cannot carry.
    #[error("The sender's name may not contain quotation marks, backslashes, angle brackets or control characters.")]
    SenderName,
}

pub(super) fn server(url: &SecretString) -> Result<AsyncSmtpTransportBuilder, SmtpSettingsError> {
    let url = url.expose_secret();
    let (_scheme, rest) = url.split_once("://").ok_or(SmtpSettingsError::Url)?;

    let options = rest.split_once('?').map_or("", |(_, options)| options);
    if !["", "tls=required", "tls=opportunistic"].contains(&options) {
        return Err(SmtpSettingsError::Option);
    }

    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some((credentials, _host)) = authority.rsplit_once('@') {
        let (user, password) = credentials.split_once(':').unwrap_or_default();
        if user.is_empty() || password.is_empty() {
            return Err(SmtpSettingsError::Credentials);
        }
    }

    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| SmtpSettingsError::Url)?;
    Ok(builder.timeout(Some(CONNECT_TIMEOUT)))
}

pub(super) fn sender(from: &str) -> Result<Sender, SmtpSettingsError> {
    let from = from.trim();
    let bracketed = from.strip_suffix('>').and_then(|from| from.split_once('<'));
    let (name, address) = bracketed.unwrap_or(("", from));

    let address = Address::parse(address).map_err(SmtpSettingsError::Sender)?;
    let mut sender = plain_mailbox(&address).ok_or(SmtpSettingsError::Sender(AddressError::Domain))?;

    let name = name.trim();
    let is_quoted = name.len() >= 2 && name.starts_with('"') && name.ends_with('"');
    let name = if is_quoted { &name[1..name.len() - 1] } else { name };
    if name.contains(|character: char| character.is_control() || "\"\\<>".contains(character)) {
        return Err(SmtpSettingsError::SenderName);
    }
    sender.name = (!name.is_empty()).then(|| name.to_owned());
    Ok(sender)
}
