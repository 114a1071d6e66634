//! Tokens and keys made by an independent JWT library are understood.

use aws_lc_rs::signature::Ed25519KeyPair;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use token_verification::{Claims, KeySet};

use crate::issuer::{Issuer, claims};

#[test]
fn a_token_minted_by_another_library_is_accepted() {
    let private = Ed25519KeyPair::from_seed_unchecked(&[11; 32]).unwrap().to_pkcs8v1().unwrap();
    let key = EncodingKey::from_ed_der(private.as_ref());
    let mut jwk = Jwk::from_encoding_key(&key, Algorithm::EdDSA).unwrap();
    jwk.common.key_id = Some("made elsewhere".to_owned());
    let published = serde_json::to_string(&JwkSet { keys: vec![jwk] }).unwrap();

    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(Claims::HEADER_TYPE.to_owned());
    header.kid = Some("made elsewhere".to_owned());
    let minted: Claims = serde_json::from_value(claims()).unwrap();
    let token = encode(&header, &minted, &key).unwrap();

    let issuer = Issuer::new();
    let keys = issuer.keys();
    keys.replace(KeySet::from_jwks(&published).unwrap());
    let verifier = issuer.builder().keys(keys).build().unwrap();
    assert_eq!(verifier.verify(&token).unwrap().user_id, minted.sub);
}
