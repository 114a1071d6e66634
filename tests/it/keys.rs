//! Signing keys, seen to at the command line while the product runs.

use serde_json::{Value, json};

use crate::harness::{Judge, Person, Product, claims_of, eventually};

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
