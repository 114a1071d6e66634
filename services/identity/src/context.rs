//! What use cases work with.

use std::sync::Arc;
use std::time::Duration;

use service_kit::pages::PageTokens;
use service_kit::{Clock, Database, DerivedKey, Entropy, SecretToken};
use uuid::Uuid;

use crate::domain::app::Apps;
use crate::domain::lifetimes::SessionLifetimes;
use crate::mails::Mails;
use crate::passwords::Passwords;
use crate::signing_key::SigningKey;
use crate::upstreams::Upstreams;

/// Everything that a use case may need. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    pub database: Database,
    pub clock: Clock,
    pub entropy: Entropy,
    pub upstreams: Upstreams,
    pub passwords: Passwords,
    pub mails: Mails,
    pub issuance: Arc<Issuance>,
    pub secrets: Secrets,
    pub apps: Arc<Apps>,
    pub page_tokens: PageTokens,
    pub session_lifetimes: SessionLifetimes,
}

/// What every access token of this process is made with.
pub struct Issuance {
    pub key: SigningKey,
    /// The `iss` claim.
    pub issuer: String,
    pub lifetime: Duration,
    /// In which the positions count; chosen once for a database.
    pub epoch: String,
    /// The published keys (RFC 7517).
    pub jwks: String,
}

/// Derives the tokens that must be said again without having been stored.
#[derive(Clone)]
pub struct Secrets {
    pub refresh: DerivedKey,
    pub mail: DerivedKey,
}

impl Secrets {
    /// The one token that `parent` is exchanged for, however often it is asked for.
    pub fn child_of(&self, parent: &SecretToken) -> SecretToken {
        SecretToken::derive(&self.refresh, &[b"refresh", parent.expose().as_bytes()])
    }

    /// The token in the verification mail of this id.
    pub fn verification_token(&self, mail_id: Uuid) -> SecretToken {
        SecretToken::derive(&self.mail, &[b"verify-email", mail_id.as_bytes()])
    }
}
