//! Credits in the hands of the operator's own programs: keys, charges, deposits, overdrafts, and the check of it all.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use contracts::billing::v1 as billing;
use contracts::billing::v1::server_billing_service_client::ServerBillingServiceClient;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tonic::Code;

use crate::harness::{Answer, Api, Person, Product, Team, eventually, random_id, refused, signed};

fn path(organization_id: &str, rest: &str) -> String {
    format!("/billing/orgs/{organization_id}/{rest}")
}

async fn post(api: &Api, key: &str, organization_id: &str, what: &str, body: &Value) -> Answer {
    api.json(Method::POST, &path(organization_id, what), Some(key), Some(body)).await
}

async fn read(api: &Api, key: &str, organization_id: &str, what: &str) -> Answer {
    api.json(Method::GET, &path(organization_id, what), Some(key), None).await
}

fn of(amount: i64) -> Value {
    json!({ "amount": amount, "request_uuid": random_id() })
}

#[tokio::test]
async fn a_program_gets_a_key_from_the_back_office_and_charges_and_deposits_with_it() {
    let product = Product::shared().await;
    let api = product.api();
    let (mut admin, mut alice) = tokio::join!(Person::verified(&api, "admin"), Person::verified(&api, "alice"));
    product.make_administrator(&mut admin, "super_admin").await;
    let team = Team::of(&alice).await;
    eventually("the back office opens", async || (admin.get("/admin/organizations").await.status == 200).then_some(()))
        .await;

    let scopes = json!(["billing:read", "billing:deposit", "billing:charge"]);
    let made = admin.post("/admin/api-keys", json!({ "name": "meter", "scopes": scopes })).await.expect(201);
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("gh_sk_"));
    assert_eq!(made["scopes"], json!(["billing:charge", "billing:deposit", "billing:read"]));
    let listed = admin.get("/admin/api-keys?page_size=200").await;
    assert!(!listed.text.contains(key), "a list shows no key");
    let listed = listed.expect(200)["api_keys"].as_array().unwrap().clone();
    let listed = listed.iter().find(|listed| listed["id"] == made["id"]).expect("the key is listed");
    assert_eq!((&listed["name"], &listed["created_by"]), (&json!("meter"), &json!(admin.user_id)));

    let deposit = json!({ "amount": 100, "request_uuid": random_id(), "note": "a gift" });
    let first = post(&api, key, &team.id, "deposit", &deposit).await.expect(200);
    assert_eq!((&first["new_balance"], &first["transaction"]["reason"]), (&json!(100), &json!("deposit")));
    assert_eq!(post(&api, key, &team.id, "deposit", &deposit).await.expect(200), first);
    let charge = of(30);
    let charged = post(&api, key, &team.id, "charge", &charge).await.expect(200);
    assert_eq!((&charged["new_balance"], &charged["transaction"]["amount_delta"]), (&json!(70), &json!(-30)));
    let other = json!({ "amount": 31, "request_uuid": charge["request_uuid"] });
    post(&api, key, &team.id, "charge", &other).await.refused("IDEMPOTENCY_CONFLICT", 409);
    post(&api, key, &team.id, "deposit", &charge).await.refused("IDEMPOTENCY_CONFLICT", 409);
    let details = post(&api, key, &team.id, "charge", &of(71)).await.refused("INSUFFICIENT_BALANCE", 402);
    assert_eq!(details, json!({ "balance": 70 }));

    let balance = json!({ "balance": 70, "currency": "credits", "overdraft_limit": 0 });
    assert_eq!(read(&api, key, &team.id, "balance").await.expect(200), balance);
    alice.act_for(&team.id).await;
    assert_eq!(alice.get("/billing/balance").await.expect(200), balance, "the organization sees the same");
    let ledger = read(&api, key, &team.id, "transactions").await.expect(200);
    assert_eq!(ledger, alice.get("/billing/transactions").await.expect(200));
    assert_eq!(ledger["transactions"].as_array().unwrap().len(), 2);
    assert_eq!(read(&api, key, &team.id, "subscription").await.expect(200)["status"], "none");

    let overdraft = format!("/admin/organizations/{}/overdraft", team.id);
    assert_eq!(admin.put(&overdraft, json!({ "limit": 50 })).await.expect(200), json!({ "limit": 50, "balance": 70 }));
    assert_eq!(post(&api, key, &team.id, "charge", &of(120)).await.expect(200)["new_balance"], -50);
    post(&api, key, &team.id, "charge", &of(1)).await.refused("INSUFFICIENT_BALANCE", 402);

    admin.delete(&format!("/admin/api-keys/{}", made["id"].as_str().unwrap())).await.expect(204);
    post(&api, key, &team.id, "charge", &of(1)).await.refused("TOKEN_REVOKED", 401);
    admin.delete(&format!("/admin/api-keys/{}", random_id())).await.refused("NOT_FOUND", 404);
    assert!(!product.log().contains(&key[6..]), "a key is no matter for the log");
    product.assert_ledgers_add_up().await;
}

#[tokio::test]
async fn amounts_are_json_integers_that_every_reader_keeps() {
    let product = Product::shared().await;
    let (api, key) = (product.api(), product.server_key().await);
    let alice = Person::registered(&api, "alice").await;
    let id = random_id();
    for amount in [
        "0",
        "-1",
        "1.0",
        "1e3",
        "0.5",
        "\"1\"",
        "null",
        "9007199254740992",
        "9223372036854775808",
        "-9007199254740993",
    ] {
        for what in ["charge", "deposit"] {
            let body = format!(r#"{{"amount": {amount}, "request_uuid": "{id}"}}"#).into_bytes();
            let path = path(&alice.personal_id, what);
            let (token, body) = (Some(key), Some(("application/json", body)));
            let answer = api.ask(crate::harness::Ask { method: Method::POST, path: &path, token, body }).await;
            let details = answer.refused("VALIDATION_ERROR", 400);
            assert_eq!(details["fields"][0]["field"], "amount", "{what} {amount}");
        }
    }
    let largest = 9_007_199_254_740_991_i64;
    let deposit = post(&api, key, &alice.personal_id, "deposit", &of(largest)).await.expect(200);
    assert_eq!(deposit["new_balance"], largest);
    let details = post(&api, key, &alice.personal_id, "deposit", &of(1)).await.refused("VALIDATION_ERROR", 400);
    assert_eq!(details["fields"][0]["field"], "amount");
    assert_eq!(post(&api, key, &alice.personal_id, "charge", &of(largest)).await.expect(200)["new_balance"], 0);
}

#[tokio::test]
async fn an_organization_that_is_not_there_or_not_there_any_more_cannot_be_charged() {
    let product = Product::shared().await;
    let (api, key) = (product.api(), product.server_key().await);
    let alice = Person::verified(&api, "alice").await;
    let team = Team::of(&alice).await;
    post(&api, key, &team.id, "deposit", &of(5)).await.expect(200);
    alice.delete(&team.path("")).await.expect(204);
    for organization_id in [team.id, random_id()] {
        for what in ["charge", "deposit"] {
            let answer = post(&api, key, &organization_id, what, &of(1)).await;
            answer.refused("ORGANIZATION_NOT_FOUND", 404);
        }
        for what in ["balance", "transactions", "subscription"] {
            read(&api, key, &organization_id, what).await.refused("ORGANIZATION_NOT_FOUND", 404);
        }
    }
}

#[tokio::test]
async fn scopes_bound_what_a_key_does_over_both_wires() {
    let product = Product::shared().await;
    let (api, rpc) = (product.api(), product.rpc());
    let alice = Person::registered(&api, "alice").await;
    let reader = product.new_server_key(&["billing:read"]).await;
    read(&api, &reader, &alice.personal_id, "balance").await.expect(200);
    let details = post(&api, &reader, &alice.personal_id, "deposit", &of(1)).await.refused("FORBIDDEN", 403);
    assert_eq!(details["required_scope"], "billing:deposit");

    let mut client = ServerBillingServiceClient::new(rpc.billing());
    let charge = billing::ChargeRequest {
        organization_id: alice.personal_id.clone(),
        amount: 1,
        request_uuid: random_id(),
        note: None,
    };
    let details = refused(client.charge(signed(&reader, charge.clone())).await, "FORBIDDEN", Code::PermissionDenied);
    assert_eq!(details.error_info().unwrap().metadata["required_scope"], "billing:charge");
    let as_alice = signed(&alice.access_token, charge.clone());
    refused(client.charge(as_alice).await, "UNAUTHORIZED", Code::Unauthenticated);
    let by_key = client.charge(signed(product.server_key().await, charge)).await;
    let details = refused(by_key, "INSUFFICIENT_BALANCE", Code::FailedPrecondition);
    assert_eq!(details.error_info().unwrap().metadata["balance"], "0");
    alice.api.json(Method::GET, "/billing/balance", Some(&reader), None).await.refused("TOKEN_INVALID", 401);
}

/// Charges as a careful program does: whoever finds everybody else before the same account for too long is asked to come
/// again, and the same request is counted once.
async fn charge_for_sure(api: &Api, key: &str, organization_id: &str, body: &Value) -> Answer {
    for _ in 0..20 {
        let answer = post(api, key, organization_id, "charge", body).await;
        if answer.status != 503 {
            return answer;
        }
        assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
    }
    panic!("there is no getting through");
}

#[tokio::test]
async fn of_two_hundred_charges_at_once_a_hundred_find_credits() {
    let product = Product::shared().await;
    let (api, key) = (product.api(), product.server_key().await);
    let alice = Person::registered(&api, "alice").await;
    post(&api, key, &alice.personal_id, "deposit", &of(100)).await.expect(200);
    let bodies: Vec<_> = (0..200).map(|_| of(1)).collect();
    let charges = join_all(bodies.iter().map(|body| charge_for_sure(&api, key, &alice.personal_id, body))).await;
    let (mut charged, mut too_little) = (0, 0);
    for answer in charges {
        if answer.status == 200 {
            charged += 1;
        } else {
            answer.refused("INSUFFICIENT_BALANCE", 402);
            too_little += 1;
        }
    }
    assert_eq!((charged, too_little), (100, 100));

    let same = of(1);
    post(&api, key, &alice.personal_id, "deposit", &of(5)).await.expect(200);
    let copies = join_all((0..100).map(|_| charge_for_sure(&api, key, &alice.personal_id, &same))).await;
    let answers: Vec<_> = copies.into_iter().map(|answer| answer.expect(200)).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(read(&api, key, &alice.personal_id, "balance").await.expect(200)["balance"], 4);
    product.assert_ledgers_add_up().await;
}

#[tokio::test]
async fn charges_that_a_crash_cut_off_are_repeated_and_count_once() {
    let mut product = Product::own(&[]).await;
    let key = product.server_key().await.to_owned();
    let alice = Person::registered(&product.api(), "alice").await;
    post(&product.api(), &key, &alice.personal_id, "deposit", &of(1_000)).await.expect(200);
    let charges: Vec<_> = (0..60).map(|_| of(1)).collect();
    let charge = path(&alice.personal_id, "charge");
    let api = product.api();
    let under_way = join_all(charges.iter().enumerate().map(|(nth, body)| {
        let (api, charge, key, product) = (&api, &charge, &key, &product);
        async move {
            let answer = api.try_json(Method::POST, charge, Some(key), body).await;
            if nth == 20 {
                product.kill_9("billing-context");
            }
            answer.is_some_and(|answer| answer.status == 200)
        }
    }))
    .await;
    let answered = under_way.iter().filter(|is_answered| **is_answered).count();
    product.start_again().await;

    let api = product.api();
    let after = read(&api, &key, &alice.personal_id, "balance").await.expect(200)["balance"].as_i64().unwrap();
    let made = usize::try_from(1_000 - after).unwrap();
    assert!((answered..=60).contains(&made), "{answered} were answered and {made} are there");
    for body in &charges {
        post(&api, &key, &alice.personal_id, "charge", body).await.expect(200);
    }
    assert_eq!(read(&api, &key, &alice.personal_id, "balance").await.expect(200)["balance"], 940);
    product.assert_ledgers_add_up().await;
}

#[tokio::test]
async fn an_idempotency_key_belongs_to_the_server_key_that_it_came_with() {
    let product = Product::shared().await;
    let (api, key) = (product.api(), product.server_key().await);
    let other = product.new_server_key(&["billing:deposit"]).await;
    let alice = Person::registered(&api, "alice").await;
    let (deposit, under) = (path(&alice.personal_id, "deposit"), random_id());
    let send = async |key: &str, body: &Value| {
        let headers = [("idempotency-key", under.as_str())];
        api.try_with(&headers, Method::POST, &deposit, Some(key), body).await.expect("an answer")
    };
    let body = of(3);
    let first = send(key, &body).await;
    let again = send(key, &body).await;
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), (None, Some("true")));
    assert_eq!(first.text, again.text);
    send(key, &of(3)).await.refused("IDEMPOTENCY_CONFLICT", 409);
    assert_eq!(send(&other, &of(4)).await.expect(200)["new_balance"], 7);
}

#[tokio::test]
async fn the_operator_sees_to_keys_at_the_command_line() {
    let product = Product::shared().await;
    let api = product.api();
    let alice = Person::registered(&api, "alice").await;
    let create = ["api-keys", "create", "--name", "cron", "--scope", "billing:read", "--expires-at"];
    let said = product.operate(&[&create[..], &["2031-01-31T12:00:00Z"]].concat()).await;
    assert_eq!(said.code, Some(0), "{}", said.said);
    let key = said.said.lines().last().unwrap().to_owned();
    read(&api, &key, &alice.personal_id, "balance").await.expect(200);

    let listed = product.operate(&["api-keys", "list", "--json"]).await;
    assert_eq!(listed.code, Some(0), "{}", listed.said);
    assert!(!listed.said.contains(&key));
    let id = said.said.split_whitespace().nth(3).unwrap();
    let line = listed.said.lines().find(|line| line.contains(id)).expect("a line");
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!((&line["state"], &line["expires_at"]), (&json!("living"), &json!("2031-01-31T12:00:00Z")));

    let revoked = product.operate(&["api-keys", "revoke", id]).await;
    assert_eq!(revoked.code, Some(0), "{}", revoked.said);
    read(&api, &key, &alice.personal_id, "balance").await.refused("TOKEN_REVOKED", 401);
    let listed = product.operate(&["api-keys", "list"]).await;
    let line = listed.said.lines().find(|line| line.starts_with(id)).expect("a line");
    assert!(line.contains("revoked") && line.ends_with("cron: billing:read"), "{line}");

    for (arguments, code, words) in [
        (vec!["api-keys", "revoke", "nothing"], 3, "no key of this id"),
        (vec!["api-keys", "create", "--name", "x", "--scope", "billing"], 2, "--scope"),
        ([&create[..], &["tomorrow"]].concat(), 2, "--expires-at"),
        ([&create[..], &["2001-01-31T12:00:00Z"]].concat(), 2, "--expires-at"),
    ] {
        let refused = product.operate(&arguments).await;
        assert_eq!(refused.code, Some(code), "{}", refused.said);
        assert!(refused.said.contains(words), "{words} is missing: {}", refused.said);
    }
}

#[tokio::test]
async fn a_ledger_that_does_not_explain_its_balance_is_found() {
    let product = Product::own(&[]).await;
    let (api, key) = (product.api(), product.server_key().await);
    let alice = Person::registered(&api, "alice").await;
    post(&api, key, &alice.personal_id, "deposit", &of(5)).await.expect(200);
    let verified = product.operate(&["billing", "verify"]).await;
    assert_eq!(verified.code, Some(0), "{}", verified.said);
    assert!(verified.said.contains("every balance is what its ledger says"), "{}", verified.said);

    product.storage("billing-context").await.execute("UPDATE credit_accounts SET balance = 6").await;
    let verified = product.operate(&["billing", "verify"]).await;
    assert_eq!(verified.code, Some(1), "{}", verified.said);
    let fault = format!("organization {}: the account has 6, and its entries sum up to 5", alice.personal_id);
    assert!(verified.said.contains(&fault), "{}", verified.said);
    product.storage("billing-context").await.execute("UPDATE credit_accounts SET balance = 5").await;
}

/// Whatever other sentences do to the same product meanwhile.
#[tokio::test]
async fn ledgers_add_up_at_whatever_moment_of_a_running_product_they_are_read() {
    let product = Product::shared().await;
    let (api, key) = (product.api(), product.server_key().await);
    let alice = Person::registered(&api, "alice").await;
    post(&api, key, &alice.personal_id, "deposit", &of(1_000_000)).await.expect(200);
    let (is_over, charged) = (AtomicBool::new(false), AtomicUsize::new(0));
    let charging = (0..4).map(async |_| {
        while !is_over.load(Ordering::SeqCst) {
            // A charge that waited too long for its turn is asked to come again.
            let answer = post(&api, key, &alice.personal_id, "charge", &of(1)).await;
            if answer.status != 503 {
                answer.expect(200);
                charged.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    let verifying = async {
        let mut read = Vec::new();
        for _ in 0..4 {
            let verified = product.operate(&["billing", "verify"]).await;
            assert_eq!(verified.code, Some(0), "{}", verified.said);
            let entries = verified.said.lines().find_map(|line| line.strip_prefix("entries read")).expect("a number");
            read.push(entries.trim().parse::<u64>().unwrap());
            // Of the next four each may have been written before it was read, and answered since.
            let enough = charged.load(Ordering::SeqCst) + 5;
            eventually("another charge", async || (charged.load(Ordering::SeqCst) >= enough).then_some(())).await;
        }
        is_over.store(true, Ordering::SeqCst);
        read
    };
    let (_, read) = tokio::join!(join_all(charging), verifying);
    assert!(read.windows(2).all(|pair| pair[0] < pair[1]), "nothing was written in between: {read:?}");
}

#[tokio::test]
async fn a_suspended_organization_is_charged_nothing_until_it_is_active_again() {
    let product = Product::shared().await;
    let (api, key) = (product.api(), product.server_key().await);
    let (mut admin, alice) = tokio::join!(Person::verified(&api, "admin"), Person::verified(&api, "alice"));
    product.make_administrator(&mut admin, "super_admin").await;
    let team = Team::of(&alice).await;
    post(&api, key, &team.id, "deposit", &of(5)).await.expect(200);
    let (before, during) = (of(2), of(1));
    let charged = post(&api, key, &team.id, "charge", &before).await.expect(200);

    admin.post_bare(&format!("/admin/organizations/{}/suspend", team.id)).await.expect(200);
    post(&api, key, &team.id, "charge", &during).await.refused("ORGANIZATION_SUSPENDED", 403);
    assert_eq!(post(&api, key, &team.id, "charge", &before).await.expect(200), charged);
    assert_eq!(post(&api, key, &team.id, "deposit", &of(4)).await.expect(200)["new_balance"], 7);
    assert_eq!(read(&api, key, &team.id, "balance").await.expect(200)["balance"], 7);

    admin.post_bare(&format!("/admin/organizations/{}/reactivate", team.id)).await.expect(200);
    assert_eq!(post(&api, key, &team.id, "charge", &during).await.expect(200)["new_balance"], 6);
}

#[tokio::test]
async fn a_revoked_server_key_is_not_told_again_what_was_answered_to_it() {
    let product = Product::own(&[]).await;
    let api = product.api();
    let key = product.new_server_key(&["billing:deposit"]).await;
    let alice = Person::registered(&api, "alice").await;
    let (path, body) = (path(&alice.personal_id, "deposit"), of(5));
    let send = async || {
        let headers = [("idempotency-key", "once")];
        api.try_with(&headers, Method::POST, &path, Some(&key), &body).await.expect("an answer")
    };
    let first = send().await.expect(200);
    assert_eq!(send().await.expect(200), first);
    let listed = product.operate(&["api-keys", "list", "--json"]).await;
    let keys: Vec<Value> = listed.said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    product.operate(&["api-keys", "revoke", keys[0]["id"].as_str().unwrap()]).await;
    send().await.refused("TOKEN_REVOKED", 401);
}
