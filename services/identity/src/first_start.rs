//! What the first start of a new deployment makes, and every later one finds.

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use service_kit::{Clock, Database, DerivedKey, Entropy, outbox};

use crate::BuildError;
use crate::context::Context;
use crate::domain::user::{Names, SYSTEM_ADMIN};
use crate::settings::FirstAdmin;
use crate::signing_key::SigningKey;
use crate::store::signing_keys::StoredKey;
use crate::store::{epoch, signing_keys, users};
use crate::use_cases::register::{new_user, provisioning};

/// What access tokens are made with, as the database holds it.
pub struct Found {
    pub key: SigningKey,
    /// The published keys (RFC 7517).
    pub jwks: String,
    pub epoch: String,
}

/// Finds signing key and epoch, or makes them. Replicas that start at once agree on one of each.
pub async fn find_or_make(
    database: &Database,
    sealing: &DerivedKey,
    clock: &Clock,
    entropy: &Entropy,
) -> Result<Found, BuildError> {
    let now = clock.now();
    let transaction = database.begin_write().await?;
    if signing_keys::find_active(&transaction).await?.is_none() {
        let seed = SigningKey::new_seed(entropy);
        let key = SigningKey::from_seed(&seed).map_err(|_| BuildError::DamagedKey)?;
        let stored = StoredKey {
            key_id: key.key_id().to_owned(),
            sealed_seed: sealing.seal(entropy, key.key_id().as_bytes(), &seed).map_err(|_| BuildError::DamagedKey)?,
            public_jwk: key.public_jwk().map_err(|_| BuildError::DamagedKey)?,
        };
        signing_keys::insert_first(&transaction, stored, now).await?;
    }
    epoch::choose(&transaction, entropy.uuid(now).to_string()).await?;
    transaction.commit().await?;

    let reader = database.reader();
    let stored = signing_keys::find_active(reader).await?.ok_or(BuildError::DamagedKey)?;
    let seed = sealing.open(stored.key_id.as_bytes(), &stored.sealed_seed);
    let seed = seed.map_err(|_| BuildError::WrongMasterKey)?;
    let key = SigningKey::from_seed(&seed).map_err(|_| BuildError::DamagedKey)?;
    let epoch = epoch::find(reader).await?.ok_or(BuildError::DamagedKey)?;
    let mut keys: Vec<Value> = Vec::new();
    for jwk in signing_keys::list_published(reader).await? {
        keys.push(serde_json::from_str(&jwk).map_err(|_| BuildError::DamagedKey)?);
    }
    Ok(Found { key, jwks: json!({ "keys": keys }).to_string(), epoch })
}

/// Makes the first administrator unless the address has an account, which is then left as it is.
pub async fn make_first_admin(context: &Context, admin: FirstAdmin) -> Result<(), BuildError> {
    let email = admin.email.canonical();
    if users::find_by_email(context.database.reader(), email).await?.is_some() {
        return Ok(());
    }
    if admin.password.expose_secret().chars().count() < context.passwords.shortest {
        return Err(BuildError::AdminPassword(context.passwords.shortest));
    }
    let hash = context.passwords.hash(admin.password).await.map_err(|error| BuildError::Admin(error.to_string()))?;

    let now = context.clock.now();
    let mut user = new_user(context, email, hash, Names::default(), now);
    user.email_verified = true;
    user.roles = vec![SYSTEM_ADMIN.to_owned()];
    let transaction = context.database.begin_write().await?;
    if users::insert(&transaction, &user).await? {
        outbox::append(&transaction, provisioning(&user, now), now).await?;
        transaction.commit().await?;
    }
    Ok(())
}
