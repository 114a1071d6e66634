//! GET /auth/session: what the presented token says, without asking anybody.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use test_kit::TestIssuer;
use token_verification::SubscriptionClaim;

use crate::api::{Api, ORGANIZATION, USER, send};

async fn session_of(api: &Api, token: &str) -> Value {
    let answer = send(api.request(Method::GET, "/api/v1/auth/session").bearer_auth(token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn a_valid_token_is_told_in_full() {
    let api = Api::start().await;
    let token = api.issuer.token_with(USER, |claims| {
        claims.email = "alice@example.com".to_owned();
        claims.roles = vec!["org_owner".to_owned()];
        claims.active_org_id = Some(ORGANIZATION);
        claims.org_slug = Some("acme".to_owned());
        claims.org_name = Some("Acme".to_owned());
        claims.is_personal_org = Some(false);
        claims.org_role = Some(token_verification::OrgRole::Owner);
        claims.permissions = vec!["org:read".to_owned()];
        claims.subscription = Some(SubscriptionClaim {
            status: "trialing".to_owned(),
            plan_code: Some("pro".to_owned()),
            plan_name: None,
            current_period_end: None,
            cancel_at_period_end: false,
            trial_ends_at: Some("2026-02-01T00:00:00Z".to_owned()),
        });
    });

    let session = session_of(&api, &token).await;

    let expected = json!({
        "valid": true, "end_user_id": USER, "email": "alice@example.com", "roles": ["org_owner"],
        "active_org_id": ORGANIZATION, "org_role": "owner", "permissions": ["org:read"],
        "subscription": {
            "status": "trialing", "plan_code": "pro", "cancel_at_period_end": false,
            "trial_ends_at": "2026-02-01T00:00:00Z",
        },
    });
    assert_eq!(session, expected);
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn without_credentials_the_session_is_not_valid_and_says_why() {
    let api = Api::start().await;

    let answer = api.get_as_nobody("/api/v1/auth/session").await;

    assert_eq!(answer.status, 200);
    let session = answer.json();
    assert_eq!(session["valid"], false);
    assert_eq!(session["error_code"], "UNAUTHORIZED");
    assert!(session["error"].is_string() && session.get("end_user_id").is_none());
}

#[tokio::test]
async fn expired_and_forged_tokens_are_not_valid() {
    let api = Api::start().await;
    let token = api.token();
    let forger = TestIssuer::new(&api.clock);
    assert_eq!(session_of(&api, &forger.token(USER)).await["error_code"], "TOKEN_INVALID");
    assert_eq!(session_of(&api, "nonsense").await["error_code"], "TOKEN_INVALID");
    assert_eq!(session_of(&api, &token).await["valid"], true);

    api.clock.advance(Duration::from_secs(3600));

    let session = session_of(&api, &token).await;
    assert_eq!((&session["valid"], &session["error_code"]), (&json!(false), &json!("TOKEN_EXPIRED")));
}
