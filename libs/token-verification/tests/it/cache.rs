//! Verified tokens are remembered, but no longer than they are good.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::json;
use token_verification::{KeySet, TokenVerifierBuilder, VerifyError};

use crate::issuer::{Issuer, KEY_ID, NOW, claims_with};

fn with_clock(builder: TokenVerifierBuilder) -> (TokenVerifierBuilder, Arc<AtomicI64>) {
    let clock = Arc::new(AtomicI64::new(NOW));
    let read = Arc::clone(&clock);
    (builder.clock(move || read.load(Ordering::Relaxed)), clock)
}

#[test]
fn a_remembered_token_answers_the_same_and_still_expires() {
    let issuer = Issuer::new();
    let (builder, clock) = with_clock(issuer.builder());
    let verifier = builder.build().unwrap();
    let token = issuer.token();

    let first = verifier.verify(&token).unwrap();
    assert_eq!(verifier.verify(&token), Ok(first.clone()));
    clock.store(first.expires_at + 29, Ordering::Relaxed);
    assert_eq!(verifier.verify(&token), Ok(first.clone()));
    clock.store(first.expires_at + 30, Ordering::Relaxed);
    assert_eq!(verifier.verify(&token), Err(VerifyError::Expired));
    assert_eq!(verifier.clone().verify(&token), Err(VerifyError::Expired));
}

#[test]
fn replacing_the_keys_forgets_what_was_verified_with_them() {
    let issuer = Issuer::new();
    let keys = issuer.keys();
    let verifier = issuer.builder().keys(keys.clone()).build().unwrap();
    let token = issuer.token();
    assert!(verifier.verify(&token).is_ok());

    keys.replace(KeySet::from_jwks(r#"{"keys":[]}"#).unwrap());
    assert_eq!(verifier.verify(&token), Err(VerifyError::UnknownKey));
    let namesake = json!({ "keys": [Issuer::from_seed(9).jwk(KEY_ID)] }).to_string();
    keys.replace(KeySet::from_jwks(&namesake).unwrap());
    assert_eq!(verifier.verify(&token), Err(VerifyError::BadSignature));
    keys.replace(issuer.key_set());
    assert!(verifier.verify(&token).is_ok());
}

#[test]
fn what_was_refused_is_refused_again() {
    let issuer = Issuer::new();
    let verifier = issuer.verifier();
    let token = issuer.sign_claims(&claims_with("aud", "forum".into()));
    for _ in 0..3 {
        assert_eq!(verifier.verify(&token), Err(VerifyError::WrongAudience));
    }
}

#[test]
fn tokens_crowded_out_of_a_small_cache_are_verified_anew() {
    let issuer = Issuer::new();
    let tokens: Vec<_> =
        (0..100).map(|index| issuer.sign_claims(&claims_with("email", json!(index.to_string())))).collect();
    for capacity in [0, 1, 64, 10_000] {
        let verifier = issuer.builder().cache_capacity(capacity).build().unwrap();
        for round in 0..3 {
            for (index, token) in tokens.iter().enumerate() {
                assert_eq!(verifier.verify(token).unwrap().email, index.to_string(), "{capacity} {round}");
            }
        }
    }
}

#[test]
fn threads_share_a_verifier_and_get_each_their_own_caller() {
    let issuer = Issuer::new();
    let verifier = issuer.builder().cache_capacity(32).build().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (verifier, issuer) = (verifier.clone(), &issuer);
            scope.spawn(move || {
                for index in 0..50 {
                    let email = format!("{thread}-{}", index % 10);
                    let token = issuer.sign_claims(&claims_with("email", json!(email)));
                    assert_eq!(verifier.verify(&token).unwrap().email, email);
                }
            });
        }
    });
}
