//! Refusals over gRPC: readable by people and by programs, and the same as over HTTP.

use contracts::identity::v1 as identity;
use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use contracts::organizations::v1 as organizations;
use contracts::organizations::v1::organization_service_client::OrganizationServiceClient;
use serde_json::json;
use tonic::{Code, Request};
use tonic_types::StatusExt;

use crate::harness::{Person, Product, Team, refused, signed};

#[tokio::test]
async fn fields_at_fault_are_named_with_a_bad_request() {
    let rpc = Product::shared().await.rpc();
    let request = identity::RegisterRequest {
        email: "not an address".to_owned(),
        password: crate::harness::PASSWORD.to_owned(),
        display_name: Some("x".repeat(101)),
        ..Default::default()
    };
    let outcome = AuthenticationServiceClient::new(rpc.identity()).register(request).await;
    let details = refused(outcome, "VALIDATION_ERROR", Code::InvalidArgument);
    let violations = &details.bad_request().expect("field violations").field_violations;
    let fields: Vec<_> = violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(fields, ["email", "display_name"]);
    assert!(violations.iter().all(|violation| !violation.description.is_empty()));
}

#[tokio::test]
async fn a_refused_permission_is_named_in_the_metadata() {
    let product = Product::shared().await;
    let api = product.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::registered(&api, "bob"));
    let team = Team::of(&alice).await;
    team.admit(&alice, &[&bob]).await;
    let request = organizations::UpdateOrganizationRequest {
        organization_id: team.id.clone(),
        name: Some("Mine".to_owned()),
        ..Default::default()
    };
    let outcome = OrganizationServiceClient::new(product.rpc().organizations())
        .update_organization(signed(&bob.access_token, request))
        .await;
    let details = refused(outcome, "INSUFFICIENT_PERMISSIONS", Code::PermissionDenied);
    let metadata = &details.error_info().unwrap().metadata;
    assert_eq!(metadata["required_permission"], "org:update");
    assert_eq!(metadata["held_roles"], "org_member");
}

#[tokio::test]
async fn both_wires_refuse_in_the_same_words() {
    let product = Product::shared().await;
    let mut client = OrganizationServiceClient::new(product.rpc().organizations());
    let alice = Person::registered(&product.api(), "alice").await;
    let name = "x".repeat(101);
    let by_http = alice.post("/me/orgs", json!({ "name": name })).await;
    let request = organizations::CreateOrganizationRequest { name, slug: None };
    let by_grpc = client.create_organization(signed(&alice.access_token, request)).await.expect_err("a refusal");
    assert_eq!(by_http.json["error"]["message"], by_grpc.message());
    assert_eq!(by_http.code(), by_grpc.get_error_details().error_info().unwrap().reason);

    let request = organizations::DeleteOrganizationRequest { organization_id: alice.personal_id.clone() };
    let by_http = alice.delete(&format!("/orgs/{}", alice.personal_id)).await;
    let by_grpc = client.delete_organization(signed(&alice.access_token, request)).await.expect_err("a refusal");
    assert_eq!(by_http.json["error"]["message"], by_grpc.message());
    assert_eq!(by_http.code(), by_grpc.get_error_details().error_info().unwrap().reason);
}

#[tokio::test]
async fn a_message_of_more_than_a_mebibyte_is_refused() {
    let product = Product::shared().await;
    let alice = Person::registered(&product.api(), "alice").await;
    let request = organizations::CreateOrganizationRequest { name: "x".repeat(2 * 1024 * 1024), slug: None };
    let mut client = OrganizationServiceClient::new(product.rpc().organizations());
    let status = client.create_organization(signed(&alice.access_token, request)).await.expect_err("a refusal");
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
    assert_eq!(alice.organizations().await.len(), 1);
}

#[tokio::test]
async fn every_answer_carries_the_id_of_its_request() {
    let rpc = Product::shared().await.rpc();
    let mut client = AuthenticationServiceClient::new(rpc.identity());
    let mut request = Request::new(identity::LoginRequest::default());
    request.metadata_mut().insert("x-request-id", "chosen-by-the-caller".parse().unwrap());
    let status = client.login(request).await.expect_err("a refusal");
    assert_eq!(status.metadata().get("x-request-id").expect("a request id"), "chosen-by-the-caller");
}
