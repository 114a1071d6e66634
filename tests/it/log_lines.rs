//! What the product logs: one line for each call, with what it takes to find it again, and no secret.

use reqwest::Method;
use reqwest::header::{COOKIE, HeaderMap};
use serde_json::{Value, json};

use crate::harness::{
    Ask, PASSWORD, Person, Product, SERVICE_SECRET, Team, eventually, json_lines, secret_mailed_to, unique,
};

/// The lines about a request, once there are as many.
async fn lines_of(product: &Product, request_id: &str, is_there: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    eventually(&format!("the lines about {request_id}"), async || {
        let of_request = |line: &Value| line["request_id"] == request_id && line["msg"] == "answered";
        let lines: Vec<Value> = json_lines(&product.log()).into_iter().filter(of_request).collect();
        is_there(&lines).then_some(lines)
    })
    .await
}

#[tokio::test]
async fn every_call_has_a_line_that_says_who_asked_what_and_what_came_of_it() {
    let product = Product::own(&[("GUILDHALL_LOG", "info")]).await;
    let mut alice = Person::registered(&product.api(), "alice").await;
    let team = Team::of(&alice).await;
    alice.act_for(&team.id).await;
    let mut headers = HeaderMap::new();
    let request_id = format!("a-request-{}", unique());
    headers.insert("x-request-id", request_id.parse().unwrap());
    headers.insert("user-agent", "a browser".parse().unwrap());
    let path = team.path("/members");
    let ask = Ask { method: Method::GET, path: &path, token: Some(&alice.access_token), body: None };
    product.api().ask_with(ask, headers.clone()).await.expect(200);

    let is_whole = |lines: &[Value]| {
        ["gateway", "organizations"].iter().all(|name| lines.iter().any(|line| line["service"] == *name))
    };
    let lines = lines_of(&product, &request_id, is_whole).await;
    let of = |service: &str| lines.iter().find(|line| line["service"] == service).unwrap();
    let (gateway, organizations) = (of("gateway"), of("organizations"));
    for line in [gateway, organizations] {
        assert_eq!(line["level"], "INFO");
        assert_eq!((&line["env"], &line["version"]), (&json!("dev"), &json!(env!("CARGO_PKG_VERSION"))));
        assert_eq!((&line["actor_type"], &line["actor_id"]), (&json!("user"), &json!(alice.user_id)), "{line}");
        assert_eq!((&line["org_id"], &line["remote_ip"]), (&json!(team.id), &json!("127.0.0.0")), "{line}");
        assert!(line["ts"].as_str().unwrap().ends_with('Z') && line["duration_ms"].as_f64().unwrap() > 0.0, "{line}");
        assert_eq!(line["trace_id"], gateway["trace_id"], "{line}");
        assert_eq!((line["trace_id"].as_str().unwrap().len(), line["span_id"].as_str().unwrap().len()), (32, 16));
        assert!(line["user_agent"].is_null() && line["reason"].is_null(), "{line}");
    }
    assert_ne!(gateway["span_id"], organizations["span_id"]);
    assert_eq!((&gateway["http_method"], &gateway["status"]), (&json!("GET"), &json!(200)));
    assert_eq!(gateway["http_route"], "/api/v1/orgs/{orgId}/members");
    assert_eq!(organizations["rpc_method"], "guildhall.organizations.v1.MembershipService/ListMembers");
    assert_eq!((&organizations["code"], &organizations["peer"]), (&json!("OK"), &json!("gateway")));

    // A refusal says why, on either side.
    let refused_id = format!("a-request-{}", unique());
    headers.insert("x-request-id", refused_id.parse().unwrap());
    let path = format!("/orgs/{}/members", crate::harness::random_id());
    let ask = Ask { method: Method::GET, path: &path, token: Some(&alice.access_token), body: None };
    product.api().ask_with(ask, headers).await.refused("ORGANIZATION_NOT_FOUND", 404);
    for line in lines_of(&product, &refused_id, is_whole).await {
        assert_eq!(line["reason"], "ORGANIZATION_NOT_FOUND", "{line}");
    }
    assert!(json_lines(&product.log()).iter().all(|line| line["msg"].is_string() && line["service"].is_string()));
}

#[tokio::test]
async fn a_key_of_a_program_is_named_and_never_shown() {
    let product = Product::own(&[("GUILDHALL_LOG", "info")]).await;
    let alice = Person::registered(&product.api(), "alice").await;
    let key = product.server_key().await;
    let path = format!("/billing/orgs/{}/balance", alice.personal_id);
    let answer = product.api().json(Method::GET, &path, Some(key), None).await;
    let request_id = answer.header("x-request-id").unwrap().to_owned();
    let lines =
        lines_of(&product, &request_id, |lines| lines.iter().any(|line| line["service"] == "billing-context")).await;
    answer.expect(200);
    let billing = lines.iter().find(|line| line["service"] == "billing-context").unwrap();
    assert_eq!(billing["actor_type"], "server_key", "{billing}");
    assert!(uuid::Uuid::parse_str(billing["actor_id"].as_str().unwrap()).is_ok(), "{billing}");
    assert!(!product.log().contains(key));
}

#[tokio::test]
async fn nobody_finds_a_secret_or_an_address_in_the_log_of_a_whole_journey() {
    let filter = "debug,h2=trace,hyper=trace,sqlx=trace,sea_orm=trace,tonic=trace,tower=trace,rustls=trace";
    let mut product = Product::own(&[("GUILDHALL_LOG", filter)]).await;
    let api = product.api();
    let mut alice = Person::registered(&api, "alice").await;
    let mut secrets = vec![PASSWORD.to_owned(), SERVICE_SECRET.to_owned(), alice.email.clone()];
    secrets.push(secret_mailed_to(&api, &alice.email, "verify-email?token=").await);
    alice.verify().await;
    secrets.extend([alice.access_token.clone(), alice.refresh_token.clone()]);
    let bob = Person::verified(&api, "bob").await;
    let team = Team::of(&alice).await;
    alice.act_for(&team.id).await;
    let invited = alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    let token = invited["token"].as_str().unwrap().to_owned();
    bob.post("/invitations/accept", json!({ "token": token })).await.expect(200);
    let link = alice.post(&team.path("/invite-links"), json!({})).await.expect(201);
    let link_token = link["token"].as_str().unwrap().to_owned();
    api.get(&format!("/invite-links/{link_token}")).await.expect(200);
    api.post("/auth/password/reset-request", &json!({ "email": alice.email })).await.expect(200);
    let reset = secret_mailed_to(&api, &alice.email, "reset-password?token=").await;
    let choice = json!({ "token": reset, "new_password": "eleven kites over the marsh" });
    api.post("/auth/password/reset", &choice).await.expect(200);
    let key = product.server_key().await.to_owned();
    let balance = format!("/billing/orgs/{}/balance", team.id);
    api.json(Method::GET, &balance, Some(&key), None).await.expect(200);
    let mut cookies = HeaderMap::new();
    let cookie = format!("a-cookie-of-nobody-{}", unique());
    cookies.insert(COOKIE, format!("__Host-guildhall_refresh={cookie}; guildhall_access={cookie}").parse().unwrap());
    api.ask_with(Ask { method: Method::GET, path: "/auth/session", token: None, body: None }, cookies).await;
    secrets.extend([token, link_token, reset, key, cookie, bob.email.clone(), bob.refresh_token.clone()]);
    secrets.push("eleven kites over the marsh".to_owned());
    product.stop().await;

    let log = product.log();
    assert!(json_lines(&log).iter().any(|line| line["level"] == "DEBUG"), "it was asked for");
    for secret in secrets {
        assert!(!log.contains(&secret), "the log shows {secret}");
    }
    for line in json_lines(&log) {
        let target = line["target"].as_str().unwrap();
        let library = ["h2", "hyper", "sqlx", "sea_orm", "tonic", "tower", "rustls"];
        let is_librarys = library.iter().any(|name| target == *name || target.starts_with(&format!("{name}::")));
        assert!(!is_librarys || ["WARN", "ERROR"].contains(&line["level"].as_str().unwrap()), "{line}");
    }
}

#[tokio::test]
async fn the_first_start_says_in_one_line_for_each_service_that_its_schema_was_made() {
    let product = Product::own(&[("GUILDHALL_LOG", "info")]).await;
    let lines = json_lines(&product.log());
    let made: Vec<&Value> = lines.iter().filter(|line| line["migrations"].is_u64()).collect();
    let services: Vec<&str> = made.iter().map(|line| line["service"].as_str().unwrap()).collect();
    assert_eq!(services, ["identity", "organizations", "invitations", "billing-context"], "{made:#?}");
    assert!(!product.log().contains("sea_orm_migration"));
}
