//! Which published keys are taken, skipped and refused.

use serde_json::{Value, json};
use token_verification::{KeySet, KeySetError};

use crate::issuer::Issuer;

fn parse(keys: &[Value]) -> Result<KeySet, KeySetError> {
    KeySet::from_jwks(&json!({ "keys": keys }).to_string())
}

fn jwk_with(name: &str, value: Value) -> Value {
    let mut jwk = Issuer::new().jwk("a");
    jwk[name] = value;
    jwk
}

fn jwk_without(name: &str) -> Value {
    let mut jwk = Issuer::new().jwk("a");
    jwk.as_object_mut().unwrap().remove(name);
    jwk
}

#[test]
fn keys_for_other_things_are_skipped() {
    let others = [
        json!({ "kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB" }),
        json!({ "kty": "EC", "kid": "e", "crv": "P-256", "x": "AA", "y": "AA" }),
        json!({ "kty": "AKP", "kid": "m", "alg": "ML-DSA-44", "pub": "AA" }),
        json!({ "kty": "OKP", "kid": "x", "crv": "X25519", "x": "AA" }),
        json!({ "kty": "something new" }),
        jwk_with("use", json!("enc")),
    ];
    let mut keys = others.to_vec();
    keys.push(Issuer::new().jwk("b"));
    assert_eq!(parse(&keys).unwrap().len(), 1);
    assert!(parse(&others).unwrap().is_empty());
    for (name, value) in [("alg", json!("ES256")), ("key_ops", json!(["sign"])), ("crv", json!("Ed448"))] {
        assert!(parse(&[jwk_with(name, value)]).unwrap().is_empty(), "{name}");
    }
}

#[test]
fn optional_members_may_be_left_out() {
    for name in ["alg", "use"] {
        assert_eq!(parse(&[jwk_without(name)]).unwrap().len(), 1);
    }
    assert_eq!(parse(&[jwk_with("key_ops", json!(["verify"]))]).unwrap().len(), 1);
}

#[test]
fn a_key_needs_an_id_of_its_own() {
    assert_eq!(parse(&[jwk_without("kid")]).unwrap_err(), KeySetError::KeyIdRefused);
    assert_eq!(parse(&[jwk_with("kid", json!(""))]).unwrap_err(), KeySetError::KeyIdRefused);
    assert_eq!(parse(&[jwk_with("kid", json!("k".repeat(129)))]).unwrap_err(), KeySetError::KeyIdRefused);
    let twins = [Issuer::new().jwk("a"), Issuer::from_seed(9).jwk("a")];
    assert_eq!(parse(&twins).unwrap_err(), KeySetError::DuplicateKeyId);
}

#[test]
fn a_private_half_refuses_the_whole_set() {
    for name in ["d", "p", "q", "k", "priv"] {
        let keys = [Issuer::new().jwk("b"), jwk_with(name, json!("AAAA"))];
        assert_eq!(parse(&keys).unwrap_err(), KeySetError::PrivateKey, "{name}");
    }
}

#[test]
fn at_most_sixty_four_keys_are_taken() {
    let keys: Vec<_> = (0..65).map(|index| Issuer::from_seed(index).jwk(&index.to_string())).collect();
    assert_eq!(parse(&keys[..64]).unwrap().len(), 64);
    assert_eq!(parse(&keys).unwrap_err(), KeySetError::TooManyKeys);
}

#[test]
fn what_is_no_public_key_is_refused() {
    let whole = Issuer::new().jwk("a")["x"].as_str().unwrap().to_owned();
    for x in ["", "AAAA", "!!", &whole[..42], &format!("{whole}="), &format!("{whole}AA")] {
        assert_eq!(parse(&[jwk_with("x", json!(x))]).unwrap_err(), KeySetError::PublicKeyRefused, "{x}");
    }
    assert_eq!(parse(&[jwk_without("x")]).unwrap_err(), KeySetError::PublicKeyRefused);
}

#[test]
fn what_is_no_key_set_is_malformed() {
    let jwk = Issuer::new().jwk("a").to_string();
    let doubled = jwk.replacen('{', r#"{"kid":"b","#, 1);
    let texts = [
        String::new(),
        "[]".to_owned(),
        "{}".to_owned(),
        jwk.clone(),
        r#"{"keys":{}}"#.to_owned(),
        r#"{"keys":[1]}"#.to_owned(),
        r#"{"keys":[],"keys":[]}"#.to_owned(),
        format!(r#"{{"keys":[{doubled}]}}"#),
        format!(r#"{{"keys":[{jwk}]}}{{}}"#),
    ];
    for text in texts {
        assert_eq!(KeySet::from_jwks(&text).unwrap_err(), KeySetError::Malformed, "{text}");
    }
}
