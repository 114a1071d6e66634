//! Keeps a process's copy of the published signing keys up to date.

use std::time::Duration;

use contracts::identity::v1::ListSigningKeysRequest;
use contracts::identity::v1::key_service_client::KeyServiceClient;
use service_kit::Channel;
use token_verification::{KeySet, KeyStore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const FETCH_EVERY: Duration = Duration::from_secs(10);
/// A token with an unknown key asks for a fetch, but anybody can make such tokens.
const FETCH_AT_MOST_EVERY: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(500);
const RETRY_EVERY: Duration = Duration::from_millis(200);

/// Fetches the keys from identity: at once, every ten seconds, and when a token names one not known here.
/// What is known stays in use while identity does not answer.
pub async fn keep_fresh(keys: KeyStore, identity: Channel, stop: CancellationToken) {
    let mut last_fetch = Instant::now();
    let mut unknown_kids_seen = keys.unknown_kids_seen();
    let mut known = String::new();
    loop {
        let wait = if keys.is_loaded() { LOOK_EVERY } else { RETRY_EVERY };
        let is_due = last_fetch.elapsed() >= FETCH_EVERY
            || (keys.unknown_kids_seen() != unknown_kids_seen && last_fetch.elapsed() >= FETCH_AT_MOST_EVERY);
        if is_due || !keys.is_loaded() {
            unknown_kids_seen = keys.unknown_kids_seen();
            last_fetch = Instant::now();
            if let Err(problem) = fetch(&keys, identity.clone(), &mut known).await {
                tracing::debug!(problem, "the signing keys cannot be fetched");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// The keys are given on only when they are others: the verifier forgets then what it has verified.
async fn fetch(keys: &KeyStore, identity: Channel, known: &mut String) -> Result<(), String> {
    let answer = KeyServiceClient::new(identity).list_signing_keys(ListSigningKeysRequest {}).await;
    let jwks = answer.map_err(|status| status.to_string())?.into_inner().jwks_json;
    if jwks != *known {
        keys.replace(KeySet::from_jwks(&jwks).map_err(|error| error.to_string())?);
        *known = jwks;
    }
    Ok(())
}
