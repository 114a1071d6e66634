//! What identity needs to know before it starts. The composition root reads it; nobody here does.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mail::{Address, Mailer};
use secrecy::SecretString;
use service_kit::database::DatabaseSettings;
use service_kit::{Clock, Entropy, MasterKey, Metrics};

use crate::domain::app::Apps;
use crate::domain::lifetimes::SessionLifetimes;
use crate::domain::sign_up_policy::{Enumeration, Registration};

/// Validated settings of identity.
pub struct Settings {
    /// Where users, sessions and keys are kept.
    pub database: DatabaseSettings,
    /// Encrypts signing keys and derives mailed and refresh tokens; changing it voids all of them.
    pub master_key: MasterKey,
    /// The `iss` of every access token.
    pub issuer: String,
    /// The apps that tokens are made for.
    pub apps: Apps,
    /// Where people reach the product, without a slash at the end; links in mails begin with it.
    pub public_url: String,
    /// How long an access token is good for; at most an hour, five minutes unless there is a reason.
    pub access_token_lifetime: Duration,
    /// How passwords are hashed and which are accepted.
    pub passwords: PasswordSettings,
    /// How long sessions live.
    pub session_lifetimes: SessionLifetimes,
    /// Who may sign up.
    pub registration: Registration,
    /// Whether sign-up tells that an address has an account.
    pub enumeration: Enumeration,
    /// Whether tries are counted and refused when they are too many; off for load tests alone.
    pub throttles: bool,
    /// How mails leave.
    pub mailer: Arc<dyn Mailer>,
    /// A folder with templates that take the place of the built-in ones.
    pub mail_templates: Option<PathBuf>,
    /// Made at start when nobody has its address yet.
    pub first_admin: Option<FirstAdmin>,
    /// What time it is.
    pub clock: Clock,
    /// Where randomness comes from.
    pub entropy: Entropy,
    /// What operators are told.
    pub metrics: Metrics,
}

/// How passwords are hashed (argon2id, one lane) and which are accepted.
#[derive(Clone, Debug)]
pub struct PasswordSettings {
    /// Memory for one hash, in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Hashes computed at once; bounds memory and processor time together.
    pub hashes_at_once: usize,
    /// Calls that may wait for their turn; more are refused with RATE_LIMITED.
    pub hashes_waiting: usize,
    /// Fewest characters of a new password.
    pub shortest: usize,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, hashes_at_once: 2, hashes_waiting: 32, shortest: 15 }
    }
}

/// The first administrator of the platform.
pub struct FirstAdmin {
    /// The address to sign in with; taken for proven.
    pub email: Address,
    /// The password to sign in with.
    pub password: SecretString,
}
