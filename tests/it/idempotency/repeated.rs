//! Repeated while everything works.

use contracts::billing::v1::GrantSubscriptionRequest;
use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;
use contracts::organizations::v1::CreateOrganizationRequest;
use contracts::organizations::v1::organization_service_client::OrganizationServiceClient;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use tonic::Code;

use super::{is_replay, named, post_under};
use crate::harness::{
    Browser, PASSWORD, PLAN, Person, Product, Team, as_service, offer_plans, refused, signed, unique,
};

#[tokio::test]
async fn the_same_post_twice_makes_one_thing_and_gives_the_same_bytes() {
    let product = Product::shared().await;
    let alice = Person::verified(&product.api(), "alice").await;
    let team = Team::of(&alice).await;
    let posts = [
        ("/me/orgs".to_owned(), json!({ "name": "Once" }), 201),
        (team.path("/invitations"), json!({ "email": "friend@example.com" }), 201),
        (team.path("/invite-links"), json!({ "max_uses": 3 }), 201),
        (team.path("/roles"), json!({ "code": "reader", "name": "Reader", "permission_codes": ["org:read"] }), 201),
        ("/auth/token".to_owned(), json!({ "organization_id": team.id }), 200),
    ];
    for (path, body, status) in &posts {
        let key = unique();
        let first = post_under(&alice, &key, path, body).await;
        let second = post_under(&alice, &key, path, body).await;
        assert_eq!((first.status, second.status), (*status, *status), "{path}: {} {}", first.text, second.text);
        assert_eq!((is_replay(&first), is_replay(&second)), (false, true), "{path}");
        assert_eq!(first.text, second.text, "{path}");
    }
    assert_eq!(named(&alice, "Once").await, 1);
    for (list, what) in [("/invitations", "invitations"), ("/invite-links", "invite_links")] {
        let listed = alice.get(&team.path(list)).await.expect(200);
        assert_eq!(listed[what].as_array().unwrap().len(), 1, "{what}");
    }
}

#[tokio::test]
async fn another_body_under_the_key_is_a_conflict_and_another_caller_is_not() {
    let product = Product::shared().await;
    let api = product.api();
    let (alice, bob) = tokio::join!(Person::registered(&api, "alice"), Person::registered(&api, "bob"));
    let key = unique();
    post_under(&alice, &key, "/me/orgs", &json!({ "name": "First" })).await.expect(201);
    let other = post_under(&alice, &key, "/me/orgs", &json!({ "name": "Second" })).await;
    other.refused("IDEMPOTENCY_CONFLICT", 409);
    assert_eq!(named(&alice, "Second").await, 0);
    // Another caller and another call have keys of their own.
    let of_bob = post_under(&bob, &key, "/me/orgs", &json!({ "name": "First" })).await;
    assert!(!is_replay(&of_bob));
    let of_bob = of_bob.expect(201);
    post_under(&alice, &key, "/auth/switch-org", &json!({ "organization_id": alice.personal_id })).await.expect(200);
    let of_alice = post_under(&alice, &key, "/me/orgs", &json!({ "name": "First" })).await.expect(201);
    assert_ne!(of_alice["id"], of_bob["id"]);
}

#[tokio::test]
async fn fifty_at_once_make_one() {
    let product = Product::shared().await;
    let alice = Person::registered(&product.api(), "alice").await;
    let (key, body) = (unique(), json!({ "name": "Raced" }));
    let answers = join_all((0..50).map(|_| post_under(&alice, &key, "/me/orgs", &body))).await;
    let mut bytes = Vec::new();
    for answer in answers {
        match answer.status {
            201 => bytes.push(answer.text),
            _ => {
                assert_eq!(answer.header("retry-after"), Some("1"), "{answer:?}");
                answer.refused("CONFLICT", 409);
            }
        }
    }
    assert!(!bytes.is_empty());
    bytes.dedup();
    assert_eq!(bytes.len(), 1, "everybody who was answered got the same: {bytes:?}");
    assert_eq!(named(&alice, "Raced").await, 1);
}

#[tokio::test]
async fn a_refusal_is_the_answer_from_then_on() {
    let product = Product::shared().await;
    let api = product.api();
    let (alice, bob) = tokio::join!(Person::registered(&api, "alice"), Person::registered(&api, "bob"));
    let body = json!({ "name": "Taken", "slug": format!("taken-{}", unique()) });
    let made = alice.post("/me/orgs", body.clone()).await.expect(201);
    let key = unique();
    let first = post_under(&bob, &key, "/me/orgs", &body).await;
    // The slug stays taken until the organization is gone; the key keeps its answer beyond that.
    alice.delete(&format!("/orgs/{}", made["id"].as_str().unwrap())).await.expect(204);
    let second = post_under(&bob, &key, "/me/orgs", &body).await;
    assert_eq!((is_replay(&first), is_replay(&second)), (false, true));
    assert_eq!(first.json["error"]["message"], second.json["error"]["message"]);
    first.refused("ORGANIZATION_SLUG_TAKEN", 409);
    second.refused("ORGANIZATION_SLUG_TAKEN", 409);
}

#[tokio::test]
async fn a_request_that_was_not_acceptable_may_come_mended_under_the_same_key() {
    let product = Product::shared().await;
    let alice = Person::registered(&product.api(), "alice").await;
    let key = unique();
    let path = "/me/orgs";
    post_under(&alice, &key, path, &json!({ "name": "" })).await.refused("VALIDATION_ERROR", 400);
    post_under(&alice, &key, path, &json!({ "name": "Mended", "slug": "-" })).await.refused("VALIDATION_ERROR", 400);
    post_under(&alice, &key, path, &json!({ "name": "Mended" })).await.expect(201);
}

#[tokio::test]
async fn sign_up_and_sign_in_are_answered_alike_from_wherever_they_are_repeated() {
    let product = Product::own(&[("GUILDHALL_TRUSTED_PROXIES", "127.0.0.0/8")]).await;
    let api = product.api();
    let credentials = json!({ "email": format!("new.{}@example.com", unique()), "password": PASSWORD });
    for (path, status) in [("/auth/register", 201), ("/auth/login", 200)] {
        let key = unique();
        let from = async |address: &str, agent: &str| {
            let headers = [("idempotency-key", key.as_str()), ("x-forwarded-for", address), ("user-agent", agent)];
            api.post_with(&headers, path, &credentials).await
        };
        let first = from("192.0.2.1", "Firefox on a train").await;
        let second = from("198.51.100.7", "Firefox in an office").await;
        assert_eq!((first.status, second.status), (status, status), "{}", second.text);
        assert!(is_replay(&second), "{path}");
        assert_eq!(first.text, second.text, "{path}");
    }
    let person = Person::signed_in(&api, String::new(), &api.post("/auth/login", &credentials).await.expect(200));
    let sessions = person.get("/auth/sessions").await.expect(200);
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 3, "of the sign-up, of one sign-in, and this one");
}

#[tokio::test]
async fn grpc_callers_have_it_too() {
    let product = Product::shared().await;
    let alice = Person::registered(&product.api(), "alice").await;
    let mut organizations = OrganizationServiceClient::new(product.rpc().organizations());
    let request = |key: &str, name: &str| {
        let message = CreateOrganizationRequest { name: name.to_owned(), slug: None };
        let mut request = signed(&alice.access_token, message);
        request.metadata_mut().insert("idempotency-key", key.parse().unwrap());
        request
    };
    let first = organizations.create_organization(request("key", "Over gRPC")).await.unwrap();
    assert!(!first.metadata().contains_key("idempotent-replayed"));
    let second = organizations.create_organization(request("key", "Over gRPC")).await.unwrap();
    assert_eq!(second.metadata().get("idempotent-replayed").unwrap(), "true");
    assert_eq!(first.into_inner(), second.into_inner());
    let other = organizations.create_organization(request("key", "Other")).await;
    refused(other, "IDEMPOTENCY_CONFLICT", Code::Aborted);
    refused(organizations.create_organization(request("", "Other")).await, "VALIDATION_ERROR", Code::InvalidArgument);
    // The gateway's callers and those of gRPC share their keys: it is the same call.
    let over_http = post_under(&alice, "key", "/me/orgs", &json!({ "name": "Over gRPC" })).await;
    assert!(is_replay(&over_http), "{over_http:?}");
    assert_eq!(named(&alice, "Over gRPC").await, 1);
}

#[tokio::test]
async fn calls_for_services_alone_take_keys_as_well() {
    let product = Product::shared().await;
    let rpc = product.rpc();
    offer_plans(&rpc).await;
    let alice = Person::registered(&product.api(), "alice").await;
    let team = Team::of(&alice).await;
    let mut subscriptions = SubscriptionServiceClient::new(rpc.billing());
    let mut answers = Vec::new();
    for _ in 0..2 {
        let mut request =
            as_service(GrantSubscriptionRequest { organization_id: team.id.clone(), plan_code: PLAN.into() });
        request.metadata_mut().insert("idempotency-key", team.slug.parse().unwrap());
        answers.push(subscriptions.grant_subscription(request).await.unwrap());
    }
    let replayed: Vec<_> = answers.iter().map(|answer| answer.metadata().contains_key("idempotent-replayed")).collect();
    assert_eq!(replayed, [false, true]);
    assert_eq!(answers[0].get_ref(), answers[1].get_ref());
}

#[tokio::test]
async fn answers_outlive_a_restart() {
    let mut product = Product::own(&[]).await;
    let alice = Person::registered(&product.api(), "alice").await;
    let (key, body) = (unique(), json!({ "name": "Kept" }));
    let first = post_under(&alice, &key, "/me/orgs", &body).await;
    product.stop().await;
    product.start_again().await;
    let alice = alice.at(&product.api());
    let second = post_under(&alice, &key, "/me/orgs", &body).await;
    assert!(is_replay(&second), "{second:?}");
    assert_eq!((first.status, first.text), (201, second.text));
}

#[tokio::test]
async fn a_script_gets_no_tokens_out_of_the_key_of_a_session_in_cookies() {
    let product = Product::shared().await;
    let api = product.api();
    let alice = Person::registered(&api, "alice").await;
    let mut browser = Browser::new(&api);
    let login = json!({ "email": alice.email, "password": PASSWORD, "session": "cookie" });
    browser.ask(Method::POST, "/auth/login", Some(&login)).await.expect(200);
    let choice = json!({ "organization_id": alice.personal_id });
    let page = [("sec-fetch-site", "same-origin"), ("idempotency-key", "of-the-page")];
    browser.ask_from(&page, Method::POST, "/auth/switch-org", Some(&choice)).await.expect(200);

    // A script of the page knows the key, and an access token.
    let lent = browser.ask(Method::POST, "/auth/token", Some(&choice)).await.expect(200);
    let script = Person { access_token: lent["access_token"].as_str().unwrap().to_owned(), ..alice };
    post_under(&script, "of-the-page", "/auth/switch-org", &choice).await.refused("IDEMPOTENCY_CONFLICT", 409);
}
