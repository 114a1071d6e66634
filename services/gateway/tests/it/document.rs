//! GET /openapi.json.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use service_kit::ErrorReason;

use crate::api::{Api, ORGANIZATION, send};

/// Every route of the contract that is served so far, `+` where anybody may call it, `k` where a server API key is needed.
const ROUTES: &str = "
+ get /.well-known/jwks.json
+ get /openapi.json
  get /api/v1/admin/api-keys
  post /api/v1/admin/api-keys
  delete /api/v1/admin/api-keys/{id}
  get /api/v1/admin/audit-log
  get /api/v1/admin/billing/quarantine
  post /api/v1/admin/billing/quarantine/{eventId}/replay
  get /api/v1/admin/organizations
  post /api/v1/admin/organizations
  delete /api/v1/admin/organizations/{orgId}
  get /api/v1/admin/organizations/{orgId}
  put /api/v1/admin/organizations/{orgId}
  get /api/v1/admin/organizations/{orgId}/members
  post /api/v1/admin/organizations/{orgId}/members
  delete /api/v1/admin/organizations/{orgId}/members/{userId}
  put /api/v1/admin/organizations/{orgId}/members/{userId}/roles
  put /api/v1/admin/organizations/{orgId}/members/{userId}/status
  put /api/v1/admin/organizations/{orgId}/overdraft
  post /api/v1/admin/organizations/{orgId}/reactivate
  post /api/v1/admin/organizations/{orgId}/subscription
  post /api/v1/admin/organizations/{orgId}/suspend
  post /api/v1/admin/permissions/register
  get /api/v1/admin/plans
  put /api/v1/admin/plans
  get /api/v1/admin/users
  get /api/v1/admin/users/{id}
  get /api/v1/admin/users/{id}/organizations
  post /api/v1/admin/users/{id}/reactivate
  post /api/v1/admin/users/{id}/revoke-sessions
  put /api/v1/admin/users/{id}/roles
  post /api/v1/admin/users/{id}/suspend
+ post /api/v1/auth/login
+ post /api/v1/auth/logout
  post /api/v1/auth/logout/all
  post /api/v1/auth/email/change
+ post /api/v1/auth/email/confirm
  get /api/v1/auth/me
  patch /api/v1/auth/me
  post /api/v1/auth/password/change
+ post /api/v1/auth/password/reset
+ post /api/v1/auth/password/reset-request
+ post /api/v1/auth/refresh
+ post /api/v1/auth/register
+ get /api/v1/auth/session
  get /api/v1/auth/sessions
  delete /api/v1/auth/sessions/{id}
  post /api/v1/auth/switch-org
  post /api/v1/auth/token
+ post /api/v1/auth/verify-email
+ post /api/v1/auth/verify-email/resend
  get /api/v1/billing/balance
  post /api/v1/billing/checkout
k get /api/v1/billing/orgs/{orgId}/balance
k post /api/v1/billing/orgs/{orgId}/charge
k post /api/v1/billing/orgs/{orgId}/deposit
k get /api/v1/billing/orgs/{orgId}/subscription
k get /api/v1/billing/orgs/{orgId}/transactions
+ get /api/v1/billing/plans
  post /api/v1/billing/portal
  get /api/v1/billing/subscription
  get /api/v1/billing/transactions
k get /api/v1/revocations
  post /api/v1/invitations/accept
  post /api/v1/invitations/decline
+ get /api/v1/invitations/{token}
+ get /api/v1/invite-links/{token}
  post /api/v1/invite-links/{token}/join
  delete /api/v1/me/account
  get /api/v1/me/export
  get /api/v1/me/invitations
  post /api/v1/me/invitations/{id}/accept
  post /api/v1/me/invitations/{id}/decline
  get /api/v1/me/orgs
  post /api/v1/me/orgs
  delete /api/v1/me/orgs/{orgId}
  delete /api/v1/orgs/{orgId}
  get /api/v1/orgs/{orgId}
  put /api/v1/orgs/{orgId}
  get /api/v1/orgs/{orgId}/audit-log
  get /api/v1/orgs/{orgId}/invitations
  post /api/v1/orgs/{orgId}/invitations
  delete /api/v1/orgs/{orgId}/invitations/{id}
  post /api/v1/orgs/{orgId}/invitations/{id}/resend
  get /api/v1/orgs/{orgId}/invite-links
  post /api/v1/orgs/{orgId}/invite-links
  delete /api/v1/orgs/{orgId}/invite-links/{id}
  put /api/v1/orgs/{orgId}/invite-links/{id}
  get /api/v1/orgs/{orgId}/members
  delete /api/v1/orgs/{orgId}/members/{userId}
  get /api/v1/orgs/{orgId}/members/{userId}/access
  put /api/v1/orgs/{orgId}/members/{userId}/role
  put /api/v1/orgs/{orgId}/members/{userId}/roles
  put /api/v1/orgs/{orgId}/members/{userId}/status
  get /api/v1/orgs/{orgId}/permissions/assignable
  get /api/v1/orgs/{orgId}/roles
  post /api/v1/orgs/{orgId}/roles
  delete /api/v1/orgs/{orgId}/roles/{roleId}
  get /api/v1/orgs/{orgId}/roles/{roleId}
  put /api/v1/orgs/{orgId}/roles/{roleId}
  post /api/v1/orgs/{orgId}/transfer-ownership
+ post /api/v1/webhooks/stripe
";

struct Route {
    is_public: bool,
    takes_server_key: bool,
    method: Method,
    path: String,
}

fn routes() -> Vec<Route> {
    let lines = ROUTES.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (method, path) = line[2..].split_once(' ').unwrap();
            let method = method.to_uppercase().parse().unwrap();
            let (is_public, takes_server_key) = (line.starts_with('+'), line.starts_with('k'));
            Route { is_public, takes_server_key, method, path: path.to_owned() }
        })
        .collect()
}

async fn document(api: &Api) -> Value {
    api.get_as_nobody("/openapi.json").await.json()
}

#[tokio::test]
async fn the_document_holds_every_route_and_no_other() {
    let api = Api::start().await;
    let document = document(&api).await;
    let documented: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| format!("{method} {path}")))
        .collect();
    let expected =
        routes().iter().map(|route| format!("{} {}", route.method.as_str().to_lowercase(), route.path)).collect();
    assert_eq!(documented, expected);
}

#[tokio::test]
async fn every_route_is_served_and_refuses_nobody_unless_it_is_public() {
    let api = Api::start().await;
    let document = document(&api).await;
    for route in routes() {
        let path = ["{orgId}", "{userId}", "{roleId}", "{id}", "{token}", "{eventId}"]
            .iter()
            .fold(route.path.clone(), |path, name| path.replace(name, &ORGANIZATION.to_string()));
        let before = api.stub.calls();
        let answer = send(api.request(route.method.clone(), &path).json(&json!({}))).await;
        assert!(![404, 405].contains(&answer.status), "{} {path}: {}", route.method, answer.text);
        if !route.is_public {
            assert_eq!((answer.status, answer.code().as_str()), (401, "UNAUTHORIZED"), "{} {path}", route.method);
            assert_eq!(api.stub.calls(), before, "{} {path}", route.method);
        }
        let operation = &document["paths"][&route.path][route.method.as_str().to_lowercase()];
        let by_key = operation["security"] == json!([{ "server_key": [] }]);
        assert_eq!(by_key, route.takes_server_key, "{} {path}", route.method);
        assert_eq!(operation.get("security").is_some() && !by_key, route.is_public, "{} {path}", route.method);
    }
}

#[tokio::test]
async fn the_document_is_openapi_3_1_with_server_licence_and_security() {
    let api = Api::start().await;
    let document = document(&api).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["servers"], json!([{ "url": "https://guildhall.test" }]));
    assert_eq!(document["info"]["license"]["identifier"], "Apache-2.0");
    assert_eq!(document["security"], json!([{ "bearer": [] }, { "cookie": [] }]));
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!((&schemes["bearer"]["scheme"], &schemes["server_key"]["scheme"]), (&json!("bearer"), &json!("bearer")));
    for (scheme, name) in [("cookie", "__Host-guildhall_access"), ("refresh_cookie", "__Secure-guildhall_refresh")] {
        assert_eq!((&schemes[scheme]["in"], &schemes[scheme]["name"]), (&json!("cookie"), &json!(name)));
    }
}

#[tokio::test]
async fn every_code_is_documented_and_every_operation_can_be_refused() {
    let api = Api::start().await;
    let document = document(&api).await;
    let codes: Vec<_> = ErrorReason::ALL.iter().map(|reason| json!(reason.code())).collect();
    assert_eq!(document["components"]["schemas"]["ErrorCode"]["enum"], json!(codes));
    let mut names = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let refused = &operation["responses"]["default"]["content"]["application/json"]["schema"]["$ref"];
            assert_eq!(refused, "#/components/schemas/ErrorEnvelope");
            assert!(operation["summary"].is_string(), "{operation}");
            assert!(names.insert(operation["operationId"].to_string()), "{operation}");
        }
    }
}

#[tokio::test]
async fn whoever_may_set_cookies_says_so_and_nobody_requires_a_refresh_token() {
    let api = Api::start().await;
    let document = document(&api).await;
    for (method, path, status) in [
        ("post", "/api/v1/auth/register", "201"),
        ("post", "/api/v1/auth/login", "200"),
        ("post", "/api/v1/auth/refresh", "200"),
        ("post", "/api/v1/auth/switch-org", "200"),
        ("post", "/api/v1/auth/logout", "204"),
        ("post", "/api/v1/auth/logout/all", "204"),
        ("delete", "/api/v1/auth/sessions/{id}", "204"),
        ("delete", "/api/v1/me/account", "204"),
    ] {
        let headers = &document["paths"][path][method]["responses"][status]["headers"];
        assert!(headers["set-cookie"]["description"].is_string(), "{method} {path}: {headers}");
    }
    let schemas = &document["components"]["schemas"];
    for body in ["LoginBody", "RegisterBody"] {
        assert!(schemas[body]["properties"]["session"].is_object(), "{body}");
    }
    assert_eq!(schemas["SessionMode"]["enum"], json!(["cookie"]));
    for body in ["RefreshBody", "LogoutBody"] {
        assert!(schemas[body].get("required").is_none(), "{body}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str));
                object.values().for_each(|inner| references(inner, found));
            }
            Value::Array(array) => array.iter().for_each(|inner| references(inner, found)),
            _ => {}
        }
    }
    let api = Api::start().await;
    let document = document(&api).await;
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 80, "{}", found.len());
    for reference in found {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn a_body_that_may_be_left_out_is_documented_so() {
    let api = Api::start().await;
    let document = document(&api).await;
    let body = |path: &str, method: &str| document["paths"][path][method]["requestBody"].clone();
    for path in [
        "/api/v1/admin/users/{id}/suspend",
        "/api/v1/admin/users/{id}/reactivate",
        "/api/v1/admin/users/{id}/revoke-sessions",
        "/api/v1/admin/organizations/{orgId}/suspend",
        "/api/v1/admin/organizations/{orgId}/reactivate",
    ] {
        let body = body(path, "post");
        assert_ne!(body["required"], true, "{body}");
        assert!(body["content"]["application/json"]["schema"].to_string().contains("schemas/ReasonBody"), "{body}");
    }
    assert_eq!(body("/api/v1/admin/users/{id}/roles", "put")["required"], true);
}

#[tokio::test]
async fn positions_are_documented_where_they_are_taken_and_told() {
    let api = Api::start().await;
    let document = document(&api).await;
    for route in routes() {
        let operation = &document["paths"][&route.path][route.method.as_str().to_lowercase()];
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let may_demand = parameters.iter().any(|parameter| parameter["name"] == "Guildhall-Min-Position");
        let is_by_user = operation["security"].as_array().is_none_or(|all| all.contains(&json!({ "bearer": [] })));
        assert_eq!(may_demand, is_by_user, "{} {}", route.method, route.path);
        for (status, response) in operation["responses"].as_object().unwrap() {
            let is_told = response["headers"]["guildhall-position"].is_object();
            let may_narrow = route.method != Method::GET && status.starts_with('2');
            assert_eq!(is_told, may_narrow, "{} {} {status}", route.method, route.path);
            let is_hinted = response["headers"]["guildhall-refresh-hint"].is_object();
            assert_eq!(is_hinted, is_by_user && status.starts_with('2'), "{} {} {status}", route.method, route.path);
        }
    }
}
