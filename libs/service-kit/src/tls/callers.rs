//! Who may call: a certificate of an authority that is believed, for a name that is let in.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, DnsName, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use super::seldom::Seldom;

const MOST_NAMES: usize = 64;

/// The names of callers that are let in: DNS names, of which a caller's certificate has to have one.
#[derive(Clone, Debug)]
pub struct CallerNames(Names);

#[derive(Clone, Debug)]
enum Names {
    /// Whoever has a certificate of the authority.
    All,
    These(Arc<[ServerName<'static>]>),
}

/// These are no names of callers.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("must be 1 to 64 DNS names, separated by commas, or * for every certificate of the authority")]
pub struct UnusableNames;

impl FromStr for CallerNames {
    type Err = UnusableNames;

    fn from_str(list: &str) -> Result<Self, UnusableNames> {
        if list.trim() == "*" {
            return Ok(Self(Names::All));
        }
        let name = |name: &str| DnsName::try_from(name.trim().to_owned()).map(ServerName::DnsName);
        let names: Vec<_> = list.split(',').map(name).collect::<Result<_, _>>().map_err(|_| UnusableNames)?;
        if names.len() > MOST_NAMES { Err(UnusableNames) } else { Ok(Self(Names::These(names.into()))) }
    }
}

impl CallerNames {
    fn let_in(&self, certificate: &ParsedCertificate<'_>) -> bool {
        match &self.0 {
            Names::All => true,
            Names::These(names) => names.iter().any(|name| verify_server_name(certificate, name).is_ok()),
        }
    }
}

/// Refuses in the handshake, so that nobody else's bytes come any further.
pub(super) struct NamedCallers {
    by_authority: Arc<dyn ClientCertVerifier>,
    names: CallerNames,
    refused: Seldom,
}

impl NamedCallers {
    pub(super) fn new(by_authority: Arc<dyn ClientCertVerifier>, names: CallerNames) -> Self {
        Self { by_authority, names, refused: Seldom::default() }
    }
}

impl ClientCertVerifier for NamedCallers {
    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let verified = self.by_authority.verify_client_cert(end_entity, intermediates, now)?;
        if self.names.let_in(&ParsedCertificate::try_from(end_entity)?) {
            return Ok(verified);
        }
        self.refused.tell(|others| {
            tracing::warn!(others, "a caller's certificate has none of the names in GUILDHALL_TLS_CLIENT_NAMES");
        });
        Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.by_authority.root_hint_subjects()
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.by_authority.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.by_authority.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.by_authority.supported_verify_schemes()
    }
}

impl fmt::Debug for NamedCallers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("NamedCallers").field("names", &self.names).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_one_by_one_or_all_at_once() {
        for list in ["*", "gateway", "gateway, identity.guildhall.svc"] {
            assert!(list.parse::<CallerNames>().is_ok(), "{list}");
        }
        let many = vec!["name"; MOST_NAMES + 1].join(",");
        for list in ["", ",", "gateway,", "gateway,*", "*.guildhall", "10.0.0.1", "gate way", many.as_str()] {
            assert!(list.parse::<CallerNames>().is_err(), "{list}");
        }
    }
}
