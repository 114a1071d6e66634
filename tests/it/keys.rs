//! Signing keys, seen to at the command line while the product runs.

use serde_json::{Value, json};

use crate::harness::{
    Databases, Judge, PASSWORD, Person, Product, Team, claims_of, ended, eventually, sql_of_the_runbook,
};

async fn keys(product: &Product) -> Vec<Value> {
    let listed = product.operate(&["keys", "list", "--json"]).await;
    assert_eq!(listed.code, Some(0), "{}", listed.said);
    let listed: Value = serde_json::from_str(&listed.said).expect("JSON");
    listed["keys"].as_array().unwrap().clone()
}

async fn published(product: &Product) -> Vec<Value> {
    let set = product.api().get("/.well-known/jwks.json").await.expect(200);
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect()
}

fn in_state(keys: &[Value], state: &str) -> Value {
    keys.iter().find(|key| key["state"] == state).unwrap_or_else(|| panic!("no {state} key: {keys:?}"))["key_id"]
        .clone()
}

#[tokio::test]
async fn before_identitys_first_start_there_is_no_key_to_rotate() {
    let databases = Databases::unmade();
    ended(&databases.operate(&["migrate"], &[]).await, 0);
    let early = databases.operate(&["keys", "rotate", "--now"], &[]).await;
    assert!(ended(&early, 4).contains("at its first start"), "{}", early.said);
}

#[tokio::test]
async fn a_rotation_is_followed_without_a_restart_and_old_tokens_stay_good() {
    let product = Product::own(&[]).await;
    let mut alice = Person::registered(&product.api(), "alice").await;
    let old_token = alice.access_token.clone();
    let before = keys(&product).await;
    let (active, next) = (in_state(&before, "active"), in_state(&before, "next"));
    assert!(published(&product).await.contains(&next), "the next key is known before it signs");

    let refused = product.operate(&["keys", "rotate"]).await;
    assert_eq!(refused.code, Some(4), "{}", refused.said);
    assert!(refused.said.contains("--now"), "{}", refused.said);
    let rotated = product.operate(&["keys", "rotate", "--now"]).await;
    assert_eq!(rotated.code, Some(0), "{}", rotated.said);

    eventually("tokens of the new key", async || {
        alice.refresh(json!({})).await;
        (kid(&alice.access_token) == next).then_some(())
    })
    .await;
    alice.get("/auth/me").await.expect(200);
    let old = Person { access_token: old_token.clone(), ..alice.clone() };
    old.get("/auth/me").await.expect(200);
    old.get("/me/orgs").await.expect(200);
    assert_eq!(published(&product).await.len(), 3);
    let judge = Judge::of(&product).await;
    for token in [&old_token, &alice.access_token] {
        assert_eq!(judge.verdict(token)["valid"], true);
    }

    let too_early = product.operate(&["keys", "retire", active.as_str().unwrap()]).await;
    assert_eq!(too_early.code, Some(4), "{}", too_early.said);
    let retired = product.operate(&["keys", "retire", active.as_str().unwrap(), "--now"]).await;
    assert_eq!(retired.code, Some(0), "{}", retired.said);
    let again = product.operate(&["keys", "retire", active.as_str().unwrap(), "--now"]).await;
    assert_eq!(again.code, Some(0), "whoever repeats it is told the same: {}", again.said);
    eventually("the retired key is gone", async || (!published(&product).await.contains(&active)).then_some(())).await;
    eventually("its tokens are refused", async || (old.get("/me/orgs").await.status == 401).then_some(())).await;
    assert!(claims_of(&alice.access_token)["sid"].is_string());
    alice.get("/me/orgs").await.expect(200);
}

fn kid(token: &str) -> Value {
    use base64::Engine;
    let header = token.split('.').next().unwrap();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].clone()
}

#[tokio::test]
async fn keys_are_not_opened_with_another_encryption_key() {
    let product = Product::own(&[]).await;
    let other = [("GUILDHALL_ENCRYPTION_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")];
    let refused = product.operate_with(&["keys", "list"], &other).await;
    assert_eq!(refused.code, Some(1), "{}", refused.said);
    assert!(refused.said.contains("GUILDHALL_ENCRYPTION_KEY"), "{}", refused.said);
}

#[tokio::test]
async fn a_leaked_encryption_key_is_changed_as_the_runbook_says() {
    let mut product = Product::own(&[]).await;
    let alice = Person::verified(&product.api(), "alice").await;
    let team = Team::of(&alice).await;
    let invited = alice.post(&team.path("/invitations"), json!({ "email": "friend@example.com" })).await.expect(201);
    let link = format!("/invitations/{}", invited["token"].as_str().unwrap());
    product.api().get(&link).await.expect(200);

    product.stop().await;
    product.set("GUILDHALL_ENCRYPTION_KEY", Some("ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="));
    product.start_again_and_die().await;
    for (service, sql) in ["identity", "invitations"].into_iter().zip(sql_of_the_runbook("leaked-signing-key.md")) {
        let storage = product.storage(service).await;
        let unknown = "sha256(convert_to(gen_random_uuid()::text, 'UTF8'))";
        let sql = if storage.is_postgres() { sql } else { sql.replace(unknown, "randomblob(32)") };
        storage.execute(&sql).await;
    }
    product.start_again().await;
    let renewed = product.operate(&["epoch", "renew"]).await;
    assert_eq!(renewed.code, Some(0), "{}", renewed.said);

    let api = product.api();
    alice.at(&api).get("/auth/me").await.refused("TOKEN_INVALID", 401);
    let refresh = json!({ "refresh_token": alice.refresh_token });
    api.post("/auth/refresh", &refresh).await.refused("TOKEN_INVALID", 401);
    // The secret of a mail that was sent leads nowhere until the invitation is sent again.
    api.get(&link).await.refused("INVITE_NOT_FOUND", 404);
    let login = json!({ "email": alice.email, "password": PASSWORD });
    let answer = api.post("/auth/login", &login).await.expect(200);
    let alice = Person::signed_in(&api, alice.email, &answer);
    let resend = team.path(&format!("/invitations/{}/resend", invited["id"].as_str().unwrap()));
    let again = alice.post_bare(&resend).await.expect(200);
    api.get(&format!("/invitations/{}", again["token"].as_str().unwrap())).await.expect(200);
}
