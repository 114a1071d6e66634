//! Going on with a session, ending it, and another mail for its address.

use http::HeaderMap;
use service_kit::{ErrorReason, Refusal};
use tonic::Status;

use super::*;
use crate::samples::tokens;

const LOGOUT: &str = "identity.v1.AuthenticationService/Logout";
const RESEND: &str = "identity.v1.AccountService/ResendVerification";

fn pages() -> [String; 3] {
    [invitation(), join(), "/".to_owned()]
}

#[tokio::test]
async fn a_session_goes_on_by_its_refresh_cookie() {
    let api = house().await;
    let refreshed = identity::RefreshResponse { user: Some(proven_user()), access: None, tokens: Some(tokens()) };
    api.stub.answers(REFRESHING, refreshed);
    for page in pages() {
        let answer = post(&api, &action(&page, "continue"), &to_renew(), &[]).await;
        assert_eq!(leads_to(&answer), page);
        assert_eq!(set_cookies(&answer).len(), 3);
    }
}

#[tokio::test]
async fn a_session_that_is_over_is_told_and_its_cookies_go() {
    let api = house().await;
    for reason in [ErrorReason::TokenRevoked, ErrorReason::TokenExpired, ErrorReason::TokenInvalid] {
        api.stub.refuses(REFRESHING, Refusal::new(reason, "Sign in again."));
        let answer = post(&api, &action(&invitation(), "continue"), &to_renew(), &[]).await;
        shows(&answer, 403, &["You are no longer signed in", "I have an account"]);
        assert_eq!(cleared(&answer), [ACCESS, REFRESH, SIGNED_IN]);
    }
    api.stub.refuses(REFRESHING, Status::unavailable("nobody is there"));
    let answer = post(&api, &action(&invitation(), "continue"), &to_renew(), &[]).await;
    shows(&answer, 503, &["does not work right now"]);
    assert!(set_cookies(&answer).is_empty(), "it may go on later");
}

#[tokio::test]
async fn another_account_begins_with_the_end_of_the_session() {
    let api = house().await;
    api.stub.answers(LOGOUT, identity::LogoutResponse { position: 3 });
    for page in pages() {
        let answer = post(&api, &action(&page, "sign-out"), &to_renew(), &[]).await;
        assert_eq!(leads_to(&answer), page);
        assert_eq!(cleared(&answer), [ACCESS, REFRESH, SIGNED_IN]);
        let (_, asked): (HeaderMap, identity::LogoutRequest) = api.stub.last(LOGOUT);
        assert_eq!(asked.refresh_token, "kept");
    }
    api.stub.refuses(LOGOUT, Status::unavailable("nobody is there"));
    let answer = post(&api, &action("/", "sign-out"), &to_renew(), &[]).await;
    shows(&answer, 503, &["does not work right now"]);
    assert!(set_cookies(&answer).is_empty(), "nobody is told to be signed out who is not");
}

#[tokio::test]
async fn the_mail_that_proves_an_address_goes_to_the_account_that_asks() {
    let api = house().await;
    api.stub.answers(RESEND, identity::ResendVerificationResponse {});
    let answer =
        post(&api, &action(&invitation(), "send-again"), &signed_in(&api), &[("email", "eve@example.com")]).await;
    assert_eq!(leads_to(&answer), format!("{}?mail=sent", invitation()));
    let (_, asked): (HeaderMap, identity::ResendVerificationRequest) = api.stub.last(RESEND);
    assert_eq!(asked.email, api.issuer.trust().verifier.verify(&api.token()).unwrap().email);
    let answer = post(&api, &action(&invitation(), "send-again"), "", &[]).await;
    shows(&answer, 403, &["You are no longer signed in"]);
    api.stub.refuses(RESEND, Refusal::new(ErrorReason::RateLimited, "Too often."));
    let answer = post(&api, &action("/", "send-again"), &signed_in(&api), &[]).await;
    shows(&answer, 429, &["Too many tries"]);
}
