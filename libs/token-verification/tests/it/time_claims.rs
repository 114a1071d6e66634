//! Expiry, not-before and issue time, with thirty seconds of leeway in both directions.

use serde_json::{Value, json};
use token_verification::{Caller, VerifyError};

use crate::issuer::{Issuer, NOW, claims};

fn verify(changes: &[(&str, Value)]) -> Result<Caller, VerifyError> {
    let issuer = Issuer::new();
    let mut claims = claims();
    for (name, value) in changes {
        claims[*name] = value.clone();
    }
    issuer.verifier().verify(&issuer.sign_claims(&claims))
}

#[test]
fn an_expired_token_is_accepted_for_thirty_seconds_and_not_longer() {
    let expired_for = |seconds: i64| verify(&[("iat", json!(NOW - 300)), ("exp", json!(NOW - seconds))]);
    assert!(expired_for(29).is_ok());
    assert_eq!(expired_for(30), Err(VerifyError::Expired));
    assert_eq!(expired_for(31), Err(VerifyError::Expired));
    assert_eq!(VerifyError::Expired.reason(), "TOKEN_EXPIRED");
}

#[test]
fn a_token_issued_ahead_of_this_clock_is_accepted_within_thirty_seconds() {
    let issued_in = |seconds: i64| verify(&[("iat", json!(NOW + seconds)), ("exp", json!(NOW + seconds + 300))]);
    assert!(issued_in(30).is_ok());
    assert_eq!(issued_in(31), Err(VerifyError::IssuedInFuture));
}

#[test]
fn not_before_is_checked_when_it_is_there() {
    assert!(verify(&[("nbf", json!(NOW - 10))]).is_ok());
    assert!(verify(&[("nbf", json!(NOW + 30))]).is_ok());
    assert_eq!(verify(&[("nbf", json!(NOW + 31))]), Err(VerifyError::NotYetValid));
}

#[test]
fn a_lifetime_is_positive_and_at_most_an_hour() {
    let lives = |seconds: i64| verify(&[("iat", json!(NOW)), ("exp", json!(NOW + seconds))]);
    assert!(lives(3600).is_ok());
    assert_eq!(lives(3601), Err(VerifyError::LifetimeRefused));
    assert!(lives(1).is_ok());
    assert_eq!(lives(0), Err(VerifyError::LifetimeRefused));
    assert_eq!(lives(-1), Err(VerifyError::LifetimeRefused));
}

#[test]
fn the_ends_of_time_overflow_nothing() {
    for iat in [i64::MIN, 0, i64::MAX] {
        for exp in [i64::MIN, 0, i64::MAX] {
            assert!(verify(&[("iat", json!(iat)), ("exp", json!(exp)), ("nbf", json!(iat))]).is_err());
        }
    }
    assert_eq!(verify(&[("exp", json!(u64::MAX))]), Err(VerifyError::ClaimsRefused));
}
