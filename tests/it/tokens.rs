//! Access tokens judged by a program that knows the published keys and asks nobody.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::harness::{Judge, Person, Product, Team, eventually};

#[tokio::test]
async fn a_token_is_verified_while_the_product_is_down() {
    let mut product = Product::own(&[]).await;
    let mut bob = Person::registered(&product.api(), "bob").await;
    let team = Team::of(&bob).await;
    bob.act_for_on_plan(&team.id, "none").await;
    let judge = Judge::of(&product).await;
    product.stop().await;

    let verdict = judge.verdict(&bob.access_token);
    assert_eq!((&verdict["valid"], &verdict["user_id"]), (&json!(true), &json!(bob.user_id)), "{verdict}");
    assert_eq!((&verdict["organization_id"], &verdict["organization_slug"]), (&json!(team.id), &json!(team.slug)));
    assert_eq!((&verdict["org_role"], &verdict["roles"]), (&json!("owner"), &json!(["org_owner"])));
    assert_eq!(verdict["subscription"]["status"], "none");
}

#[tokio::test]
async fn a_forged_token_is_refused() {
    let product = Product::shared().await;
    let bob = Person::registered(&product.api(), "bob").await;
    let parts: Vec<_> = bob.access_token.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { panic!("a token has three parts") };

    let promoted = altered(claims, "roles", json!(["system_admin"]));
    let longer = altered(claims, "exp", json!(4_000_000_000_u64));
    let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    let other_signature = if signature.starts_with('A') { "B" } else { "A" }.to_owned() + &signature[1..];
    let forged = [
        format!("{header}.{promoted}.{signature}"),
        format!("{header}.{longer}.{signature}"),
        format!("{header}.{claims}.{other_signature}"),
        format!("{unsigned}.{promoted}."),
        format!("{}.{claims}.{signature}", altered(header, "crit", json!(["exp"]))),
        format!("{header}.{claims}"),
        bob.refresh_token.clone(),
        "not a token".to_owned(),
    ];
    let judge = Judge::of(product).await;
    let tokens: Vec<_> = forged.iter().map(String::as_str).collect();
    for (token, verdict) in tokens.iter().zip(judge.verdicts(&tokens)) {
        assert_eq!((&verdict["valid"], &verdict["reason"]), (&json!(false), &json!("TOKEN_INVALID")), "{token}");
        let forger = Person { access_token: (*token).to_owned(), ..bob.clone() };
        forger.get("/me/orgs").await.refused("TOKEN_INVALID", 401);
        let session = forger.get("/auth/session").await.expect(200);
        assert_eq!((&session["valid"], &session["error_code"]), (&json!(false), &json!("TOKEN_INVALID")));
    }
    assert_eq!(judge.verdict(&bob.access_token)["valid"], true);
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let product = Product::own(&[("GUILDHALL_ACCESS_TOKEN_SECONDS", "1")]).await;
    let mut bob = Person::registered(&product.api(), "bob").await;
    let judge = Judge::of(&product).await;
    assert_eq!(judge.verdict(&bob.access_token)["valid"], true, "a young token is good");

    let verdict = eventually("the token expires", async || {
        let verdict = judge.verdict(&bob.access_token);
        (verdict["valid"] == false).then_some(verdict)
    })
    .await;
    assert_eq!(verdict["reason"], "TOKEN_EXPIRED");
    bob.get("/me/orgs").await.refused("TOKEN_EXPIRED", 401);
    assert_eq!(bob.get("/auth/session").await.expect(200)["error_code"], "TOKEN_EXPIRED");
    bob.refresh(json!({})).await;
    bob.get("/me/orgs").await.expect(200);
}

#[tokio::test]
async fn a_token_of_another_deployment_is_refused() {
    let (here, elsewhere) = (Product::shared().await, Product::own(&[]).await);
    assert_eq!(here.issuer(), elsewhere.issuer(), "only the keys differ");
    let foreigner = Person::registered(&elsewhere.api(), "foreigner").await;
    let verdict = Judge::of(here).await.verdict(&foreigner.access_token);
    assert_eq!((&verdict["valid"], &verdict["reason"]), (&json!(false), &json!("TOKEN_INVALID")));
    foreigner.at(&here.api()).get("/me/orgs").await.refused("TOKEN_INVALID", 401);
}

#[tokio::test]
async fn a_token_for_another_app_has_that_audience() {
    let product = Product::shared().await;
    let mut bob = Person::registered(&product.api(), "bob").await;
    bob.refresh(json!({ "app_code": "auth-client-demo" })).await;
    bob.get("/me/orgs").await.expect(200);
    let verdict = Judge::of(product).await.verdict(&bob.access_token);
    assert_eq!(verdict["reason"], "TOKEN_INVALID", "who trusts one app does not trust the other");
    let unknown = json!({ "refresh_token": bob.refresh_token, "app_code": "nobodys-app" });
    let details = bob.api.post("/auth/refresh", &unknown).await.refused("VALIDATION_ERROR", 400);
    assert_eq!(details["fields"][0]["field"], "app_code");
    bob.refresh(json!({})).await;
}

/// A part of a token with one member changed.
fn altered(part: &str, member: &str, value: Value) -> String {
    let mut json: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    json[member] = value;
    URL_SAFE_NO_PAD.encode(json.to_string())
}
