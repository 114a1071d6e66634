//! POST /admin/permissions/register.

use contracts::organizations::v1 as organizations;
use http::HeaderMap;
use serde_json::json;
use service_kit::{ErrorReason, Refusal};

use crate::api::Api;
use crate::samples::{permission, permission_json};

const RPC: &str = "organizations.v1.PermissionAdministrationService/RegisterPermissions";
const PATH: &str = "/api/v1/admin/permissions/register";

#[tokio::test]
async fn a_slice_of_the_catalog_is_registered_whole() {
    let api = Api::start().await;
    let registered = organizations::RegisterPermissionsResponse {
        permissions: vec![permission()],
        added: vec!["a:b".to_owned()],
        changed: vec!["c:d".to_owned()],
        pruned: vec!["e:f".to_owned()],
        position: 8,
    };
    api.stub.answers(RPC, registered);

    let body = json!({
        "service": "catalog",
        "permissions": [
            { "code": "catalog:items:publish", "name": "Publish", "description": "Shows items.", "category": "items",
              "org_assignable": true },
            { "code": "catalog:items:hide", "name": "Hide", "org_assignable": false },
        ],
        "force": true,
    });
    let answer = api.post(PATH, &body).await;

    let expected =
        json!({ "permissions": [permission_json()], "added": ["a:b"], "changed": ["c:d"], "pruned": ["e:f"] });
    assert_eq!((answer.status, answer.json()), (200, expected));
    assert_eq!(answer.headers["guildhall-position"], "o:8");
    let (_, asked): (HeaderMap, organizations::RegisterPermissionsRequest) = api.stub.last(RPC);
    assert_eq!((asked.service.as_str(), asked.force), ("catalog", true));
    let [publish, hide] = asked.permissions.as_slice() else { panic!("two of them") };
    assert_eq!((publish.code.as_str(), publish.name.as_str()), ("catalog:items:publish", "Publish"));
    assert_eq!((publish.description.as_deref(), publish.category.as_deref()), (Some("Shows items."), Some("items")));
    assert!(publish.org_assignable && !hide.org_assignable);
    assert_eq!((hide.description.as_deref(), hide.category.as_deref()), (None, None));
}

#[tokio::test]
async fn an_empty_slice_is_not_forced_and_a_conflict_is_told() {
    let api = Api::start().await;
    api.stub.refuses(RPC, Refusal::new(ErrorReason::Conflict, "Take it from the custom roles first, or force it."));
    let answer = api.post(PATH, &json!({ "service": "catalog", "permissions": [] })).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "CONFLICT"));
    let (_, asked): (HeaderMap, organizations::RegisterPermissionsRequest) = api.stub.last(RPC);
    assert_eq!((asked.permissions.len(), asked.force), (0, false));
}
