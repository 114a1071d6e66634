//! Where a request's token comes from.

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use token_verification::{ACCESS_COOKIE, Caller, VerifyError};

use crate::issuer::Issuer;

fn authenticate(headers: &[(HeaderName, String)]) -> Result<Caller, VerifyError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    Issuer::new().verifier().authenticate(&map)
}

fn cookie() -> String {
    format!("{ACCESS_COOKIE}={}", Issuer::new().token())
}

#[test]
fn a_request_without_credentials_is_unauthorized() {
    let refusal = authenticate(&[(COOKIE, "theme=dark".to_owned())]).unwrap_err();
    assert_eq!((refusal, refusal.reason()), (VerifyError::NoCredentials, "UNAUTHORIZED"));
    assert_eq!(authenticate(&[]), Err(VerifyError::NoCredentials));
}

#[test]
fn a_bearer_token_is_accepted_whatever_the_case_of_the_scheme() {
    for scheme in ["Bearer", "bearer", "BEARER"] {
        assert!(authenticate(&[(AUTHORIZATION, format!("{scheme} {}", Issuer::new().token()))]).is_ok());
    }
}

#[test]
fn the_cookie_is_found_among_others() {
    for cookies in [cookie(), format!("a=b; {}; c=d", cookie()), format!("a;=;;{};", cookie())] {
        assert!(authenticate(&[(COOKIE, cookies)]).is_ok());
    }
    assert!(authenticate(&[(COOKIE, "a=b".to_owned()), (COOKIE, cookie())]).is_ok());
}

#[test]
fn a_bad_authorization_never_falls_back_to_the_cookie() {
    let bad = [
        ("Bearer nonsense", VerifyError::Malformed),
        ("Bearer", VerifyError::Malformed),
        ("Bearer é", VerifyError::Malformed),
        ("Basic dXNlcjpwYXNz", VerifyError::NotBearer),
        ("Bearerx y", VerifyError::NotBearer),
        ("", VerifyError::NotBearer),
    ];
    for (authorization, refusal) in bad {
        let headers = [(AUTHORIZATION, authorization.to_owned()), (COOKIE, cookie())];
        assert_eq!(authenticate(&headers), Err(refusal), "{authorization}");
    }
}

#[test]
fn doubled_credentials_are_refused() {
    let bearer = (AUTHORIZATION, format!("Bearer {}", Issuer::new().token()));
    assert_eq!(authenticate(&[bearer.clone(), bearer]), Err(VerifyError::DoubledCredentials));
    assert_eq!(authenticate(&[(COOKIE, cookie()), (COOKIE, cookie())]), Err(VerifyError::DoubledCredentials));
    let empty_first = format!("{ACCESS_COOKIE}=; {}", cookie());
    assert_eq!(authenticate(&[(COOKIE, empty_first)]), Err(VerifyError::DoubledCredentials));
}

#[test]
fn a_cookie_of_a_similar_name_is_another_cookie() {
    let token = Issuer::new().token();
    for name in
        ["guildhall_access", "__host-guildhall_access", "\u{2003}__Host-guildhall_access", "__Host-guildhall_access "]
    {
        assert_eq!(authenticate(&[(COOKIE, format!("{name}={token}"))]), Err(VerifyError::NoCredentials), "{name:?}");
    }
}

#[test]
fn no_refusal_repeats_the_token() {
    let refusal = authenticate(&[(AUTHORIZATION, "Bearer s3cret.s3cret.s3cret".to_owned())]).unwrap_err();
    assert!(!format!("{refusal} {refusal:?}").contains("s3cret"));
}
