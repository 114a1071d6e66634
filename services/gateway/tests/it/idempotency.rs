//! The key of a POST on its way to the services, and the mark of an answer that they give again.

use contracts::identity::v1 as identity;
use contracts::invitations::v1 as invitations;
use contracts::organizations::v1 as organizations;
use http::HeaderMap;
use reqwest::Method;
use serde_json::{Value, json};
use service_kit::{ErrorReason, Refusal};
use tonic::Status;

use crate::api::{Answer, Api, ORGANIZATION, send};
use crate::samples::{organization, user};

const CREATE: &str = "organizations.v1.OrganizationService/CreateOrganization";

async fn create(api: &Api, keys: &[&str]) -> Answer {
    let request =
        api.request(Method::POST, "/api/v1/me/orgs").bearer_auth(api.token()).json(&json!({ "name": "Acme" }));
    send(keys.iter().fold(request, |request, key| request.header("idempotency-key", *key))).await
}

fn key_of(metadata: &HeaderMap) -> Vec<&str> {
    metadata.get_all("idempotency-key").iter().map(|value| value.to_str().unwrap()).collect()
}

#[tokio::test]
async fn a_key_goes_on_as_it_came_and_none_is_made_up() {
    let api = Api::start().await;
    let made = organizations::CreateOrganizationResponse { organization: Some(organization()) };
    api.stub.answers(CREATE, made);
    for (sent, told) in
        [(&["8e03978e-40d5"][..], vec!["8e03978e-40d5"]), (&["\"quoted\""], vec!["\"quoted\""]), (&[], vec![])]
    {
        let answer = create(&api, sent).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert!(!answer.headers.contains_key("idempotent-replayed"));
        let (metadata, _): (HeaderMap, organizations::CreateOrganizationRequest) = api.stub.last(CREATE);
        assert_eq!(key_of(&metadata), told);
    }
}

#[tokio::test]
async fn every_call_that_a_post_leads_to_has_the_key() {
    let api = Api::start().await;
    let proven = identity::VerifyEmailResponse { user: Some(user()) };
    api.stub.answers("identity.v1.AccountService/VerifyEmail", proven);
    api.stub.answers("invitations.v1.AdmissionService/AdmitProven", invitations::AdmitProvenResponse::default());
    let request = api.request(Method::POST, "/api/v1/auth/verify-email").json(&json!({ "token": "t" }));
    assert_eq!(send(request.header("idempotency-key", "key")).await.status, 200);
    let (metadata, _): (HeaderMap, identity::VerifyEmailRequest) =
        api.stub.last("identity.v1.AccountService/VerifyEmail");
    assert_eq!(key_of(&metadata), ["key"]);
    let (metadata, _): (HeaderMap, invitations::AdmitProvenRequest) =
        api.stub.last("invitations.v1.AdmissionService/AdmitProven");
    assert_eq!(key_of(&metadata), ["key"]);
}

#[tokio::test]
async fn an_unusable_key_is_refused_before_anything_is_asked() {
    let api = Api::start().await;
    let long = "x".repeat(256);
    for keys in [&[""][..], &["two words"], &["caf\u{e9}"], &[&long], &["one", "two"], &["same", "same"]] {
        let (field, problem) = create(&api, keys).await.violation();
        assert_eq!(field, "Idempotency-Key", "{keys:?}");
        assert!(problem.contains("1 to 255 visible ASCII characters"), "{problem}");
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn on_other_methods_the_header_means_nothing() {
    let api = Api::start().await;
    let read = organizations::GetOrganizationResponse { organization: Some(organization()) };
    api.stub.answers("organizations.v1.OrganizationService/GetOrganization", read);
    let request = api.request(Method::GET, &format!("/api/v1/orgs/{ORGANIZATION}")).bearer_auth(api.token());
    assert_eq!(send(request.header("idempotency-key", "two words")).await.status, 200);
    let (metadata, _): (HeaderMap, organizations::GetOrganizationRequest) =
        api.stub.last("organizations.v1.OrganizationService/GetOrganization");
    assert_eq!(key_of(&metadata), Vec::<&str>::new());
}

#[tokio::test]
async fn an_answer_given_again_is_marked_and_so_is_a_refusal() {
    let api = Api::start().await;
    let made = organizations::CreateOrganizationResponse { organization: Some(organization()) };
    api.stub.replays(CREATE, made);
    let answer = create(&api, &["key"]).await;
    assert_eq!((answer.status, &answer.headers["idempotent-replayed"]), (201, &"true".parse().unwrap()));

    let mut refusal: Status = Refusal::new(ErrorReason::OrganizationSlugTaken, "Choose another.").into();
    refusal.metadata_mut().insert("idempotent-replayed", "true".parse().unwrap());
    api.stub.refuses(CREATE, refusal);
    let answer = create(&api, &["key"]).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "ORGANIZATION_SLUG_TAKEN"));
    assert_eq!(answer.headers["idempotent-replayed"], "true");
}

#[tokio::test]
async fn a_conflict_that_passes_says_when_to_come_back() {
    let api = Api::start().await;
    let wait = std::time::Duration::from_secs(2);
    api.stub.refuses(CREATE, Refusal::new(ErrorReason::Conflict, "In a moment.").retry_after(wait));
    let answer = create(&api, &["key"]).await;
    assert_eq!((answer.status, &answer.headers["retry-after"]), (409, &"2".parse().unwrap()));
    api.stub.refuses(CREATE, Refusal::new(ErrorReason::Conflict, "For good."));
    assert!(!create(&api, &["key"]).await.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn calls_of_people_who_are_not_signed_in_tell_where_they_came_from() {
    let api = Api::start().await;
    let account = "identity.v1.AccountService";
    let authentication = "identity.v1.AuthenticationService";
    let password = "identity.v1.PasswordService";
    let credentials = json!({ "email": "a@example.com", "password": "b" });
    let mut invited = credentials.clone();
    invited["invite_token"] = json!("t");
    let calls = [
        ("/auth/register", credentials.clone(), format!("{authentication}/Register")),
        ("/auth/register", invited, "invitations.v1.AdmissionService/RegisterInvitee".to_owned()),
        ("/auth/login", credentials, format!("{authentication}/Login")),
        ("/auth/refresh", json!({ "refresh_token": "r" }), format!("{authentication}/Refresh")),
        ("/auth/logout", json!({ "refresh_token": "r" }), format!("{authentication}/Logout")),
        ("/auth/verify-email", json!({ "token": "t" }), format!("{account}/VerifyEmail")),
        ("/auth/verify-email/resend", json!({ "email": "a@example.com" }), format!("{account}/ResendVerification")),
        ("/auth/email/confirm", json!({ "token": "t" }), format!("{account}/ConfirmEmailChange")),
        (
            "/auth/password/reset-request",
            json!({ "email": "a@example.com" }),
            format!("{password}/RequestPasswordReset"),
        ),
        ("/auth/password/reset", json!({ "token": "t", "new_password": "p" }), format!("{password}/ResetPassword")),
    ];
    for (path, body, rpc) in calls {
        send(api.request(Method::POST, &format!("/api/v1{path}")).json(&body)).await;
        let (metadata, ()): (HeaderMap, ()) = api.stub.last(&rpc);
        assert_eq!(metadata["guildhall-client-address"], "127.0.0.1", "{path}");
    }
}

#[tokio::test]
async fn every_post_is_documented_to_take_a_key_and_nothing_else_is() {
    let api = Api::start().await;
    let document = api.get_as_nobody("/openapi.json").await.json();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let keys: Vec<&Value> =
                parameters.iter().filter(|parameter| parameter["name"] == "Idempotency-Key").collect();
            assert_eq!(keys.len(), usize::from(method == "post"), "{method} {path}");
            for key in keys {
                assert_eq!((&key["in"], &key["required"]), (&json!("header"), &json!(false)), "{path}");
                assert_eq!(key["schema"]["maxLength"], 255, "{path}");
            }
        }
    }
}
