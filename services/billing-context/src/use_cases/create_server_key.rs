//! Makes a server API key.

use service_kit::{Clock, Database, Entropy, Id, ServerKeySecret, Timestamp, audit};

use crate::context::Context;
use crate::domain::{Caller, MOST_LIVING, Maker, Record, Scopes, ServerKey, Trail};
use crate::error::BillingError;
use crate::store::server_keys;

pub struct CreateServerKey {
    pub name: String,
    pub scopes: Scopes,
    /// `None`: it does not end by itself.
    pub expires: Option<Timestamp>,
}

/// A key, and the one time that its secret is seen.
pub struct CreatedServerKey {
    pub key: ServerKey,
    pub secret: ServerKeySecret,
}

/// For the back office.
pub async fn create_server_key(
    context: &Context,
    caller: &Caller,
    command: CreateServerKey,
) -> Result<CreatedServerKey, BillingError> {
    context.organizations.authorize_back_office(caller.user_id).await?;
    let by = (Maker::User(caller.user_id), Trail::of_back_office(caller));
    make_key(&context.database, &context.clock, &context.entropy, by, command).await
}

/// For whoever is known to be allowed. Refused when there are as many living keys as there may be.
pub async fn make_key(
    database: &Database,
    clock: &Clock,
    entropy: &Entropy,
    (maker, trail): (Maker, Trail),
    command: CreateServerKey,
) -> Result<CreatedServerKey, BillingError> {
    let CreateServerKey { name, scopes, expires } = command;
    let now = clock.now();
    let secret = ServerKeySecret::generate(entropy);
    let transaction = database.begin_write().await?;
    if server_keys::count_living(&transaction, now).await? >= MOST_LIVING {
        return Err(BillingError::TooManyKeys);
    }
    let key = ServerKey {
        // Made while the others wait, so that keys are listed in the order in which they were made.
        id: Id::generate(entropy, now),
        name,
        scopes,
        created: now,
        created_by: maker,
        expires,
        revoked: None,
        last_used: None,
    };
    server_keys::insert(&transaction, &key, &secret).await?;
    audit::append(&transaction, trail.entry(None, Record::server_key_created(&key), entropy, now)).await?;
    transaction.commit().await?;
    Ok(CreatedServerKey { key, secret })
}
