//! `guildhall admin …`: the operator's way into the back office.

use serde_json::json;

use crate::harness::{Ending, Person, Product, claims_of, run_to_its_end, unique};

#[track_caller]
fn done(ending: Ending) -> String {
    assert_eq!(ending.code, Some(0), "{}", ending.said);
    ending.said
}

#[track_caller]
fn refused(ending: &Ending, code: i32, words: &str) {
    assert_eq!(ending.code, Some(code), "{}", ending.said);
    assert!(ending.said.contains(words), "{words} is missing: {}", ending.said);
}

#[tokio::test]
async fn a_new_administrator_is_made_with_one_setup_link_and_listed() {
    let product = Product::shared().await;
    let email = format!("operator.{}@example.com", unique());
    let said = done(product.operate(&["admin", "create", "--email", &email]).await);
    let links: Vec<_> = said.lines().filter(|line| line.contains("/reset-password?token=")).collect();
    assert_eq!(links.len(), 1, "{said}");
    let token = links[0].strip_prefix("https://acceptance.test/reset-password?token=").expect("the public URL");
    assert_eq!(token.len(), 43);
    let listed = done(product.operate(&["admin", "list"]).await);
    let line = listed.lines().find(|line| line.starts_with(&email)).expect("a line");
    assert!(line.contains("system_admin") && line.contains("no password yet"), "{line}");
    for password in ["", "a phrase that nobody has chosen"] {
        let answer = product.api().post("/auth/login", &json!({ "email": email, "password": password })).await;
        assert!(answer.status >= 400, "{answer:?}");
    }
    assert!(!product.log().contains(token), "the link is no matter for the log");
}

#[tokio::test]
async fn an_account_that_is_there_only_gets_the_role() {
    let product = Product::shared().await;
    let mut alice = Person::verified(&product.api(), "alice").await;
    let said = done(product.operate(&["admin", "create", "--email", &alice.email, "--role", "super_admin"]).await);
    assert!(said.contains("its password stays as it is") && !said.contains("token="), "{said}");
    alice.refresh(json!({})).await;
    alice.get("/admin/users").await.expect(200);
    done(product.operate(&["admin", "revoke", "--email", &alice.email, "--role", "super_admin"]).await);
    let answer = alice.get("/admin/users").await;
    assert!(["FORBIDDEN", "TOKEN_REVOKED", "TOKEN_STALE"].contains(&answer.code()), "{answer:?}");
}

#[tokio::test]
async fn the_last_system_admin_stays_by_every_way() {
    let product = Product::own(&[]).await;
    let mut alice = Person::verified(&product.api(), "alice").await;
    product.make_administrator(&mut alice, "system_admin").await;
    let revoke = product.operate(&["admin", "revoke", "--email", &alice.email, "--role", "system_admin"]).await;
    refused(&revoke, 4, "last active system administrator");
    let deletion = json!({ "password": crate::harness::PASSWORD, "confirmation": "DELETE" });
    let path = "/me/account";
    let token = Some(alice.access_token.as_str());
    alice.api.json(reqwest::Method::DELETE, path, token, Some(&deletion)).await.refused("CONFLICT", 409);
    alice.get("/admin/users").await.expect(200);
}

#[tokio::test]
async fn another_epoch_is_begun_and_tokens_are_of_it_from_then_on() {
    let product = Product::own(&[]).await;
    let mut alice = Person::registered(&product.api(), "alice").await;
    let former = claims_of(&alice.access_token)["asof"]["e"].clone();
    let said = done(product.operate(&["epoch", "renew"]).await);
    let present = said.lines().find_map(|line| line.strip_prefix("epoch ")).expect("its name").trim().to_owned();
    alice.refresh(json!({})).await;
    assert_eq!(claims_of(&alice.access_token)["asof"]["e"], present.as_str());
    assert_ne!(former, present.as_str());
    alice.get("/auth/session").await.expect(200);
}

#[tokio::test]
async fn what_cannot_be_done_is_said() {
    let product = Product::shared().await;
    refused(
        &product.operate(&["admin", "grant", "--email", "nobody@example.com", "--role", "super_admin"]).await,
        3,
        "no account",
    );
    refused(
        &product.operate(&["admin", "create", "--email", "x@example.com", "--role", "king"]).await,
        2,
        "system_admin or super_admin",
    );
    refused(&product.operate(&["admin", "create", "--email", "not an address"]).await, 2, "--email");
    refused(&run_to_its_end(&["admin", "list"], &[]).await, 1, "guildhall migrate");
}
