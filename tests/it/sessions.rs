//! Sessions and refresh tokens.

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{PASSWORD, Person, Product, Team, claims_of};

async fn bob() -> Person {
    Person::registered(&Product::shared().await.api(), "bob").await
}

#[tokio::test]
async fn each_refresh_gives_another_refresh_token_of_the_same_session() {
    let mut bob = bob().await;
    let (before, session) = (bob.refresh_token.clone(), claims_of(&bob.access_token)["sid"].clone());
    bob.refresh(json!({})).await;
    assert_ne!(bob.refresh_token, before);
    assert_eq!(claims_of(&bob.access_token)["sid"], session);
}

#[tokio::test]
async fn a_refresh_submitted_twice_gives_the_same_successor() {
    let bob = bob().await;
    let body = json!({ "refresh_token": bob.refresh_token });
    let answers = join_all((0..10).map(|_| bob.api.post("/auth/refresh", &body))).await;
    let mut successors: Vec<_> =
        answers.into_iter().map(|answer| answer.expect(200)["tokens"]["refresh_token"].clone()).collect();
    successors.dedup();
    assert_eq!(successors.len(), 1);
    let body = json!({ "refresh_token": successors[0] });
    bob.api.post("/auth/refresh", &body).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_that_comes_back_after_its_successor_was_used_ends_the_session() {
    let mut bob = bob().await;
    let stolen = json!({ "refresh_token": bob.refresh_token });
    bob.refresh(json!({})).await;
    bob.refresh(json!({})).await;
    bob.api.post("/auth/refresh", &stolen).await.refused("TOKEN_REVOKED", 401);
    let own = json!({ "refresh_token": bob.refresh_token });
    bob.api.post("/auth/refresh", &own).await.refused("TOKEN_REVOKED", 401);
}

#[tokio::test]
async fn logging_out_ends_one_session() {
    let bob = bob().await;
    let login = json!({ "email": bob.email, "password": PASSWORD });
    let answer = bob.api.post("/auth/login", &login).await.expect(200);
    let elsewhere = Person::signed_in(&bob.api, bob.email.clone(), &answer);
    let own = json!({ "refresh_token": bob.refresh_token });
    let ended = bob.api.post("/auth/logout", &own).await;
    assert!(ended.header("guildhall-position").unwrap().starts_with("i:"), "{ended:?}");
    ended.expect(204);
    bob.api.post("/auth/refresh", &own).await.refused("TOKEN_REVOKED", 401);
    bob.api.post("/auth/logout", &json!({ "refresh_token": "unknown" })).await.expect(204);
    elsewhere.clone().refresh(json!({})).await;
}

#[tokio::test]
async fn logging_out_everywhere_ends_all_sessions() {
    let bob = bob().await;
    let login = json!({ "email": bob.email, "password": PASSWORD });
    let answer = bob.api.post("/auth/login", &login).await.expect(200);
    bob.post_bare("/auth/logout/all").await.expect(204);
    for token in [&json!(bob.refresh_token), &answer["tokens"]["refresh_token"]] {
        bob.api.post("/auth/refresh", &json!({ "refresh_token": token })).await.refused("TOKEN_REVOKED", 401);
    }
    bob.api.post("/auth/login", &login).await.expect(200);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let bob = bob().await;
    let wrong = json!({ "email": bob.email, "password": "not the password of anybody" });
    let unknown = json!({ "email": "nobody@example.com", "password": "not the password of anybody" });
    let mut messages = Vec::new();
    for body in [wrong, unknown] {
        let answer = bob.api.post("/auth/login", &body).await;
        messages.push(answer.json["error"]["message"].clone());
        answer.refused("INVALID_CREDENTIALS", 401);
    }
    assert_eq!(messages[0], messages[1]);
}

#[tokio::test]
async fn a_login_can_name_the_organization_to_act_for() {
    let bob = bob().await;
    let team = Team::of(&bob).await;
    let body =
        |organization: &str| json!({ "email": bob.email, "password": PASSWORD, "organization_id": organization });
    let answer = bob.api.post("/auth/login", &body(&team.id)).await.expect(200);
    assert_eq!((&answer["organization"]["id"], &answer["roles"]), (&json!(team.id), &json!(["org_owner"])));
    assert!(answer["permissions"].as_array().unwrap().contains(&json!("org:update")));
    let elsewhere = bob.api.post("/auth/login", &body(&crate::harness::random_id())).await;
    elsewhere.refused("ORGANIZATION_NOT_FOUND", 404);
}

#[tokio::test]
async fn a_token_for_another_organization_leaves_the_session_where_it_is() {
    let mut bob = bob().await;
    let team = Team::of(&bob).await;
    let issued = bob.post("/auth/token", json!({ "organization_id": team.id })).await.expect(200);
    assert_eq!(issued["token_type"], "Bearer");
    assert_eq!(claims_of(issued["access_token"].as_str().unwrap())["active_org_id"], team.id);
    assert!(issued.get("refresh_token").is_none());
    let answer = bob.refresh(json!({})).await;
    assert_eq!(answer["organization"]["id"], bob.personal_id);
}

#[tokio::test]
async fn nobody_has_a_session_and_is_told_so_politely() {
    let session = Product::shared().await.api().get("/auth/session").await.expect(200);
    assert_eq!(session["valid"], false);
    assert!(session["error_code"].is_string() || session.get("error_code").is_none(), "{session}");
}

#[tokio::test]
async fn guessable_short_and_endless_passwords_are_refused() {
    let api = Product::shared().await.api();
    let email = format!("weak.{}@example.com", crate::harness::unique());
    let endless = "x".repeat(300_000);
    for password in ["short", "passwordpassword", &email, &endless] {
        api.post("/auth/register", &json!({ "email": email, "password": password }))
            .await
            .refused("WEAK_PASSWORD", 400);
    }
}
