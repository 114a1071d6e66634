//! The server's URL and the sender, read strictly: what lettre would overlook in a URL ends in an unencrypted or
//! unauthenticated connection.

use std::time::Duration;

use lettre::message::Mailbox as Sender;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
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
    /// What the server's certificate is to be checked against is no certificate.
    #[error("The certificates to trust the mail server by must be one or more in PEM form.")]
    Roots,
    /// The server is to be trusted by certificates, but shows none.
    #[error("Certificates to trust a mail server by need a URL with TLS: smtps://… or smtp://…?tls=required.")]
    RootsWithoutTls,
    /// The sender's address is not one.
    #[error("The sender must be an e-mail address, or a name and an address in angle brackets. {0}")]
    Sender(AddressError),
    /// The sender's name has a character that headers cannot carry.
    #[error("The sender's name may not contain quotation marks, backslashes, angle brackets or control characters.")]
    SenderName,
}

/// `roots` are certificates in PEM form that are trusted beside Mozilla's.
pub(super) fn server(url: &SecretString, roots: Option<&str>) -> Result<AsyncSmtpTransportBuilder, SmtpSettingsError> {
    let url = url.expose_secret();
    let (scheme, rest) = url.split_once("://").ok_or(SmtpSettingsError::Url)?;

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
    let builder = builder.timeout(Some(CONNECT_TIMEOUT));
    let Some(roots) = roots else { return Ok(builder) };
    let tls = tls_trusting(host_of(authority), roots)?;
    match (scheme, options) {
        ("smtps", _) => Ok(builder.tls(Tls::Wrapper(tls))),
        (_, "tls=required") => Ok(builder.tls(Tls::Required(tls))),
        (_, "tls=opportunistic") => Ok(builder.tls(Tls::Opportunistic(tls))),
        _ => Err(SmtpSettingsError::RootsWithoutTls),
    }
}

/// The host in `user:password@host:port`, where an IPv6 address stands in brackets.
fn host_of(authority: &str) -> &str {
    let server = authority.rsplit_once('@').map_or(authority, |(_, server)| server);
    if server.starts_with('[') {
        return server.split_inclusive(']').next().unwrap_or(server);
    }
    server.split(':').next().unwrap_or(server)
}

fn tls_trusting(host: &str, roots: &str) -> Result<TlsParameters, SmtpSettingsError> {
    // An empty list reads as a good one.
    if !roots.contains("-----BEGIN CERTIFICATE-----") {
        return Err(SmtpSettingsError::Roots);
    }
    let roots = Certificate::from_pem(roots.as_bytes()).map_err(|_| SmtpSettingsError::Roots)?;
    let tls = TlsParameters::builder(host.to_owned()).add_root_certificate(roots).build_rustls();
    tls.map_err(|_| SmtpSettingsError::Roots)
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
