//! What PEM files hold.

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;

use super::kept::Read;
use super::validity::end_of;

/// A certificate with those between it and its authority, and the key that it was made for.
pub(super) fn certified_key(
    chain: &[u8],
    key: &[u8],
    provider: &CryptoProvider,
) -> Result<Read<Arc<CertifiedKey>>, String> {
    let chain = certificates(chain)?;
    ParsedCertificate::try_from(&chain[0]).map_err(|error| format!("the certificate cannot be read: {error}"))?;
    let ends = first_end(&chain)?;
    // What went wrong is not repeated: it stands in the file of a secret.
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| "the key file holds no private key in PEM form")?;
    let certified = CertifiedKey::from_der(chain, key, provider);
    let certified = certified.map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => "the key is not the one that the certificate was made for".to_owned(),
        _ => "the private key is of a kind that cannot be used".to_owned(),
    })?;
    Ok(Read { value: Arc::new(certified), ends })
}

/// The certificates of authorities, one or more.
pub(super) fn authorities(bundle: &[u8]) -> Result<Read<Arc<RootCertStore>>, String> {
    let certificates = certificates(bundle)?;
    let ends = first_end(&certificates)?;
    let mut authorities = RootCertStore::empty();
    for certificate in certificates {
        authorities.add(certificate).map_err(|error| format!("a certificate cannot be read: {error}"))?;
    }
    Ok(Read { value: Arc::new(authorities), ends })
}

fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    let certificates = certificates.map_err(|error| format!("this is no PEM: {error}"))?;
    if certificates.is_empty() { Err("there is no certificate in PEM form".to_owned()) } else { Ok(certificates) }
}

fn first_end(certificates: &[CertificateDer<'_>]) -> Result<i64, String> {
    let ends: Option<Vec<i64>> = certificates.iter().map(|certificate| end_of(certificate)).collect();
    ends.and_then(|ends| ends.into_iter().min()).ok_or_else(|| "nobody can read when a certificate ends".to_owned())
}
