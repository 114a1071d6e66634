//! Whom a service believes: the issuer of access tokens and the other services.

use std::sync::Arc;

use aws_lc_rs::digest;
use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use token_verification::{BuildError, Freshness, KeyStore, TokenVerifier};

use crate::clock::Clock;

/// The metadata key under which services show their credential to each other.
pub const SERVICE_CREDENTIAL: HeaderName = HeaderName::from_static("guildhall-service-credential");

const SHORTEST_SECRET: usize = 32;

/// The secrets that services of one deployment share: the first is sent, each is accepted, so that
/// one can be exchanged for another without a refused call.
#[derive(Clone)]
pub struct ServiceSecrets {
    sent: HeaderValue,
    accepted: Arc<[Vec<u8>]>,
}

/// The secrets cannot be used.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("one or two secrets of at least 32 visible ASCII characters each are needed")]
pub struct UnusableSecrets;

impl ServiceSecrets {
    /// One secret, or two while rotating.
    pub fn new(secrets: &[SecretString]) -> Result<Self, UnusableSecrets> {
        let usable = |secret: &SecretString| {
            let secret = secret.expose_secret();
            secret.len() >= SHORTEST_SECRET && secret.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !(1..=2).contains(&secrets.len()) || !secrets.iter().all(usable) {
            return Err(UnusableSecrets);
        }
        let mut sent = HeaderValue::from_str(secrets[0].expose_secret()).map_err(|_| UnusableSecrets)?;
        sent.set_sensitive(true);
        let accepted = secrets.iter().map(|secret| hash(secret.expose_secret().as_bytes())).collect();
        Ok(Self { sent, accepted })
    }

    /// What to show to another service.
    pub(crate) const fn credential(&self) -> &HeaderValue {
        &self.sent
    }

    /// Whether a call comes from a service of this deployment.
    pub fn are_shown(&self, headers: &HeaderMap) -> bool {
        let Some(shown) = headers.get(SERVICE_CREDENTIAL) else { return false };
        let shown = hash(shown.as_bytes());
        self.accepted.iter().fold(false, |found, secret| found | bool::from(secret.ct_eq(&shown)))
    }
}

/// Hashed so that the comparison takes the same time for every length.
fn hash(secret: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, secret).as_ref().to_vec()
}

/// Whom a service believes. Cheap to clone; one feed and one set of keys serve a whole process.
#[derive(Clone)]
pub struct Trust {
    /// Verifies access tokens by the keys and changes at hand, without asking anybody.
    pub verifier: TokenVerifier,
    /// The keys that the verifier uses.
    pub keys: KeyStore,
    /// What services show each other.
    pub service_secrets: ServiceSecrets,
}

impl Trust {
    /// Believes tokens of `issuer` for any of `audiences`, as long as `freshness` says. While `keys` holds none, every token is
    /// refused as SERVICE_UNAVAILABLE; while a feed hears nothing, older ones are as TOKEN_STALE.
    ///
    /// # Errors
    /// Without an issuer or an audience.
    pub fn lazy(
        issuer: &str,
        audiences: &[String],
        keys: KeyStore,
        freshness: Freshness,
        service_secrets: ServiceSecrets,
        clock: Clock,
    ) -> Result<Self, BuildError> {
        let verifier = TokenVerifier::builder()
            .issuer(issuer)
            .audiences(audiences.iter().cloned())
            .freshness(freshness)
            .keys(keys.clone())
            .clock(move || clock.now().seconds())
            .build()?;
        Ok(Self { verifier, keys, service_secrets })
    }
}
