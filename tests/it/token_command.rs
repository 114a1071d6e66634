//! `guildhall token inspect`: what a token says, and whether it is good.

use std::io::Write;
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::harness::{Person, Product, Team, eventually, json_lines};

/// Gives the token on standard input; how it ended and everything that was printed.
async fn inspect(product: &Product, token: &str, arguments: &[&str]) -> (i32, String) {
    let mut command = product.command(&[&["token", "inspect"], arguments].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    child.stdin.take().expect("its input").write_all(token.as_bytes()).expect("it reads");
    let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().expect("its output");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().expect("it ends by itself"), String::from_utf8(said).unwrap())
}

async fn verdict(product: &Product, token: &str, arguments: &[&str]) -> (i32, Value) {
    let (code, said) = inspect(product, token, &[arguments, &["--output", "json"]].concat()).await;
    let told = json_lines(&said).pop().unwrap_or_else(|| panic!("{said}"));
    (code, told["verdict"].clone())
}

fn is(code: i32, word: &str) -> (i32, Value) {
    (code, json!(word))
}

#[tokio::test]
async fn a_token_is_explained_and_never_repeated() {
    let product = Product::shared().await;
    let alice = Person::registered(&product.api(), "alice").await;
    let token = &alice.access_token;
    let signature = token.rsplit('.').next().unwrap();
    let (code, said) = inspect(product, &format!("Bearer {token}\n"), &["--output", "json"]).await;
    assert_eq!(code, 0, "{said}");
    let told = json_lines(&said).remove(0);
    assert_eq!(told["verdict"], "valid", "{told}");
    assert_eq!((&told["changes_looked_at"], &told["issuer_compared"]), (&json!(true), &json!(true)));
    assert_eq!((&told["claims"]["sub"], &told["header"]["alg"]), (&json!(alice.user_id), &json!("EdDSA")));
    assert_eq!(told["lifetime_seconds"], 300);
    let (code, text) = inspect(product, token, &[]).await;
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("lifetime                5 min 0 s") && text.contains("verdict                 valid"),
        "{text}"
    );
    for said in [said, text] {
        assert!(!said.contains(signature) && !said.contains(token), "{said}");
    }
    let given = product.operate(&["token", "inspect", token]).await;
    assert_eq!(given.code, Some(0), "{}", given.said);
}

#[tokio::test]
async fn a_token_that_is_no_good_is_said_to_be_so_in_one_word() {
    let product = Product::shared().await;
    let alice = Person::registered(&product.api(), "alice").await;
    let token = &alice.access_token;
    let parts: Vec<&str> = token.split('.').collect();
    let claims = String::from_utf8(URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    let forged = claims.replace(&alice.email, &format!("x{}", &alice.email[1..]));
    let forged = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(forged), parts[2]);
    assert_eq!(verdict(product, &forged, &[]).await, is(4, "bad_signature"));
    let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt","kid":"a"}"#);
    assert_eq!(verdict(product, &format!("{unsigned}.{}.", parts[1]), &[]).await, is(4, "malformed"));
    assert_eq!(verdict(product, token, &["--issuer", "https://elsewhere.example"]).await, is(4, "wrong_issuer"));
    for nothing in ["", "no token", "a.b.c", "a.b"] {
        let (code, said) = inspect(product, nothing, &[]).await;
        assert!(code == 2 && said.contains("no access token"), "{nothing}: {code} {said}");
    }
}

#[tokio::test]
async fn what_was_taken_away_since_is_found_out() {
    let product = Product::own(&[]).await;
    let api = product.api();
    let (mut alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::registered(&api, "bob"));
    let team = Team::of(&alice).await;
    alice.act_for(&team.id).await;
    for token in [&alice.access_token, &bob.access_token] {
        assert_eq!(verdict(&product, token, &[]).await, is(0, "valid"));
    }
    let suspended = product.operate(&["org", "suspend", &team.id]).await;
    assert_eq!(suspended.code, Some(0), "{}", suspended.said);
    assert_eq!(verdict(&product, &alice.access_token, &[]).await, is(4, "stale"));
    assert_eq!(verdict(&product, &bob.access_token, &[]).await, is(0, "valid"), "it is of no concern to others");
    let signed_out = product.operate(&["user", "sign-out", &bob.email]).await;
    assert_eq!(signed_out.code, Some(0), "{}", signed_out.said);
    assert_eq!(verdict(&product, &bob.access_token, &[]).await, is(4, "revoked"));

    let carol = Person::registered(&api, "carol").await;
    assert_eq!(product.operate(&["epoch", "renew"]).await.code, Some(0));
    assert_eq!(verdict(&product, &carol.access_token, &[]).await, is(4, "stale"));
}

#[tokio::test]
async fn a_key_set_serves_where_the_databases_cannot_be_reached() {
    let product = Product::own(&[]).await;
    let alice = Person::registered(&product.api(), "alice").await;
    let token = &alice.access_token;
    let url = format!("{}/.well-known/jwks.json", product.address());
    let jwks = eventually("the keys are published", async || {
        reqwest::get(&url).await.ok()?.error_for_status().ok()?.text().await.ok()
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let (good, other) = (folder.path().join("jwks.json"), folder.path().join("other.json"));
    std::fs::write(&good, &jwks).unwrap();
    let mut keys: Value = serde_json::from_str(&jwks).unwrap();
    for key in keys["keys"].as_array_mut().unwrap() {
        key["kid"] = json!("another");
        key["x"] = json!("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    }
    keys["keys"].as_array_mut().unwrap().truncate(1);
    std::fs::write(&other, keys.to_string()).unwrap();
    for place in [url.as_str(), good.to_str().unwrap()] {
        assert_eq!(verdict(&product, token, &["--keys", place]).await, is(0, "valid"), "{place}");
    }
    assert_eq!(verdict(&product, token, &["--keys", other.to_str().unwrap()]).await, is(4, "unknown_key"));
    assert_eq!(inspect(&product, token, &["--keys", "/nowhere/jwks.json"]).await.0, 3);
    assert_eq!(inspect(&product, token, &["--keys", "https://accounts.example.com/jwks"]).await.0, 2);

    let nothing = tempfile::tempdir().unwrap();
    let settings = [("GUILDHALL_DATABASE_URL", ""), ("GUILDHALL_DATA_DIR", nothing.path().to_str().unwrap())];
    let untold = product.operate_with(&["token", "inspect", token, "--output", "json"], &settings).await;
    assert_eq!(untold.code, Some(1), "{}", untold.said);
    assert_eq!(json_lines(&untold.said)[0]["verdict"], "unknown", "{}", untold.said);
}
