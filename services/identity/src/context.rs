//! What use cases work with.

use std::sync::Arc;
use std::time::Duration;

use service_kit::pages::PageTokens;
use service_kit::{Clock, Database, DerivedKey, Entropy, SecretToken};
use uuid::Uuid;

use crate::domain::app::Apps;
use crate::domain::lifetimes::SessionLifetimes;
use crate::domain::link::Link;
use crate::domain::sign_up_policy::{Enumeration, Registration};
use crate::keyring::Keyring;
use crate::mails::Mails;
use crate::numbers::Numbers;
use crate::passwords::Passwords;
use crate::revocations::Revocations;
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
    pub revocations: Revocations,
    pub secrets: Secrets,
    pub apps: Arc<Apps>,
    pub registration: Registration,
    pub enumeration: Enumeration,
    /// Whether tries are counted.
    pub throttles: bool,
    pub page_tokens: PageTokens,
    pub session_lifetimes: SessionLifetimes,
    pub numbers: Numbers,
}

/// What every access token of this process is made with.
pub struct Issuance {
    pub keyring: Arc<Keyring>,
    /// The `iss` claim.
    pub issuer: String,
    pub lifetime: Duration,
}

/// Keys: for tokens that are derived instead of stored, for the names of counts, for the tokens of devices.
#[derive(Clone)]
pub struct Secrets {
    pub refresh: DerivedKey,
    pub mail: DerivedKey,
    /// Names the counts of tries.
    pub attempts: DerivedKey,
    /// Signs the tokens of known devices.
    pub devices: DerivedKey,
}

impl Secrets {
    /// The one token that `parent` is exchanged for, however often it is asked for.
    pub fn child_of(&self, parent: &SecretToken) -> SecretToken {
        SecretToken::derive(&self.refresh, &[b"refresh", parent.expose().as_bytes()])
    }

    /// The token of the link in the mail of this id.
    pub fn mailed_token(&self, link: Link, mail_id: Uuid) -> SecretToken {
        SecretToken::derive(&self.mail, &[link.purpose().as_bytes(), mail_id.as_bytes()])
    }

    /// Names, without telling the address, that somebody asked for a link to be mailed to it.
    pub fn name_of_ask(&self, link: Link, email: &str) -> String {
        let parts: [&[u8]; 3] = [b"ask", link.purpose().as_bytes(), email.as_bytes()];
        SecretToken::derive(&self.mail, &parts).expose().to_owned()
    }
}
