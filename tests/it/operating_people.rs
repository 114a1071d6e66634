//! `guildhall user …`: what an operator does to accounts, beside a product that is served and while it is not.

use serde_json::{Value, json};

use crate::harness::{
    PASSWORD, Person, Product, Team, ended, eventually, json_lines, refused_at_once, suspended_at_once,
};

/// The one object that a command prints.
async fn told(product: &Product, arguments: &[&str]) -> Value {
    let ending = product.operate(&[arguments, &["--output", "json"]].concat()).await;
    json_lines(ended(&ending, 0)).pop().expect("an object")
}

async fn log_in(person: &Person, password: &str) -> u16 {
    person.api.post("/auth/login", &json!({ "email": person.email, "password": password })).await.status
}

async fn entries(product: &Product, action: &str) -> Vec<Value> {
    let arguments = ["audit", "tail", "--output", "json", "--action", action, "--actor", "operator"];
    json_lines(ended(&product.operate(&arguments).await, 0))
}

#[tokio::test]
async fn an_account_is_suspended_at_the_command_line_and_taken_back_into_use() {
    let product = Product::own(&[]).await;
    let bob = Person::verified(&product.api(), "bob").await;
    let suspended = told(&product, &["user", "suspend", &bob.email, "--reason", "chargebacks", "--wait", "60"]).await;
    assert_eq!(suspended, json!({ "user_id": bob.user_id, "status": "suspended" }));
    suspended_at_once(&product, &bob).await;
    assert_eq!(log_in(&bob, PASSWORD).await, 401);
    let entry = entries(&product, "user.suspended").await.pop().expect("an entry");
    assert_eq!((&entry["target_id"], &entry["reason"]), (&json!(bob.user_id), &json!("chargebacks")));
    assert!(entry["user_agent"].as_str().unwrap().starts_with("cli:"), "{entry}");

    let listed = product.operate(&["user", "list", "--status", "suspended", "--output", "json"]).await;
    assert_eq!(json_lines(ended(&listed, 0)).iter().map(|one| &one["id"]).collect::<Vec<_>>(), [&json!(bob.user_id)]);
    let again = told(&product, &["user", "suspend", &bob.user_id]).await;
    assert_eq!(again["status"], "suspended", "again changes nothing");
    assert_eq!(told(&product, &["user", "unsuspend", &bob.email]).await["status"], "active");
    assert_eq!(log_in(&bob, PASSWORD).await, 200);
    assert_eq!(entries(&product, "user.reactivated").await.len(), 1);
}

#[tokio::test]
async fn what_is_begun_while_nothing_is_served_is_finished_at_the_next_start() {
    let mut product = Product::own(&[]).await;
    let (alice, bob) = {
        let api = product.api();
        tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"))
    };
    product.stop().await;
    let suspended = told(&product, &["user", "suspend", &alice.email, "--wait", "0"]).await;
    assert_eq!(suspended["status"], "suspending");
    let delete = ["user", "delete", &bob.email, "--yes-i-know-what-im-doing", "--wait", "0"];
    assert_eq!(told(&product, &delete).await["status"], "departing");
    product.start_again().await;
    eventually("the suspension is finished", async || {
        (told(&product, &["user", "show", &alice.email]).await["status"] == "suspended").then_some(())
    })
    .await;
    eventually("the account is deleted", async || {
        (product.operate(&["user", "show", &bob.user_id]).await.code == Some(3)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_only_owner_is_neither_suspended_nor_deleted_and_the_organization_is_named() {
    let product = Product::own(&[]).await;
    let api = product.api();
    let (mut alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    let team = Team::of(&alice).await;
    team.admit(&alice, &[&bob]).await;
    for arguments in [
        &["user", "delete", &alice.email, "--yes-i-know-what-im-doing"][..],
        &["user", "suspend", &alice.email, "--wait", "60"],
    ] {
        let refused = product.operate(arguments).await;
        assert!(ended(&refused, 4).contains(&team.slug), "{}", refused.said);
        assert_eq!(told(&product, &["user", "show", &alice.email]).await["status"], "active");
    }
    assert_eq!(log_in(&alice, PASSWORD).await, 200);
    // Her tokens ended when either was begun; her sessions did not.
    alice.refresh(json!({})).await;

    let unsure = product.operate(&["user", "delete", &alice.email, "--hand-over"]).await;
    assert!(ended(&unsure, 2).contains("--yes-i-know-what-im-doing"), "{}", unsure.said);
    let hand_over =
        ["user", "delete", &alice.email, "--hand-over", "--reason", "has died", "--yes-i-know-what-im-doing"];
    told(&product, &hand_over).await;
    refused_at_once(&product, &alice, "TOKEN_REVOKED").await;
    ended(&product.operate(&["user", "show", &alice.user_id]).await, 3);
    let owners = eventually("the team has another owner", async || {
        let owners = team.owners(&bob).await;
        (owners != [alice.user_id.clone()] && !owners.is_empty()).then_some(owners)
    })
    .await;
    assert!(owners.iter().eq([&bob.user_id]), "{owners:?}");
    let entry = entries(&product, "user.deletion_begun").await.pop().expect("an entry");
    assert_eq!((&entry["target_id"], &entry["reason"]), (&json!(alice.user_id), &json!("has died")));
}

#[tokio::test]
async fn an_account_that_nothing_holds_is_deleted() {
    let product = Product::shared().await;
    let bob = Person::verified(&product.api(), "bob").await;
    let delete = ["user", "delete", &bob.email, "--yes-i-know-what-im-doing", "--wait", "60"];
    assert_eq!(told(product, &delete).await["status"], "deleted");
    ended(&product.operate(&["user", "show", &bob.email]).await, 3);
    assert_eq!(log_in(&bob, PASSWORD).await, 401);
    ended(&product.operate(&delete).await, 3);
}

#[tokio::test]
async fn the_last_system_admin_is_neither_suspended_nor_deleted() {
    let product = Product::own(&[]).await;
    let mut alice = Person::verified(&product.api(), "alice").await;
    product.make_administrator(&mut alice, "system_admin").await;
    for arguments in [
        &["user", "suspend", &alice.email][..],
        &["user", "delete", &alice.email, "--yes-i-know-what-im-doing"],
        &["user", "delete", &alice.email, "--hand-over", "--yes-i-know-what-im-doing"],
    ] {
        let refused = product.operate(arguments).await;
        assert!(ended(&refused, 4).contains("last active system administrator"), "{}", refused.said);
    }
    alice.get("/admin/users").await.expect(200);
}

#[tokio::test]
async fn a_link_of_the_operators_sets_another_password_once() {
    let product = Product::shared().await;
    let api = product.api();
    let (alice, mallory) = tokio::join!(Person::verified(&api, "alice"), Person::registered(&api, "mallory"));
    let made = told(product, &["user", "reset-password", &alice.email]).await;
    let token = made["reset_link"].as_str().unwrap().strip_prefix("https://acceptance.test/reset-password?token=");
    let token = token.expect("the public URL").to_owned();
    let choose = json!({ "token": token, "new_password": "another phrase that nobody guesses" });
    api.post("/auth/password/reset", &choose).await.expect(200);
    refused_at_once(product, &alice, "TOKEN_REVOKED").await;
    assert_eq!(log_in(&alice, PASSWORD).await, 401);
    assert_eq!(log_in(&alice, "another phrase that nobody guesses").await, 200);
    assert!(api.post("/auth/password/reset", &choose).await.status >= 400, "it works once");
    assert!(!product.log().contains(&token), "the link is no matter for the log");
    let unproven = product.operate(&["user", "reset-password", &mallory.email]).await;
    assert!(ended(&unproven, 4).contains("nobody has proven"), "{}", unproven.said);
    ended(&product.operate(&["user", "reset-password", "nobody@example.com"]).await, 3);
}

#[tokio::test]
async fn an_export_holds_what_every_service_keeps_of_a_user_and_no_secret() {
    let product = Product::shared().await;
    let alice = Person::verified(&product.api(), "alice").await;
    let team = Team::of(&alice).await;
    let exported = product.operate(&["user", "export", &alice.email]).await;
    let said = ended(&exported, 0);
    let lines = json_lines(said);
    assert_eq!(lines.len(), said.lines().count(), "{said}");
    let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).collect::<Vec<_>>();
    assert_eq!(of("user")[0]["user"]["account"]["email"], alice.email.as_str());
    assert_eq!(of("session").len(), 1);
    let slugs: Vec<_> = of("membership").iter().map(|line| line["membership"]["organization_id"].clone()).collect();
    assert_eq!(slugs, [json!(alice.personal_id), json!(team.id)], "the personal organization first");
    let actions: Vec<_> = of("audit_entry").iter().map(|line| line["audit_entry"]["action"].clone()).collect();
    assert!(actions.contains(&json!("organization.created")), "{actions:?}");
    for secret in [PASSWORD, &alice.refresh_token, "$argon2"] {
        assert!(!said.contains(secret), "{said}");
    }
    ended(&product.operate(&["user", "export", "nobody@example.com"]).await, 3);
}

#[tokio::test]
async fn accounts_are_listed_as_far_as_is_asked_the_newest_first() {
    let product = Product::own(&[]).await;
    let api = product.api();
    let mut emails = Vec::new();
    for name in ["one", "two", "three"] {
        emails.insert(0, Person::registered(&api, name).await.email);
    }
    let listed = |said: &str| json_lines(said).iter().map(|one| one["email"].as_str().unwrap().to_owned()).collect();
    let all: Vec<String> = listed(ended(&product.operate(&["user", "list", "--output", "json"]).await, 0));
    assert_eq!(all, emails);
    let two: Vec<String> =
        listed(ended(&product.operate(&["user", "list", "--limit", "2", "--output", "json"]).await, 0));
    assert_eq!(two, emails[..2]);
    let found: Vec<String> =
        listed(ended(&product.operate(&["user", "list", "--search", "two.", "--output", "json"]).await, 0));
    assert_eq!(found, [emails[1].clone()]);
}
