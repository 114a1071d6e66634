//! Passwords and addresses that change, and what ends with them.

use serde_json::json;

use crate::harness::{PASSWORD, Person, Product, Team, claims_of, secret_mailed_to, unique};

const NEW_PASSWORD: &str = "eleven kites over the marsh";

async fn api() -> crate::harness::Api {
    Product::shared().await.api()
}

async fn reset_password(person: &Person) {
    person.api.post("/auth/password/reset-request", &json!({ "email": person.email })).await.expect(200);
    let token = secret_mailed_to(&person.api, &person.email, "reset-password?token=").await;
    let choice = json!({ "token": token, "new_password": NEW_PASSWORD });
    person.api.post("/auth/password/reset", &choice).await.expect(200);
    person.api.post("/auth/password/reset", &choice).await.refused("LINK_INVALID", 400);
}

async fn log_in(person: &Person, email: &str, password: &str) -> crate::harness::Answer {
    person.api.post("/auth/login", &json!({ "email": email, "password": password })).await
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_mail() {
    let alice = Person::verified(&api().await, "alice").await;
    reset_password(&alice).await;
    alice
        .api
        .post("/auth/refresh", &json!({ "refresh_token": alice.refresh_token }))
        .await
        .refused("TOKEN_REVOKED", 401);
    log_in(&alice, &alice.email, PASSWORD).await.refused("INVALID_CREDENTIALS", 401);
    let answer = log_in(&alice, &alice.email, NEW_PASSWORD).await.expect(200);
    assert_eq!(
        (&answer["user"]["id"], &answer["organization"]["id"]),
        (&json!(alice.user_id), &json!(alice.personal_id))
    );
}

#[tokio::test]
async fn a_changed_password_goes_on_in_a_new_session_and_ends_the_others() {
    let alice = Person::verified(&api().await, "alice").await;
    let elsewhere = log_in(&alice, &alice.email, PASSWORD).await.expect(200);
    let wrong = json!({ "current_password": "something else entirely", "new_password": NEW_PASSWORD });
    alice.post("/auth/password/change", wrong).await.refused("INVALID_CREDENTIALS", 401);
    let weak = json!({ "current_password": PASSWORD, "new_password": "passwordpassword" });
    alice.post("/auth/password/change", weak).await.refused("WEAK_PASSWORD", 400);

    let choice = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    let answer = alice.post("/auth/password/change", choice).await;
    assert!(answer.header("guildhall-position").unwrap().starts_with("i:"), "{answer:?}");
    let tokens = answer.expect(200)["tokens"].clone();
    let session = |token: &str| claims_of(token)["sid"].clone();
    assert_ne!(session(tokens["access_token"].as_str().unwrap()), session(&alice.access_token));
    for ended in [&json!(alice.refresh_token), &elsewhere["tokens"]["refresh_token"]] {
        alice.api.post("/auth/refresh", &json!({ "refresh_token": ended })).await.refused("TOKEN_REVOKED", 401);
    }
    alice.api.post("/auth/refresh", &json!({ "refresh_token": tokens["refresh_token"] })).await.expect(200);
}

#[tokio::test]
async fn a_new_address_takes_over_when_its_mail_is_read_and_fellow_members_see_it() {
    let mut alice = Person::verified(&api().await, "alice").await;
    let acme = Team::of(&alice).await;
    let new_email = format!("alice.new.{}@example.com", unique());
    let wish = json!({ "new_email": new_email, "current_password": PASSWORD });
    alice.post("/auth/email/change", wish).await.expect(200);
    let token = secret_mailed_to(&alice.api, &new_email, "confirm-email?token=").await;
    log_in(&alice, &new_email, PASSWORD).await.refused("INVALID_CREDENTIALS", 401);

    let changed = alice.api.post("/auth/email/confirm", &json!({ "token": token })).await.expect(200);
    assert_eq!((&changed["user"]["email"], &changed["user"]["email_verified"]), (&json!(new_email), &json!(true)));
    log_in(&alice, &alice.email, PASSWORD).await.refused("INVALID_CREDENTIALS", 401);
    alice.refresh(json!({})).await;
    assert_eq!(claims_of(&alice.access_token)["email"], new_email);
    crate::harness::eventually("the new address in the team", async || {
        let members = acme.members(&alice).await;
        (members[0]["user"]["email"] == new_email.as_str()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn whoever_squatted_on_an_address_keeps_nothing_of_it() {
    let api = api().await;
    let (squatter, bob) = (Person::registered(&api, "victim").await, Person::verified(&api, "bob").await);
    let acme = Team::of(&bob).await;
    acme.admit(&bob, &[&squatter]).await;
    let heir = json!({ "new_owner_id": squatter.user_id });
    bob.post(&acme.path("/transfer-ownership"), heir).await.expect(200);
    assert_eq!(acme.owners(&bob).await, std::slice::from_ref(&squatter.user_id));

    reset_password(&squatter).await;
    let answer = log_in(&squatter, &squatter.email, NEW_PASSWORD).await.expect(200);
    let victim = Person::signed_in(&api, squatter.email.clone(), &answer);
    assert_ne!(victim.user_id, squatter.user_id);
    assert_ne!(victim.personal_id, squatter.personal_id);
    assert_eq!(victim.organizations().await.len(), 1);
    log_in(&squatter, &squatter.email, PASSWORD).await.refused("INVALID_CREDENTIALS", 401);
    api.post("/auth/refresh", &json!({ "refresh_token": squatter.refresh_token })).await.refused("TOKEN_INVALID", 401);
    // The team goes to whoever has been there longest.
    crate::harness::eventually("another owner", async || {
        (acme.owners(&bob).await == [bob.user_id.clone()]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn names_are_changed_and_seen_by_fellow_members_and_everything_can_be_exported() {
    let alice = Person::verified(&api().await, "alice").await;
    let acme = Team::of(&alice).await;
    alice.post(&acme.path("/invitations"), json!({ "email": "friend@example.com" })).await.expect(201);
    let path = "/auth/me";
    let body = json!({ "display_name": "Alice A.", "last_name": null });
    let changed =
        alice.api.json(reqwest::Method::PATCH, path, Some(&alice.access_token), Some(&body)).await.expect(200);
    assert_eq!((&changed["display_name"], &changed["user_id"]), (&json!("Alice A."), &json!(alice.user_id)));
    crate::harness::eventually("the new name in the team", async || {
        (acme.members(&alice).await[0]["user"]["display_name"] == "Alice A.").then_some(())
    })
    .await;

    let export = alice.get("/me/export").await.expect(200);
    assert_eq!((&export["user"]["id"], &export["user"]["email"]), (&json!(alice.user_id), &json!(alice.email)));
    assert_eq!(export["organizations"].as_array().unwrap().len(), 2);
    assert_eq!(export["invitations_sent"][0]["email"], "friend@example.com");
    assert_eq!(export["sessions"].as_array().unwrap().len(), 1);
    let did = |action: &str| export["actions"].as_array().unwrap().iter().any(|entry| entry["action"] == action);
    assert!(did("organization.created"), "{export}");
    let text = export.to_string();
    assert!(!text.contains("token") && !text.contains("argon2"), "no secret, not even hashed: {text}");
}
