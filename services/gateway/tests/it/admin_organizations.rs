//! The back office's routes about organizations.

use contracts::organizations::v1 as organizations;
use http::HeaderMap;
use reqwest::Method;
use serde_json::json;
use service_kit::{ErrorReason, Refusal};

use crate::api::{Api, ORGANIZATION, USER, send};
use crate::samples::{organization, organization_json};

const SERVICE: &str = "organizations.v1.OrganizationAdministrationService";

fn path(rest: &str) -> String {
    format!("/api/v1/admin/organizations/{ORGANIZATION}{rest}")
}

#[tokio::test]
async fn organizations_are_listed_by_the_filters_given() {
    let api = Api::start().await;
    let rpc = format!("{SERVICE}/ListOrganizations");
    let page = organizations::ListOrganizationsResponse {
        organizations: vec![organization()],
        next_page_token: "n".to_owned(),
    };
    api.stub.answers(&rpc, page);

    let answer = api.get("/api/v1/admin/organizations?search=ac%25&status=active&page_size=7&page_token=t").await;

    let expected = json!({ "organizations": [organization_json()], "next_page_token": "n" });
    assert_eq!((answer.status, answer.json()), (200, expected));
    let (_, asked): (HeaderMap, organizations::ListOrganizationsRequest) = api.stub.last(&rpc);
    assert_eq!((asked.search.as_str(), asked.status()), ("ac%", organizations::OrganizationStatus::Active));
    assert_eq!((asked.page_size, asked.page_token.as_str()), (7, "t"));
}

#[tokio::test]
async fn an_organization_is_created_for_whoever_is_named_or_the_caller() {
    let api = Api::start().await;
    let rpc = format!("{SERVICE}/CreateOrganizationFor");
    api.stub.answers(&rpc, organizations::CreateOrganizationForResponse { organization: Some(organization()) });

    let body = json!({ "name": "Acme", "slug": "acme", "owner_id": USER });
    let answer = api.post("/api/v1/admin/organizations", &body).await;

    assert_eq!((answer.status, answer.json()), (201, organization_json()));
    let (_, asked): (HeaderMap, organizations::CreateOrganizationForRequest) = api.stub.last(&rpc);
    assert_eq!((asked.name.as_str(), asked.slug.as_deref()), ("Acme", Some("acme")));
    assert_eq!(asked.owner_id, Some(USER.to_string()));
    api.post("/api/v1/admin/organizations", &json!({ "name": "Acme" })).await;
    let (_, asked): (HeaderMap, organizations::CreateOrganizationForRequest) = api.stub.last(&rpc);
    assert_eq!((asked.slug, asked.owner_id), (None, None));
}

#[tokio::test]
async fn any_organization_is_read_changed_and_deleted() {
    let api = Api::start().await;
    let read = organizations::GetAnyOrganizationResponse { organization: Some(organization()) };
    api.stub.answers(&format!("{SERVICE}/GetAnyOrganization"), read);
    let changed = organizations::UpdateAnyOrganizationResponse { organization: Some(organization()) };
    api.stub.answers(&format!("{SERVICE}/UpdateAnyOrganization"), changed);
    let deleted = organizations::DeleteAnyOrganizationResponse { position: 5 };
    api.stub.answers(&format!("{SERVICE}/DeleteAnyOrganization"), deleted);

    let read = api.get(&path("")).await;
    let body = json!({ "name": "New", "city": null, "metadata": { "a": 1 } });
    let changed = api.call(Method::PUT, &path(""), &body).await;
    let deleted = api.call(Method::DELETE, &path(""), &json!({})).await;

    assert_eq!((read.status, read.json()), (200, organization_json()));
    assert_eq!((changed.status, changed.json()), (200, organization_json()));
    let (_, asked): (HeaderMap, organizations::UpdateAnyOrganizationRequest) =
        api.stub.last(&format!("{SERVICE}/UpdateAnyOrganization"));
    assert_eq!((asked.organization_id, asked.name.as_deref()), (ORGANIZATION.to_string(), Some("New")));
    let profile = asked.profile.unwrap();
    assert_eq!((profile.city.as_deref(), profile.country, asked.slug), (Some(""), None, None));
    assert!(profile.metadata.unwrap().fields.contains_key("a"));
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    assert_eq!(deleted.headers["guildhall-position"], "o:5");
    let (_, asked): (HeaderMap, organizations::DeleteAnyOrganizationRequest) =
        api.stub.last(&format!("{SERVICE}/DeleteAnyOrganization"));
    assert_eq!(asked.organization_id, ORGANIZATION.to_string());
}

#[tokio::test]
async fn suspending_tells_the_reason_and_answers_the_position() {
    let api = Api::start().await;
    let suspended = organizations::SuspendOrganizationResponse { organization: Some(organization()), position: 9 };
    api.stub.answers(&format!("{SERVICE}/SuspendOrganization"), suspended);
    let reactivated = organizations::ReactivateOrganizationResponse { organization: Some(organization()) };
    api.stub.answers(&format!("{SERVICE}/ReactivateOrganization"), reactivated);
    let body = json!({ "reason": "chargebacks" });

    let suspended = api.post(&path("/suspend"), &body).await;
    let reactivated = api.post(&path("/reactivate"), &body).await;

    assert_eq!((suspended.status, suspended.json()), (200, organization_json()));
    assert_eq!(suspended.headers["guildhall-position"], "o:9");
    assert_eq!((reactivated.status, reactivated.json()), (200, organization_json()));
    assert!(!reactivated.headers.contains_key("guildhall-position"));
    let (_, asked): (HeaderMap, organizations::SuspendOrganizationRequest) =
        api.stub.last(&format!("{SERVICE}/SuspendOrganization"));
    assert_eq!((asked.organization_id, asked.reason.as_deref()), (ORGANIZATION.to_string(), Some("chargebacks")));
    let (_, asked): (HeaderMap, organizations::ReactivateOrganizationRequest) =
        api.stub.last(&format!("{SERVICE}/ReactivateOrganization"));
    assert_eq!((asked.organization_id, asked.reason.as_deref()), (ORGANIZATION.to_string(), Some("chargebacks")));
    for action in ["/suspend", "/reactivate"] {
        let bare = api.request(Method::POST, &path(action)).bearer_auth(api.token());
        assert_eq!(send(bare).await.status, 200, "{action}");
        let refused = api.post(&path(action), &json!({ "reasons": "x" })).await;
        assert_eq!(refused.violation().0, "reasons", "{action}");
    }
}

#[tokio::test]
async fn a_refusal_of_the_service_is_shown_as_it_is() {
    let api = Api::start().await;
    let refusal = Refusal::new(ErrorReason::PersonalOrganization, "Suspend its user instead.");
    api.stub.refuses(&format!("{SERVICE}/SuspendOrganization"), refusal);
    let answer = api.post(&path("/suspend"), &json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "PERSONAL_ORGANIZATION"));
}
