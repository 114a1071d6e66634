//! Deleting an account.

use serde_json::{Value, json};

use crate::harness::{Answer, PASSWORD, Person, Product, Team, eventually};

async fn delete_account(person: &Person, body: Value) -> Answer {
    let token = Some(person.access_token.as_str());
    person.api.json(reqwest::Method::DELETE, "/me/account", token, Some(&body)).await
}

async fn really_delete_account(person: &Person) -> Answer {
    delete_account(person, json!({ "password": PASSWORD, "confirmation": "DELETE" })).await
}

#[tokio::test]
async fn a_sole_owner_with_other_members_cannot_delete_the_account() {
    let api = Product::shared().await.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::registered(&api, "bob"));
    let (blocking, alone) = (Team::of(&alice).await, Team::of(&alice).await);
    blocking.admit(&alice, &[&bob]).await;

    let details = really_delete_account(&alice).await.refused("SOLE_OWNER", 409);
    let named = details["organizations"].as_array().unwrap();
    assert_eq!(named.len(), 1, "{details}");
    assert_eq!((&named[0]["id"], &named[0]["slug"]), (&json!(blocking.id), &json!(blocking.slug)));
    assert_eq!(named[0]["name"], "Acme");

    let login = json!({ "email": alice.email, "password": PASSWORD });
    api.post("/auth/login", &login).await.expect(200);
    assert_eq!(alice.organizations().await.len(), 3, "nothing has changed");
    alice.get(&alone.path("")).await.expect(200);

    blocking.make(&alice, &bob, "owner").await;
    really_delete_account(&alice).await.expect(204);
    assert_eq!(blocking.owners(&bob).await, [bob.user_id.as_str()]);
    assert_eq!(blocking.members(&bob).await.len(), 1);
    api.post("/auth/login", &login).await.refused("INVALID_CREDENTIALS", 401);
    let refresh = json!({ "refresh_token": alice.refresh_token });
    assert_eq!(api.post("/auth/refresh", &refresh).await.status, 401);
    eventually("her session is over everywhere", async || {
        let answer = alice.get(&alone.path("")).await;
        // Organizations let her go first: the organization is gone, and what her token says of it is out of date.
        let is_refused = ["ORGANIZATION_NOT_FOUND", "TOKEN_STALE", "TOKEN_REVOKED"].contains(&answer.code());
        assert!(is_refused, "{answer:?}");
        (answer.code() == "TOKEN_REVOKED").then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_address_can_sign_up_anew_after_its_account_is_deleted() {
    let api = Product::shared().await.api();
    let alice = Person::registered(&api, "alice").await;
    really_delete_account(&alice).await.expect(204);
    let again = api.post("/auth/register", &json!({ "email": alice.email, "password": PASSWORD })).await.expect(201);
    assert_ne!(again["user"]["id"], alice.user_id);
    assert_ne!(again["organization"]["id"], alice.personal_id);
}

#[tokio::test]
async fn an_account_is_deleted_only_by_somebody_who_means_it() {
    let alice = Person::registered(&Product::shared().await.api(), "alice").await;
    let wrong = json!({ "password": "not the password of anybody", "confirmation": "DELETE" });
    let refused = delete_account(&alice, wrong).await;
    assert_eq!(refused.code(), "INVALID_CREDENTIALS", "{refused:?}");
    let careless = json!({ "password": PASSWORD, "confirmation": "yes" });
    let details = delete_account(&alice, careless).await.refused("VALIDATION_ERROR", 400);
    assert_eq!(details["fields"][0]["field"], "confirmation");
    alice.get("/auth/me").await.expect(200);
}
