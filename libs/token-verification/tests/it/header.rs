//! The header's allow-list, and the old tricks with algorithms and keys.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use token_verification::{KeyStore, VerifyError};

use crate::issuer::{Issuer, KEY_ID, claims, header};

fn refusal_of(header: &str) -> VerifyError {
    let issuer = Issuer::new();
    issuer.verifier().verify(&issuer.sign(header, &claims().to_string())).expect_err(header)
}

fn header_with(name: &str, value: Value) -> String {
    let mut header = header();
    header[name] = value;
    header.to_string()
}

#[test]
fn no_algorithm_but_that_of_the_key_is_accepted() {
    let algorithms = ["none", "None", "", "HS256", "RS256", "ES256", "Ed25519", "eddsa", "EdDSA "];
    for algorithm in algorithms {
        assert_eq!(refusal_of(&header_with("alg", json!(algorithm))), VerifyError::HeaderRefused, "{algorithm}");
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    let issuer = Issuer::new();
    let unsigned = |header: String| {
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims().to_string()))
    };
    for header in [header_with("alg", json!("none")), header().to_string()] {
        assert_eq!(issuer.verifier().verify(&unsigned(header)), Err(VerifyError::Malformed));
    }
}

#[test]
fn the_public_key_is_no_secret_for_hmac() {
    let issuer = Issuer::new();
    for algorithm in ["HS256", "EdDSA"] {
        let header = header_with("alg", json!(algorithm));
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims().to_string()));
        let secret = hmac::Key::new(hmac::HMAC_SHA512, issuer.public_key());
        let tag = hmac::sign(&secret, signed.as_bytes());
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag));
        let refusal = issuer.verifier().verify(&token).unwrap_err();
        assert!(matches!(refusal, VerifyError::HeaderRefused | VerifyError::BadSignature));
    }
}

#[test]
fn a_key_id_is_looked_up_and_nothing_else() {
    for kid in ["../../etc/passwd", "/dev/null", "' OR 1=1 --", "key-of-the-test", "KEY-OF-THE-TESTS", "\u{0}"] {
        assert_eq!(refusal_of(&header_with("kid", json!(kid))), VerifyError::UnknownKey, "{kid:?}");
    }
    for kid in [json!(""), json!("k".repeat(129)), json!(1), json!(null), json!([KEY_ID]), json!({ "a": KEY_ID })] {
        assert_eq!(refusal_of(&header_with("kid", kid.clone())), VerifyError::HeaderRefused, "{kid}");
    }
    assert_eq!(refusal_of(&json!({ "alg": "EdDSA", "typ": "at+jwt" }).to_string()), VerifyError::HeaderRefused);
}

#[test]
fn a_key_that_the_token_brings_along_is_refused() {
    let attacker = Issuer::from_seed(9);
    let brought = [
        ("jwk", attacker.jwk(KEY_ID)),
        ("jku", json!("https://evil.example.com/jwks.json")),
        ("x5u", json!("https://evil.example.com/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
    ];
    for (name, value) in brought {
        let token = attacker.sign(&header_with(name, value), &claims().to_string());
        assert_eq!(Issuer::new().verifier().verify(&token), Err(VerifyError::HeaderRefused), "{name}");
    }
}

#[test]
fn extensions_that_must_be_understood_are_refused() {
    for (name, value) in [("crit", json!(["exp"])), ("crit", json!([])), ("b64", json!(false)), ("zip", json!("DEF"))] {
        assert_eq!(refusal_of(&header_with(name, value)), VerifyError::HeaderRefused, "{name}");
    }
}

#[test]
fn a_token_of_another_type_is_refused() {
    for kind in [json!("JWT"), json!("rt+jwt"), json!("AT+JWT"), json!("application/at+jwt"), json!(""), json!(null)] {
        assert_eq!(refusal_of(&header_with("typ", kind.clone())), VerifyError::HeaderRefused, "{kind}");
    }
    assert_eq!(refusal_of(&json!({ "alg": "EdDSA", "kid": KEY_ID }).to_string()), VerifyError::HeaderRefused);
}

#[test]
fn a_header_with_doubled_members_or_of_another_form_is_refused() {
    let text = header().to_string();
    let forms = [
        text.replacen('{', r#"{"alg":"none","#, 1),
        text.replacen('{', r#"{"alg":"EdDSA","#, 1),
        text.replacen('{', r#"{"k\u0069d":"other","#, 1),
        json!(["EdDSA", "at+jwt", KEY_ID]).to_string(),
        format!("{text}{text}"),
        "null".to_owned(),
        String::new(),
    ];
    for form in forms {
        assert_eq!(refusal_of(&form), VerifyError::HeaderRefused, "{form}");
    }
}

#[test]
fn a_foreign_key_does_not_sign_for_this_issuer() {
    let token = Issuer::from_seed(9).token();
    assert_eq!(Issuer::new().verifier().verify(&token), Err(VerifyError::BadSignature));
}

#[test]
fn a_well_formed_unknown_key_id_is_counted_for_the_refresher() {
    let issuer = Issuer::new();
    let keys = issuer.keys();
    let verifier = issuer.builder().keys(keys.clone()).build().unwrap();
    for (kid, seen) in [("new", 1), ("", 1), ("newer", 2)] {
        assert!(verifier.verify(&issuer.sign(&header_with("kid", json!(kid)), "{}")).is_err());
        assert_eq!(keys.unknown_kids_seen(), seen);
    }
}

#[test]
fn without_keys_nothing_is_judged() {
    let issuer = Issuer::new();
    let keys = KeyStore::empty();
    let verifier = issuer.builder().keys(keys.clone()).build().unwrap();
    assert!(!keys.is_loaded());
    assert_eq!(verifier.verify(&issuer.token()), Err(VerifyError::KeysNotLoaded));

    keys.replace(issuer.key_set());
    assert!(keys.is_loaded());
    assert!(verifier.verify(&issuer.token()).is_ok());
}
