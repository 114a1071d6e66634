//! Tokens that aren't three canonical parts, or are too many bytes of them.

use token_verification::VerifyError;

use crate::issuer::{Issuer, claims_with};

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[test]
fn what_is_no_token_at_all_is_malformed() {
    let issuer = Issuer::new();
    let token = issuer.token();
    let (signed, _) = token.rsplit_once('.').unwrap();
    let shapes = [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "a.b.c".to_owned(),
        signed.to_owned(),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{token}"),
        token.replacen('.', "", 1),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{token}="),
        format!("{token}\0"),
        format!("Bearer {token}"),
        "é.é.é".to_owned(),
    ];
    for shape in shapes {
        assert_eq!(issuer.verifier().verify(&shape), Err(VerifyError::Malformed), "{shape:?}");
    }
}

#[test]
fn megabytes_are_refused_before_they_are_looked_at() {
    let verifier = Issuer::new().verifier();
    for flood in [".".repeat(4 << 20), "A".repeat(4 << 20), "a.".repeat(2 << 20)] {
        assert_eq!(verifier.verify(&flood), Err(VerifyError::TooLarge));
    }
    assert_eq!(verifier.verify(&".".repeat(8 * 1024)), Err(VerifyError::Malformed));
    assert_eq!(verifier.verify(&".".repeat(8 * 1024 + 1)), Err(VerifyError::TooLarge));
}

#[test]
fn a_large_token_is_accepted_up_to_the_limit() {
    let issuer = Issuer::new();
    let with_roles = |count: usize| issuer.sign_claims(&claims_with("roles", vec!["a_role_of_many"; count].into()));
    assert!(issuer.verifier().verify(&with_roles(250)).is_ok());
    assert_eq!(issuer.verifier().verify(&with_roles(500)), Err(VerifyError::TooLarge));
}

#[test]
fn a_truncated_or_extended_signature_is_refused() {
    let issuer = Issuer::new();
    let token = issuer.token();
    for length in 1..=86 {
        assert_eq!(issuer.verifier().verify(&token[..token.len() - length]), Err(VerifyError::Malformed));
    }
    for extension in ["A", "AA", "AAA", "AAAA"] {
        assert_eq!(issuer.verifier().verify(&format!("{token}{extension}")), Err(VerifyError::Malformed));
    }
}

#[test]
fn a_re_encoded_signature_is_refused() {
    let issuer = Issuer::new();
    let token = issuer.token();
    let (rest, last) = token.split_at(token.len() - 1);
    let place = ALPHABET.iter().position(|letter| *letter == last.as_bytes()[0]).unwrap();
    // The last letter carries two bits of the signature and four that must be zero: other letters decode to the same bytes.
    assert_eq!(place % 16, 0);
    for stray_bits in 1..16 {
        let twin = format!("{rest}{}", char::from(ALPHABET[place + stray_bits]));
        assert_eq!(issuer.verifier().verify(&twin), Err(VerifyError::Malformed));
    }
}

#[test]
fn the_standard_alphabet_and_padding_are_refused() {
    let issuer = Issuer::new();
    // This name's bytes encode to letters in which the two alphabets differ.
    let token = issuer.sign_claims(&claims_with("org_name", "~~~???>>>ÿÿÿ".into()));
    assert!(issuer.verifier().verify(&token).is_ok());
    let standard = token.replace('-', "+").replace('_', "/");
    assert_ne!(standard, token);
    assert_eq!(issuer.verifier().verify(&standard), Err(VerifyError::Malformed));
}
