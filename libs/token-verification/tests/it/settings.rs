//! A verifier is built from what was said, never from a default that trusts.

use token_verification::{BuildError, Freshness, TokenVerifier, VerifyError};

use crate::issuer::{Issuer, URL, claims_with};

#[test]
fn nothing_that_decides_about_trust_has_a_default() {
    let keys = || Issuer::new().keys();
    let builder = TokenVerifier::builder;
    assert_eq!(builder().build().err(), Some(BuildError::MissingIssuer));
    assert_eq!(builder().issuer("").audience("shop").build().err(), Some(BuildError::MissingIssuer));
    let issuer = || builder().issuer(URL);
    assert_eq!(issuer().build().err(), Some(BuildError::MissingAudience));
    assert_eq!(issuer().audience("").build().err(), Some(BuildError::MissingAudience));
    assert_eq!(issuer().audiences(["shop", ""]).build().err(), Some(BuildError::MissingAudience));
    let audience = || issuer().audience("shop");
    assert_eq!(audience().keys(keys()).build().err(), Some(BuildError::MissingFreshness));
    let freshness = || audience().freshness(Freshness::UntilExpiry);
    assert_eq!(freshness().build().err(), Some(BuildError::MissingKeys));
    assert!(freshness().keys(keys()).build().is_ok());
}

#[test]
fn several_audiences_can_be_accepted() {
    let issuer = Issuer::new();
    let verifier = issuer.builder().audiences(["forum", "blog"]).build().unwrap();
    for audience in ["shop", "forum", "blog"] {
        let mut claims = claims_with("aud", audience.into());
        claims["app_code"] = audience.into();
        assert_eq!(verifier.verify(&issuer.sign_claims(&claims)).unwrap().app_code, audience);
    }
    assert_eq!(
        verifier.verify(&issuer.sign_claims(&claims_with("aud", "chat".into()))),
        Err(VerifyError::WrongAudience)
    );
}

#[test]
fn the_clock_of_the_system_is_used_when_none_is_given() {
    let issuer = Issuer::new();
    let verifier = TokenVerifier::builder()
        .issuer(URL)
        .audience("shop")
        .freshness(Freshness::UntilExpiry)
        .keys(issuer.keys())
        .build()
        .unwrap();
    let mut long_gone = claims_with("iat", 1_000_000_000.into());
    long_gone["exp"] = 1_000_000_300.into();
    assert_eq!(verifier.verify(&issuer.sign_claims(&long_gone)), Err(VerifyError::Expired));
}

#[test]
fn debug_output_names_no_secret_and_the_issuer() {
    let shown = format!("{:?}", Issuer::new().verifier());
    assert!(shown.contains(URL) && shown.contains("key-of-the-tests"));
}
