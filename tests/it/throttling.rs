//! How often somebody may try, through the front doors.

use contracts::identity::v1 as identity;
use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use serde_json::json;
use tonic::{Code, Request};

use crate::harness::{Api, PASSWORD, Person, Product, refused, unique};

const WRONG: &str = "something else entirely";

/// With tries counted, behind a proxy on this machine.
async fn product() -> Product {
    Product::own(&[("GUILDHALL_RATE_LIMITS", "on"), ("GUILDHALL_TRUSTED_PROXIES", "127.0.0.1,::1")]).await
}

async fn registered(api: &Api) -> (String, String) {
    let email = format!("alice.{}@example.com", unique());
    let body = json!({ "email": email, "password": PASSWORD });
    let answer = api.post_for("192.0.2.1", "/auth/register", &body).await.expect(201);
    (email, answer["device_token"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_account_under_attack_makes_everybody_wait_but_known_devices() {
    let product = product().await;
    let api = product.api();
    let (email, device_token) = registered(&api).await;
    let wrong = json!({ "email": email, "password": WRONG });
    for number in 0..6 {
        api.post_for(&format!("10.0.0.{number}"), "/auth/login", &wrong).await.refused("INVALID_CREDENTIALS", 401);
    }
    let right = json!({ "email": email, "password": PASSWORD });
    let answer = api.post_for("203.0.113.5", "/auth/login", &right).await;
    let wait: u64 = answer.header("retry-after").expect("a time to wait").parse().unwrap();
    assert_eq!(wait, 1);
    answer.refused("RATE_LIMITED", 429);

    let known = json!({ "email": email, "password": PASSWORD, "device_token": device_token });
    let answer = api.post_for("203.0.113.5", "/auth/login", &known).await.expect(200);
    assert!(answer["device_token"].is_string());

    let new_password = "eleven kites over the marsh";
    let choice = json!({ "current_password": PASSWORD, "new_password": new_password });
    let alice = Person::signed_in(&api, email.clone(), &answer);
    let changed = alice.post("/auth/password/change", choice).await.expect(200);
    let known = json!({ "email": email, "password": new_password, "device_token": changed["device_token"] });
    assert!(known["device_token"].is_string(), "a new password is a new token");
    api.post_for("203.0.113.5", "/auth/login", &known).await.expect(200);
}

#[tokio::test]
async fn a_network_that_tries_many_accounts_is_stopped_and_others_are_not() {
    let product = product().await;
    let api = product.api();
    let try_from = async |client: &str, number: usize| {
        let body = json!({ "email": format!("user{number}@example.com"), "password": WRONG });
        api.post_for(client, "/auth/login", &body).await
    };
    let mut tried = 0;
    while try_from("198.51.100.1, 203.0.113.9", tried).await.code() == "INVALID_CREDENTIALS" {
        tried += 1;
        assert!(tried < 200, "nobody stops it");
    }
    assert!(tried >= 60, "only {tried}");
    try_from("203.0.113.9", tried).await.refused("RATE_LIMITED", 429);
    try_from("198.51.100.1", tried).await.refused("INVALID_CREDENTIALS", 401);
}

#[tokio::test]
async fn a_direct_call_is_counted_by_its_connection_whatever_it_says() {
    let product = product().await;
    let mut client = AuthenticationServiceClient::new(product.rpc().identity());
    let mut login = async |number: usize| {
        let mut request = Request::new(identity::LoginRequest {
            email: format!("user{number}@example.com"),
            password: WRONG.to_owned(),
            ..Default::default()
        });
        let claimed = format!("10.0.0.{number}");
        request.metadata_mut().insert("guildhall-client-address", claimed.parse().unwrap());
        client.login(request).await
    };
    let mut tried = 0;
    while login(tried).await.unwrap_err().code() == Code::Unauthenticated {
        tried += 1;
        assert!(tried < 200, "nobody stops it");
    }
    refused(login(tried).await, "RATE_LIMITED", Code::ResourceExhausted);
}

#[tokio::test]
async fn passwords_are_as_long_as_the_settings_ask_for() {
    let product = Product::own(&[("GUILDHALL_PASSWORD_MIN_LENGTH", "10"), ("GUILDHALL_PASSWORD_PASSES", "1")]).await;
    let sign_up = async |password: &str| {
        let body = json!({ "email": format!("alice.{}@example.com", unique()), "password": password });
        product.api().post("/auth/register", &body).await
    };
    sign_up("kW9-xq_4z").await.refused("WEAK_PASSWORD", 400);
    sign_up("baseball12").await.refused("WEAK_PASSWORD", 400);
    sign_up("kW9-xq_4z?").await.expect(201);
}
