//! What whoever runs the deployment does at its command line, with the database alone: it works whether or not anything is
//! served.

use service_kit::database::{DatabaseSettings, in_words};
use service_kit::{CallOrigin, Clock, Database, Entropy, ServerKeySecret, Timestamp};
use uuid::Uuid;

use crate::NAME;
use crate::domain::{
    Fault, MOST_LIVING, Maker, OrganizationId, Scopes, ServerKey, ServerKeyId, Trail, key_expiry, key_name,
};
use crate::error::BillingError;
use crate::store::{self, DbErr, Migrator};
use crate::use_cases::{self, CreateServerKey, Verified};

/// Keys in memory at once.
const AT_ONCE: u64 = 200;

/// The operator's access to billing's database.
pub struct Operator {
    database: Database,
    clock: Clock,
    entropy: Entropy,
    origin: CallOrigin,
}

/// A server API key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// UUIDv7.
    pub id: Uuid,
    /// What the one who made it calls it.
    pub name: String,
    /// What it may do, sorted.
    pub scopes: Vec<&'static str>,
    /// `living`, `expired` or `revoked`.
    pub state: &'static str,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// When it was last used, to the minute or so.
    pub last_used: Option<Timestamp>,
}

/// How much of the ledgers was read, and how much of it is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerReport {
    /// Organizations with an account or entries.
    pub organizations: u64,
    /// Entries of all of them.
    pub entries: u64,
    /// Everything that was found wrong.
    pub faults: u64,
}

/// A key just made.
#[derive(Debug)]
pub struct CreatedKey {
    /// What is known of it from now on.
    pub record: KeyRecord,
    /// The key itself, here and never again.
    pub secret: ServerKeySecret,
}

/// A command is not carried out.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// What was given for the option cannot be taken.
    #[error("--{option} {problem}")]
    Option {
        /// Without its hyphens.
        option: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no such key.
    #[error("there is no key of this id; `guildhall api-keys list` tells which there are")]
    UnknownKey,
    /// There are as many living keys as there may be.
    #[error("there are {MOST_LIVING} living keys, the most there can be; revoke some first")]
    TooManyKeys,
    /// The database did not do what it was told.
    #[error("the billing database cannot be used: {}", in_words(.0))]
    Database(#[from] DbErr),
    /// Something that never happens.
    #[error(transparent)]
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

impl From<BillingError> for OperatorError {
    fn from(error: BillingError) -> Self {
        match error {
            BillingError::ServerKeyNotFound => Self::UnknownKey,
            BillingError::TooManyKeys => Self::TooManyKeys,
            BillingError::Internal(error) => Self::Database(error),
            other => Self::Broken(Box::new(other)),
        }
    }
}

impl Operator {
    /// Opens billing's database, whose schema must be up to date; `origin` goes into the audit log.
    pub async fn open(
        settings: &DatabaseSettings,
        clock: Clock,
        entropy: Entropy,
        origin: CallOrigin,
    ) -> Result<Self, OperatorError> {
        Ok(Self { database: Database::open_migrated::<Migrator>(settings, NAME).await?, clock, entropy, origin })
    }

    fn by_operator(&self) -> (Maker, Trail) {
        (Maker::Operator, Trail::of_operator(self.origin.clone()))
    }

    /// Makes a server API key.
    pub async fn create_key(
        &self,
        name: &str,
        scopes: &[String],
        expires: Option<Timestamp>,
    ) -> Result<CreatedKey, OperatorError> {
        let now = self.clock.now();
        let name = key_name(name).map_err(|problem| wrong("name", &problem))?;
        let scopes = Scopes::of_words(scopes.iter().map(String::as_str)).map_err(|problem| wrong("scope", &problem))?;
        let expires = expires.map(|expires| key_expiry(expires, now)).transpose();
        let expires = expires.map_err(|problem| wrong("expires-at", &problem))?;
        let command = CreateServerKey { name, scopes, expires };
        let made = use_cases::make_key(&self.database, &self.clock, &self.entropy, self.by_operator(), command).await?;
        Ok(CreatedKey { record: record(made.key, now), secret: made.secret })
    }

    /// Keys, the newest first, those that have ended included: a page of those older than `before`, empty at the end.
    pub async fn list_keys(&self, before: Option<&KeyRecord>) -> Result<Vec<KeyRecord>, OperatorError> {
        let now = self.clock.now();
        let keys = store::server_keys::list(self.database.reader(), before.map(|key| key.id), AT_ONCE).await?;
        Ok(keys.into_iter().map(|key| record(key, now)).collect())
    }

    /// Ends a key: once this has answered, nothing is done by it any more.
    pub async fn revoke_key(&self, id: &str) -> Result<(), OperatorError> {
        let id: ServerKeyId = id.parse().map_err(|_| OperatorError::UnknownKey)?;
        Ok(use_cases::end_key(&self.database, &self.clock, &self.entropy, self.by_operator(), id).await?)
    }

    /// Reads every ledger and compares it with the balance that it must explain. `tell` gets the id of the organization and
    /// a sentence for everything that is wrong, as it is found, and `read` the number of entries so far.
    pub async fn verify_ledgers(
        &self,
        mut tell: impl FnMut(Uuid, String),
        read: impl FnMut(u64),
    ) -> Result<LedgerReport, OperatorError> {
        let tell = |organization: OrganizationId, fault: Fault| tell(organization.uuid(), fault.to_string());
        let Verified { organizations, entries, faults } = use_cases::verify_ledgers(&self.database, tell, read).await?;
        Ok(LedgerReport { organizations, entries, faults })
    }
}

fn wrong(option: &'static str, problem: &dyn std::error::Error) -> OperatorError {
    OperatorError::Option { option, problem: problem.to_string() }
}

fn record(key: ServerKey, now: Timestamp) -> KeyRecord {
    KeyRecord {
        id: key.id.uuid(),
        scopes: key.scopes.words().collect(),
        state: match key {
            ServerKey { revoked: Some(_), .. } => "revoked",
            ServerKey { expires: Some(expires), .. } if expires <= now => "expired",
            _ => "living",
        },
        name: key.name,
        created: key.created,
        expires: key.expires,
        revoked: key.revoked,
        last_used: key.last_used,
    }
}
