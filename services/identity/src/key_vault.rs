//! The signing keys in identity's database, and what an operator does with them.

mod rotation;

use serde_json::{Value, json};
use service_kit::database::DatabaseSettings;
use service_kit::{CallOrigin, Clock, Database, DerivedKey, Entropy, MasterKey, Timestamp, WriteTransaction};

pub use self::rotation::Rotated;
use crate::NAME;
use crate::domain::key_state::KeyState;
use crate::error::KeyError;
use crate::signing_key::SigningKey;
use crate::store::migrations::Migrator;
use crate::store::signing_keys::StoredKey;
use crate::store::{epoch, signing_keys};

/// Opens, makes, rotates and retires signing keys. Cheap to clone.
#[derive(Clone)]
pub struct KeyVault {
    database: Database,
    sealing: DerivedKey,
    clock: Clock,
    entropy: Entropy,
    /// Where commands about keys come from.
    origin: CallOrigin,
}

/// A key as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// The `kid` of its tokens.
    pub key_id: String,
    /// `next`, `active`, `retiring` or `retired`.
    pub state: &'static str,
    /// When it was made.
    pub created: Timestamp,
    /// When it came into its state.
    pub since: Timestamp,
    /// From when it may go on to the following state without anybody noticing.
    pub may_go_on_from: Option<Timestamp>,
}

/// What tokens are signed with and verified by.
pub struct KeysInUse {
    pub active: SigningKey,
    /// When that became active.
    pub active_since: Timestamp,
    /// The published keys (RFC 7517).
    pub jwks: String,
}

impl KeyVault {
    /// The keys in this database, whose schema must be up to date; `origin` goes into the audit log.
    pub async fn open(
        settings: &DatabaseSettings,
        master_key: &MasterKey,
        clock: Clock,
        entropy: Entropy,
        origin: CallOrigin,
    ) -> Result<Self, KeyError> {
        let database = Database::open_migrated::<Migrator>(settings, NAME).await?;
        let vault = Self { origin, ..Self::of(database, master_key, clock, entropy) };
        vault.check().await?;
        Ok(vault)
    }

    pub(crate) fn of(database: Database, master_key: &MasterKey, clock: Clock, entropy: Entropy) -> Self {
        let (sealing, origin) = (master_key.derive("identity: signing keys"), CallOrigin::default());
        Self { database, sealing, clock, entropy, origin }
    }

    /// Makes the first keys, unless they are there: one to sign with and one for later. Replicas that start
    /// at once agree on them.
    pub(crate) async fn fill(&self) -> Result<(), KeyError> {
        let transaction = self.database.begin_write().await?;
        for state in [KeyState::Active, KeyState::Next] {
            if signing_keys::find_in(&transaction, state).await?.is_none() {
                self.make(&transaction, state).await?;
            }
        }
        epoch::choose(&transaction, self.entropy.uuid(self.clock.now()).to_string()).await?;
        Ok(transaction.commit().await?)
    }

    /// The keys as they are now.
    pub(crate) async fn in_use(&self) -> Result<KeysInUse, KeyError> {
        let mut active = None;
        let mut published: Vec<Value> = Vec::new();
        for stored in signing_keys::list(self.database.reader()).await? {
            if stored.state == KeyState::Retired {
                continue;
            }
            published.push(serde_json::from_str(&stored.public_jwk).map_err(|_| KeyError::Damaged)?);
            if stored.state == KeyState::Active {
                active = Some((self.unseal(&stored)?, stored.since));
            }
        }
        let (active, active_since) = active.ok_or(KeyError::Damaged)?;
        Ok(KeysInUse { active, active_since, jwks: json!({ "keys": published }).to_string() })
    }

    /// Refused unless the master key opens every key that is still of use.
    pub(crate) async fn check(&self) -> Result<(), KeyError> {
        for stored in signing_keys::list(self.database.reader()).await? {
            if stored.state != KeyState::Retired {
                self.unseal(&stored)?;
            }
        }
        Ok(())
    }

    /// Every key there ever was, the oldest first.
    pub async fn list(&self) -> Result<Vec<KeyRecord>, KeyError> {
        let keys = signing_keys::list(self.database.reader()).await?;
        Ok(keys
            .into_iter()
            .map(|key| KeyRecord {
                state: key.state.word(),
                may_go_on_from: key.state.may_go_on_from(key.since),
                key_id: key.key_id,
                created: key.created,
                since: key.since,
            })
            .collect())
    }

    async fn make(&self, transaction: &WriteTransaction, state: KeyState) -> Result<String, KeyError> {
        let now = self.clock.now();
        let seed = SigningKey::new_seed(&self.entropy);
        let key = SigningKey::from_seed(&seed).map_err(|_| KeyError::Damaged)?;
        let context = key.key_id().as_bytes();
        let stored = StoredKey {
            key_id: key.key_id().to_owned(),
            state,
            sealed_seed: self.sealing.seal(&self.entropy, context, &seed).map_err(|_| KeyError::Damaged)?,
            public_jwk: key.public_jwk().map_err(|_| KeyError::Damaged)?,
            created: now,
            since: now,
        };
        signing_keys::insert(transaction, stored).await?;
        Ok(key.key_id().to_owned())
    }

    fn unseal(&self, stored: &StoredKey) -> Result<SigningKey, KeyError> {
        let seed = self.sealing.open(stored.key_id.as_bytes(), &stored.sealed_seed);
        let seed = seed.map_err(|_| KeyError::WrongMasterKey)?;
        SigningKey::from_seed(&seed).map_err(|_| KeyError::Damaged)
    }
}
