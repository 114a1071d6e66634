//! Secrets that are stored as hashes.

use service_kit::{Entropy, MasterKey, SecretToken};

#[test]
fn a_token_is_read_back_and_two_are_never_alike() {
    let entropy = Entropy::seeded(1);
    let (one, other) = (SecretToken::generate(&entropy), SecretToken::generate(&entropy));
    assert_eq!(one.expose().len(), 43);
    assert!(SecretToken::parse(one.expose()).is_some_and(|parsed| parsed == one));
    assert!(one != other);
}

#[test]
fn a_hash_belongs_to_one_purpose() {
    let token = SecretToken::generate(&Entropy::seeded(1));
    assert_eq!(token.hash("refresh"), token.hash("refresh"));
    assert_ne!(token.hash("refresh"), token.hash("invitation"));
    assert_eq!(token.hash("refresh").len(), 32);
}

#[test]
fn a_derived_token_is_the_same_each_time_and_for_its_parts_alone() {
    let key = MasterKey::from_bytes([1; 32]).derive("invitations");
    assert!(SecretToken::derive(&key, &[b"1"]) == SecretToken::derive(&key, &[b"1"]));
    assert!(SecretToken::derive(&key, &[b"1"]) != SecretToken::derive(&key, &[b"2"]));
}

#[test]
fn what_cannot_be_a_token_is_not_read_and_no_token_is_printed() {
    let token = SecretToken::generate(&Entropy::seeded(1));
    let text = token.expose();
    for other in ["", "abc", &text[1..], &format!("{text}A"), &format!("{text}="), &format!(" {text}")] {
        assert!(SecretToken::parse(other).is_none(), "{other}");
    }
    assert!(!format!("{token:?}").contains(text));
}
