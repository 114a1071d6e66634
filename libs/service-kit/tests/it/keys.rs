//! Sealing with keys of one purpose.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use service_kit::{Entropy, MasterKey};

#[test]
fn what_is_sealed_opens_only_with_its_key_its_purpose_and_its_context() {
    let entropy = Entropy::seeded(1);
    let key = MasterKey::from_bytes([1; 32]).derive("totp");
    let sealed = key.seal(&entropy, b"user 1", b"secret").unwrap();
    assert_eq!(key.open(b"user 1", &sealed).unwrap(), b"secret");
    assert!(key.open(b"user 2", &sealed).is_err());
    assert!(MasterKey::from_bytes([1; 32]).derive("mail").open(b"user 1", &sealed).is_err());
    assert!(MasterKey::from_bytes([2; 32]).derive("totp").open(b"user 1", &sealed).is_err());
    assert_ne!(key.seal(&entropy, b"user 1", b"secret").unwrap(), sealed, "each sealing has a nonce of its own");
}

#[test]
fn changed_and_shortened_bytes_do_not_open() {
    let key = MasterKey::from_bytes([1; 32]).derive("totp");
    let sealed = key.seal(&Entropy::seeded(1), b"", b"secret").unwrap();
    for position in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[position] ^= 1;
        assert!(key.open(b"", &changed).is_err(), "{position}");
        assert!(key.open(b"", &sealed[..position]).is_err(), "{position}");
    }
}

#[test]
fn an_authentication_tells_apart_where_its_parts_end() {
    let key = MasterKey::from_bytes([1; 32]).derive("pages");
    assert_eq!(key.authenticate(&[b"ab", b"c"]), key.authenticate(&[b"ab", b"c"]));
    assert_ne!(key.authenticate(&[b"ab", b"c"]), key.authenticate(&[b"a", b"bc"]));
    assert_ne!(key.authenticate(&[b"abc"]), key.authenticate(&[b"abc", b""]));
}

#[test]
fn a_key_is_32_bytes_of_base64() {
    let bytes = [0xfb; 32];
    let purpose = |text: &str| MasterKey::parse(text).map(|key| key.derive("x").authenticate(&[]));
    let expected = MasterKey::from_bytes(bytes).derive("x").authenticate(&[]);
    assert_eq!(purpose(&STANDARD.encode(bytes)).unwrap(), expected);
    assert_eq!(purpose(&format!("{}\n", URL_SAFE_NO_PAD.encode(bytes))).unwrap(), expected);
    for unusable in ["", "secret", &STANDARD.encode([1; 31]), &STANDARD.encode([1; 33])] {
        assert!(MasterKey::parse(unusable).is_err(), "{unusable}");
    }
}
