//! Repeated after an outage, or after the process that carried the request out has died.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{is_replay, named, post_under};
use crate::harness::{Answer, Person, Product, Storage, Team, eventually, unique};

const ROUNDS: usize = 4;
const AT_ONCE: usize = 16;

#[tokio::test]
async fn a_request_that_met_an_outage_can_be_repeated_under_its_key() {
    let mut product = Product::own(&[]).await;
    let alice = Person::verified(&product.api(), "alice").await;
    let team = Team::of(&alice).await;
    let (key, path) = (unique(), team.path("/invitations"));
    let body = json!({ "email": "friend@example.com" });
    // Either somebody still says that a part is away, or nothing answers any more.
    product.kill_9("organizations");
    let headers = [("idempotency-key", key.as_str()), ("grpc-timeout", "3S")];
    let answer = alice.api.try_with(&headers, Method::POST, &path, Some(&alice.access_token), &body).await;
    assert!(answer.is_none_or(|answer| answer.status >= 500));
    product.start_again().await;
    let alice = alice.at(&product.api());
    let made = repeated(&alice, &key, &path, &body).await;
    assert!(!is_replay(&made));
    made.expect(201);
    assert!(is_replay(&post_under(&alice, &key, &path, &body).await));
}

/// Answers can no longer be recorded: whoever tries hangs until it dies.
async fn let_records_hang(storage: &Storage) {
    let hang = if storage.is_postgres() {
        "CREATE FUNCTION hang() RETURNS trigger AS 'BEGIN PERFORM pg_sleep(600); RETURN NEW; END' LANGUAGE plpgsql; \
         CREATE TRIGGER hang BEFORE UPDATE OF answer ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION hang()"
    } else {
        "CREATE TRIGGER hang BEFORE UPDATE OF answer ON idempotency_keys BEGIN \
         WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers) \
         SELECT count(*) FROM numbers; END"
    };
    storage.execute(hang).await;
}

async fn let_records_be(storage: &Storage) {
    storage.execute(if storage.is_postgres() { "DROP FUNCTION hang CASCADE" } else { "DROP TRIGGER hang" }).await;
}

/// Makes the request, kills the service between its change and the record of its answer, and starts the product
/// again. Answers the person at the new door.
async fn cut_off(product: &mut Product, service: &str, person: &Person, key: &str, path: &str, body: &Value) -> Person {
    let storage = product.storage(service).await;
    let_records_hang(&storage).await;
    // A short time for the call, as its claim lasts so long.
    let headers = [("idempotency-key", key), ("grpc-timeout", "3S")];
    let call = person.api.try_with(&headers, Method::POST, path, Some(&person.access_token), body);
    let kill = async {
        eventually("the change is made", async || {
            let made = "SELECT count(*) FROM idempotency_keys WHERE has_committed";
            (storage.number(made).await > 0).then_some(())
        })
        .await;
        product.kill_9(service);
    };
    let (answer, ()) = tokio::join!(call, kill);
    assert!(answer.is_none_or(|answer| answer.status >= 500), "nobody was told that it is done");
    let_records_be(&storage).await;
    product.start_again().await;
    person.at(&product.api())
}

/// Repeats the request until the claim of the first try is over.
async fn repeated(person: &Person, key: &str, path: &str, body: &Value) -> Answer {
    eventually("the first try is known to be over", async || {
        let answer = post_under(person, key, path, body).await;
        let is_early = answer.code() == "CONFLICT" && answer.header("retry-after").is_some();
        (!is_early).then_some(answer)
    })
    .await
}

#[tokio::test]
async fn killed_between_its_change_and_its_answer_a_creation_is_not_made_twice() {
    let mut product = Product::own(&[]).await;
    let alice = Person::registered(&product.api(), "alice").await;
    let (key, body) = (unique(), json!({ "name": "Cut off" }));
    let alice = cut_off(&mut product, "organizations", &alice, &key, "/me/orgs", &body).await;

    let answer = repeated(&alice, &key, "/me/orgs", &body).await;
    assert!(answer.json["error"]["message"].as_str().is_some_and(|message| message.contains("its answer is lost")));
    answer.refused("CONFLICT", 409);
    assert_eq!(named(&alice, "Cut off").await, 1);
    post_under(&alice, &unique(), "/me/orgs", &body).await.expect(201);
}

#[tokio::test]
async fn killed_between_its_change_and_its_answer_an_accept_is_repeated_and_answered() {
    let mut product = Product::own(&[]).await;
    let api = product.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    let team = Team::of(&alice).await;
    let invited = alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    let (key, body) = (unique(), json!({ "token": invited["token"] }));
    let bob = cut_off(&mut product, "invitations", &bob, &key, "/invitations/accept", &body).await;

    let joined = repeated(&bob, &key, "/invitations/accept", &body).await.expect(200);
    assert_eq!(joined["org_id"], team.id);
    assert_eq!(team.members(&bob).await.len(), 2);
}

#[tokio::test]
async fn creations_that_were_cut_off_anywhere_are_made_once_at_most_and_those_answered_are_there() {
    let mut product = Product::own(&[]).await;
    let mut alice = Person::registered(&product.api(), "alice").await;
    for round in 0..ROUNDS {
        let names: Vec<_> = (0..AT_ONCE).map(|_| format!("Team {}", unique())).collect();
        let answered = AtomicUsize::new(0);
        let (before, count) = (&alice, &answered);
        let work = names.iter().map(|name| async move {
            let headers = [("idempotency-key", name.as_str().trim_start_matches("Team ")), ("grpc-timeout", "3S")];
            let body = json!({ "name": name });
            let token = Some(before.access_token.as_str());
            let answer = before.api.try_with(&headers, Method::POST, "/me/orgs", token, &body).await;
            count.fetch_add(1, Ordering::Relaxed);
            answer
        });
        let kill = async {
            eventually("enough answers", async || (answered.load(Ordering::Relaxed) > 3 * round).then_some(())).await;
            product.kill_9("organizations");
        };
        let answers = tokio::join!(join_all(work), kill).0;
        product.start_again().await;
        alice = alice.at(&product.api());

        for (name, first) in names.iter().zip(answers) {
            let key = name.trim_start_matches("Team ");
            let answer = repeated(&alice, key, "/me/orgs", &json!({ "name": name })).await;
            match first.filter(|first| first.status == 201) {
                Some(first) if answer.status == 201 => assert_eq!(first.text, answer.text),
                Some(_) => {
                    answer.refused("CONFLICT", 409);
                }
                None => assert!(answer.status == 201 || answer.code() == "CONFLICT", "{answer:?}"),
            }
            assert_eq!(named(&alice, name).await, 1, "{name} in round {round}");
        }
    }
}
