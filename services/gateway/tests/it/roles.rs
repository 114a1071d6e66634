//! The routes of an organization's roles.

use contracts::organizations::v1 as organizations;
use http::HeaderMap;
use reqwest::Method;
use serde_json::json;
use service_kit::{ErrorReason, Refusal};

use crate::api::{Api, ORGANIZATION, USER};
use crate::samples::{permission, permission_json, role, role_json};

const SERVICE: &str = "organizations.v1.RoleService";

fn roles() -> String {
    format!("/api/v1/orgs/{ORGANIZATION}/roles")
}

fn one_role() -> String {
    format!("{}/{USER}", roles())
}

#[tokio::test]
async fn a_role_is_made_with_its_permissions() {
    let api = Api::start().await;
    let made = organizations::Role {
        r#type: organizations::RoleType::Custom.into(),
        organization_id: Some(ORGANIZATION.to_string()),
        description: Some("Counts.".to_owned()),
        ..role()
    };
    api.stub.answers(&format!("{SERVICE}/CreateRole"), organizations::CreateRoleResponse { role: Some(made) });

    let body = json!({
        "code": "counter", "name": "Counter", "description": "Counts.", "permission_codes": ["org:read", "org:update"],
    });
    let answer = api.post(&roles(), &body).await;

    let mut expected = role_json();
    expected["type"] = json!("custom");
    expected["organization_id"] = json!(ORGANIZATION);
    expected["description"] = json!("Counts.");
    assert_eq!((answer.status, answer.json()), (201, expected));
    let (_, asked): (HeaderMap, organizations::CreateRoleRequest) = api.stub.last(&format!("{SERVICE}/CreateRole"));
    assert_eq!((asked.organization_id, asked.code.as_str()), (ORGANIZATION.to_string(), "counter"));
    assert_eq!((asked.name.as_str(), asked.description.as_deref()), ("Counter", Some("Counts.")));
    assert_eq!(asked.permission_codes, ["org:read", "org:update"]);
}

#[tokio::test]
async fn a_role_is_read_and_an_unknown_one_is_not_found() {
    let api = Api::start().await;
    api.stub.answers(&format!("{SERVICE}/GetRole"), organizations::GetRoleResponse { role: Some(role()) });
    let answer = api.get(&one_role()).await;
    assert_eq!((answer.status, answer.json()), (200, role_json()));
    let (_, asked): (HeaderMap, organizations::GetRoleRequest) = api.stub.last(&format!("{SERVICE}/GetRole"));
    assert_eq!((asked.organization_id, asked.role_id), (ORGANIZATION.to_string(), USER.to_string()));

    api.stub.refuses(&format!("{SERVICE}/GetRole"), Refusal::new(ErrorReason::RoleNotFound, "There is no such role."));
    let answer = api.get(&one_role()).await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "ROLE_NOT_FOUND"));
}

#[tokio::test]
async fn a_change_says_what_is_left_alone_what_is_cleared_and_where_older_tokens_end() {
    let api = Api::start().await;
    let rpc = format!("{SERVICE}/UpdateRole");
    api.stub.answers(&rpc, organizations::UpdateRoleResponse { role: Some(role()), position: 7 });

    let body = json!({ "description": null, "permission_codes": [] });
    let answer = api.call(Method::PUT, &one_role(), &body).await;

    assert_eq!((answer.status, answer.json()), (200, role_json()));
    assert_eq!(answer.headers["guildhall-position"], "o:7");
    let (_, asked): (HeaderMap, organizations::UpdateRoleRequest) = api.stub.last(&rpc);
    assert_eq!((asked.organization_id, asked.role_id), (ORGANIZATION.to_string(), USER.to_string()));
    assert_eq!((asked.name, asked.description.as_deref()), (None, Some("")));
    assert_eq!(asked.permissions, Some(organizations::PermissionSet { codes: vec![] }));

    api.call(Method::PUT, &one_role(), &json!({ "name": "New" })).await;
    let (_, asked): (HeaderMap, organizations::UpdateRoleRequest) = api.stub.last(&rpc);
    assert_eq!((asked.name.as_deref(), asked.description, asked.permissions), (Some("New"), None, None));
    let calls = api.stub.calls();
    let refused = api.call(Method::PUT, &one_role(), &json!({ "code": "other" })).await;
    assert_eq!(refused.violation(), ("code".to_owned(), "is not a field of this request".to_owned()));
    assert_eq!(api.stub.calls(), calls);
}

#[tokio::test]
async fn a_deleted_role_leaves_nothing_and_one_in_use_stays() {
    let api = Api::start().await;
    let rpc = format!("{SERVICE}/DeleteRole");
    api.stub.answers(&rpc, organizations::DeleteRoleResponse {});
    let answer = api.call(Method::DELETE, &one_role(), &json!({})).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    let (_, asked): (HeaderMap, organizations::DeleteRoleRequest) = api.stub.last(&rpc);
    assert_eq!((asked.organization_id, asked.role_id), (ORGANIZATION.to_string(), USER.to_string()));

    api.stub.refuses(&rpc, Refusal::new(ErrorReason::RoleInUse, "Take the role from its holders first."));
    let answer = api.call(Method::DELETE, &one_role(), &json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "ROLE_IN_USE"));
}

#[tokio::test]
async fn what_a_custom_role_may_hold_is_listed_page_by_page() {
    let api = Api::start().await;
    let rpc = format!("{SERVICE}/ListAssignablePermissions");
    let page = organizations::ListAssignablePermissionsResponse {
        permissions: vec![permission()],
        next_page_token: "n".to_owned(),
    };
    api.stub.answers(&rpc, page);

    let answer = api.get(&format!("/api/v1/orgs/{ORGANIZATION}/permissions/assignable?page_size=7&page_token=t")).await;

    let expected = json!({ "permissions": [permission_json()], "next_page_token": "n" });
    assert_eq!((answer.status, answer.json()), (200, expected));
    let (_, asked): (HeaderMap, organizations::ListAssignablePermissionsRequest) = api.stub.last(&rpc);
    assert_eq!(asked.organization_id, ORGANIZATION.to_string());
    assert_eq!((asked.page_size, asked.page_token.as_str()), (7, "t"));
}
