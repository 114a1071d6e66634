//! What answers carry beside their body.

use contracts::billing::v1::ListPlansResponse;
use contracts::identity::v1 as identity;
use contracts::organizations::v1 as organizations;
use reqwest::Method;
use serde_json::json;
use service_kit::{ErrorReason, Refusal};

use crate::api::{Api, ORGANIZATION, USER};
use crate::samples::member;

#[tokio::test]
async fn nothing_is_cached_sniffed_framed_or_told_on() {
    let api = Api::start().await;
    for path in ["/api/v1/auth/session", "/api/v1/me/orgs", "/api/v1/invitations/a-token", "/nowhere"] {
        let answer = api.get(path).await;
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer", "{path}");
        assert!(answer.headers.contains_key("x-request-id"), "{path}");
    }
}

#[tokio::test]
async fn plans_may_be_cached_but_not_their_refusal() {
    let api = Api::start().await;
    api.stub.answers("billing.v1.PlanService/ListPlans", ListPlansResponse::default());
    assert_eq!(api.get("/api/v1/billing/plans").await.headers["cache-control"], "public, max-age=60");
    api.stub.refuses("billing.v1.PlanService/ListPlans", Refusal::new(ErrorReason::ServiceUnavailable, "Wait."));
    assert_eq!(api.get("/api/v1/billing/plans").await.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_harmful_request_id_is_replaced() {
    let api = Api::start().await;
    let request = api.request(Method::GET, "/api/v1/auth/session").header("x-request-id", "<script>alert(1)</script>");
    let answer = crate::api::send(request).await;
    assert_eq!(answer.headers["x-request-id"].len(), 36);
}

#[tokio::test]
async fn narrowing_calls_say_the_position_of_their_owner() {
    let api = Api::start().await;
    api.stub.answers("identity.v1.AuthenticationService/LogoutAll", identity::LogoutAllResponse { position: 12 });
    let removed = organizations::RemoveMemberResponse { position: 34 };
    api.stub.answers("organizations.v1.MembershipService/RemoveMember", removed);
    let suspended = organizations::SetMemberStatusResponse { member: Some(member()), position: 56 };
    api.stub.answers("organizations.v1.MembershipService/SetMemberStatus", suspended);
    let member = format!("/api/v1/orgs/{ORGANIZATION}/members/{USER}");

    let logout = api.post("/api/v1/auth/logout/all", &json!({})).await;
    let removed = api.call(Method::DELETE, &member, &json!({})).await;
    let suspended = api.call(Method::PUT, &format!("{member}/status"), &json!({ "status": "suspended" })).await;

    assert_eq!((logout.status, logout.text.as_str()), (204, ""));
    assert_eq!(logout.headers["guildhall-position"], "i:12");
    assert_eq!((removed.status, &removed.headers["guildhall-position"]), (204, &"o:34".parse().unwrap()));
    assert_eq!((suspended.status, &suspended.headers["guildhall-position"]), (200, &"o:56".parse().unwrap()));
}

#[tokio::test]
async fn a_call_that_took_nothing_away_says_no_position() {
    let api = Api::start().await;
    api.stub.answers("identity.v1.AuthenticationService/Logout", identity::LogoutResponse { position: 0 });

    let answer = api.post("/api/v1/auth/logout", &json!({ "refresh_token": "unknown" })).await;

    assert_eq!(answer.status, 204);
    assert!(!answer.headers.contains_key("guildhall-position"));
}
