//! Inputs by chance, with a fixed budget: nothing panics, and nothing is accepted but what the issuer signed, unchanged.
//!
//! `target_*` take any bytes, as a fuzzer's targets do; here they get mutations of good inputs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use token_verification::{FeedMessage, KeySet, RevocationFeed};

use crate::chance::Chance;
use crate::issuer::{Issuer, NOW, URL, claims, header};
use crate::wire::{Hearer, ORGANIZATION, SESSION, USER, batch, heartbeat, membership, session, snapshot};

const BUDGET: u64 = 2_000;

/// Pieces that parsers stumble over.
const PIECES: &[&str] = &[
    ".",
    "..",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "null",
    "true",
    "-0",
    "1e400",
    "9223372036854775808",
    "\\u0000",
    "\\ud800",
    "\"crit\":[\"exp\"],",
    "\"alg\":\"none\",",
    "\"exp\":1900000000,",
    "\"jwk\":{},",
    "\"kid\":\"../../x\",",
    "=",
    "+",
    "/",
    "\u{feff}",
    "é",
    "\0",
    "AAAA",
    "e30",
    "\"iss\":\"",
    "\"asof\":{\"i\":0},",
    "\"type\":\"batch\",",
    "\"position\":-1,",
];

fn mutated(chance: &mut Chance, good: &[u8]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..=chance.below(4) {
        let (place, other) = (chance.below(bytes.len() + 1), chance.below(bytes.len() + 1));
        let (start, end) = (place.min(other), place.max(other));
        match chance.below(6) {
            0 if place < bytes.len() => bytes[place] ^= 1 << chance.below(8),
            1 => drop(bytes.drain(start..end.min(start + 8))),
            2 => drop(bytes.splice(place..place, chance.pick(PIECES).bytes())),
            3 => bytes.extend_from_within(start..end),
            4 => bytes.truncate(place),
            _ => drop(bytes.splice(start..end.min(start + 4), chance.pick(PIECES).bytes())),
        }
    }
    bytes
}

/// Any text as a token.
fn target_token(hearer: &Hearer, text: &str, signed: &str) {
    let accepted = hearer.verifier.verify(text);
    assert!(accepted.is_err() || text == signed, "accepted {text}");
}

/// Any payload and header that our own key signed: accepted only where the claims are what they must be.
fn target_claims(hearer: &Hearer, header_text: &str, payload: &[u8]) {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header_text), URL_SAFE_NO_PAD.encode(payload));
    let token = hearer.issuer.sign_text(&signed);
    if hearer.verifier.verify(&token).is_ok() {
        let header: Value = serde_json::from_str(header_text).unwrap();
        assert_eq!((&header["alg"], &header["typ"]), (&"EdDSA".into(), &"at+jwt".into()));
        let claims: Value = serde_json::from_slice(payload).unwrap();
        assert_eq!((&claims["iss"], &claims["aud"]), (&URL.into(), &"shop".into()));
        assert_eq!(claims["token_type"], "access");
        assert!(claims["exp"].as_i64().unwrap() > NOW - 30 && claims["iat"].as_i64().unwrap() <= NOW + 30);
        assert!(claims["nbf"].is_null() || claims["nbf"].as_i64().unwrap() <= NOW + 30);
        assert_eq!(claims["sub"], claims["uid"]);
    }
}

/// Any text as a message of the feed.
fn target_message(feed: &RevocationFeed, text: &[u8]) {
    if let Ok(message) = serde_json::from_slice::<FeedMessage>(text) {
        let _ = feed.apply(message);
    }
}

#[test]
fn no_mutation_of_a_token_is_accepted() {
    let hearer = Hearer::of(vec![]);
    let token = hearer.issuer.token();
    assert!(hearer.verifier.verify(&token).is_ok());
    for seed in 0..BUDGET {
        let bytes = mutated(&mut Chance::of(seed), token.as_bytes());
        target_token(&hearer, &String::from_utf8_lossy(&bytes), &token);
    }
}

#[test]
fn no_mutation_of_the_parts_below_their_encoding_is_accepted() {
    let hearer = Hearer::of(vec![]);
    let token = hearer.issuer.token();
    let stranger = Issuer::from_seed(9);
    let signature = token.rsplit_once('.').unwrap().1;
    for seed in 0..BUDGET {
        let mut chance = Chance::of(seed);
        let (mut head, mut payload) = (header().to_string().into_bytes(), claims().to_string().into_bytes());
        let part = if chance.below(2) == 0 { &mut head } else { &mut payload };
        *part = mutated(&mut chance, part);
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(payload));
        target_token(&hearer, &format!("{signed}.{signature}"), &token);
        target_token(&hearer, &stranger.sign_text(&signed), &token);
    }
}

#[test]
fn whatever_our_own_key_signs_is_accepted_only_with_the_right_claims() {
    let hearer = Hearer::of(vec![]);
    for seed in 0..BUDGET {
        let mut chance = Chance::of(seed);
        let payload = mutated(&mut chance, claims().to_string().as_bytes());
        target_claims(&hearer, &header().to_string(), &payload);
        let head = String::from_utf8_lossy(&mutated(&mut chance, header().to_string().as_bytes())).into_owned();
        target_claims(&hearer, &head, claims().to_string().as_bytes());
    }
}

#[test]
fn no_mutation_of_a_key_set_panics() {
    let good = serde_json::json!({ "keys": [Issuer::new().jwk("a"), Issuer::from_seed(9).jwk("b")] }).to_string();
    for seed in 0..BUDGET {
        let bytes = mutated(&mut Chance::of(seed), good.as_bytes());
        let _ = KeySet::from_jwks(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn no_message_makes_a_feed_forget_an_ended_session() {
    let hearer = Hearer::of(vec![session(4, SESSION)]);
    let good =
        [snapshot(vec![]), heartbeat(), batch(membership(6, USER, ORGANIZATION)), snapshot(vec![session(5, SESSION)])];
    let good: Vec<_> = good.iter().map(|message| serde_json::to_vec(message).unwrap()).collect();
    let token = hearer.issuer.token();
    for seed in 0..3 * BUDGET {
        let mut chance = Chance::of(seed);
        let message = chance.pick(&good).clone();
        target_message(&hearer.feed, &mutated(&mut chance, &message));
        assert!(hearer.verifier.verify(&token).is_err(), "seed {seed}");
    }
}
