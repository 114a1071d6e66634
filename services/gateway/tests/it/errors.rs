//! How refusals of the services are shown.

use std::collections::HashMap;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use service_kit::{ErrorReason, Refusal};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::api::{Answer, Api, send};

const RPC: &str = "organizations.v1.OrganizationService/CreateOrganization";

async fn refused(api: &Api, status: impl Into<Status>) -> Answer {
    api.stub.refuses(RPC, status);
    api.post("/api/v1/me/orgs", &json!({ "name": "Acme" })).await
}

#[tokio::test]
async fn every_reason_keeps_its_code_status_and_sentence() {
    let api = Api::start().await;
    for reason in ErrorReason::ALL {
        let answer = refused(&api, Refusal::new(*reason, "Do this instead.")).await;
        assert_eq!(answer.status, reason.http_status(), "{reason:?}");
        assert_eq!(answer.code(), reason.code());
        let error = &answer.json()["error"];
        assert_eq!(error["status"], reason.http_status());
        assert_eq!(error["details"], json!({}));
        let request_id = error["request_id"].as_str().unwrap();
        assert_eq!(answer.headers["x-request-id"], request_id);
        if *reason == ErrorReason::InternalError {
            assert_ne!(error["message"], "Do this instead.");
        } else {
            assert_eq!(error["message"], "Do this instead.");
        }
        assert_eq!(answer.headers.contains_key("retry-after"), matches!(answer.status, 429 | 503), "{reason:?}");
    }
}

#[tokio::test]
async fn violations_and_metadata_become_details() {
    let api = Api::start().await;
    let violations = vec![("name".to_owned(), "is too long".to_owned()), ("slug".to_owned(), "is taken".to_owned())];
    let answer = refused(&api, Refusal::invalid(violations)).await;
    let fields = json!([{ "field": "name", "message": "is too long" }, { "field": "slug", "message": "is taken" }]);
    assert_eq!(answer.json()["error"]["details"], json!({ "fields": fields }));

    let spelled = [
        ("profile.website", "website"),
        ("filter.actor", "actor"),
        ("filter.role_code", "role"),
        ("permissions.codes[3]", "permission_codes[3]"),
        ("permissions[3].code", "permissions[3].code"),
    ];
    for (there, here) in spelled {
        let answer = refused(&api, Refusal::invalid(vec![(there.to_owned(), "is too long".to_owned())])).await;
        assert_eq!(answer.violation(), (here.to_owned(), "is too long".to_owned()));
    }

    let refusal = Refusal::new(ErrorReason::InsufficientPermissions, "You may not.")
        .with("required_permission", "org:update")
        .with("held_roles", "org_member,seller");
    let expected = json!({ "required_permission": "org:update", "held_roles": ["org_member", "seller"] });
    assert_eq!(refused(&api, refusal).await.json()["error"]["details"], expected);

    let refusal = Refusal::new(ErrorReason::InsufficientPermissions, "You may not.").with("held_roles", "");
    assert_eq!(refused(&api, refusal).await.json()["error"]["details"], json!({ "held_roles": [] }));

    let refusal = Refusal::new(ErrorReason::Conflict, "Roles hold them.").with("permissions", "a:read,a:write");
    let expected = json!({ "permissions": ["a:read", "a:write"] });
    assert_eq!(refused(&api, refusal).await.json()["error"]["details"], expected);

    let organizations = json!([{ "id": "1", "name": "Acme" }]);
    let refusal =
        Refusal::new(ErrorReason::SoleOwner, "Transfer first.").with("organizations", organizations.to_string());
    assert_eq!(refused(&api, refusal).await.json()["error"]["details"], json!({ "organizations": organizations }));
}

#[tokio::test]
async fn statuses_without_a_reason_of_ours_get_one_and_lose_their_words() {
    let api = Api::start().await;
    let cases = [
        (Code::Unavailable, 503, "SERVICE_UNAVAILABLE"),
        (Code::DeadlineExceeded, 504, "DEADLINE_EXCEEDED"),
        (Code::Cancelled, 504, "DEADLINE_EXCEEDED"),
        (Code::Unauthenticated, 401, "UNAUTHORIZED"),
        (Code::OutOfRange, 413, "PAYLOAD_TOO_LARGE"),
        (Code::ResourceExhausted, 413, "PAYLOAD_TOO_LARGE"),
        (Code::Unimplemented, 500, "INTERNAL_ERROR"),
        (Code::Internal, 500, "INTERNAL_ERROR"),
        (Code::Unknown, 500, "INTERNAL_ERROR"),
        (Code::NotFound, 500, "INTERNAL_ERROR"),
    ];
    for (code, status, reason) in cases {
        let answer = refused(&api, Status::new(code, "SELECT secret FROM users")).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, reason), "{code:?}");
        assert!(!answer.text.contains("SELECT"), "{}", answer.text);
    }
    let details = ErrorDetails::with_error_info("LAST_OWNER", "somebody.else", HashMap::new());
    let foreign = Status::with_error_details(Code::FailedPrecondition, "SELECT", details);
    assert_eq!(refused(&api, foreign).await.code(), "INTERNAL_ERROR");
}

#[tokio::test]
async fn waits_are_whole_seconds_and_never_none() {
    let api = Api::start().await;
    for (wait, shown) in [(0, "1"), (300, "1"), (1_000, "1"), (1_001, "2"), (60_000, "60")] {
        let refusal = Refusal::new(ErrorReason::RateLimited, "Wait.").retry_after(Duration::from_millis(wait));
        let answer = refused(&api, refusal).await;
        assert_eq!(answer.headers["retry-after"], shown, "{wait} ms");
    }
}

#[tokio::test]
async fn an_answer_that_lacks_what_it_must_hold_is_our_fault() {
    let api = Api::start().await;
    api.stub.answers(RPC, contracts::organizations::v1::CreateOrganizationResponse { organization: None });

    let answer = api.post("/api/v1/me/orgs", &json!({ "name": "Acme" })).await;

    assert_eq!((answer.status, answer.code().as_str()), (500, "INTERNAL_ERROR"));
}

#[tokio::test]
async fn a_silent_service_ends_with_the_deadline() {
    let api = Api::start().await;
    api.stub.stays_silent(RPC);
    let request = api.request(Method::POST, "/api/v1/me/orgs").bearer_auth(api.token()).json(&json!({ "name": "A" }));

    let answer = send(request.header("grpc-timeout", "50m")).await;

    assert_eq!((answer.status, answer.code().as_str()), (504, "DEADLINE_EXCEEDED"));
}

#[tokio::test]
async fn a_deadline_that_cannot_be_read_is_refused() {
    let api = Api::start().await;
    let answer = send(api.request(Method::GET, "/api/v1/auth/session").header("grpc-timeout", "soon")).await;
    assert_eq!(answer.violation().0, "grpc-timeout");
}
