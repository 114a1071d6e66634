//! What the database holds of answers that are kept.

use serde_json::json;

use super::{is_replay, post_under};
use crate::harness::{PASSWORD, Person, Product, Team, unique};

#[tokio::test]
async fn no_secret_of_an_answer_or_a_request_can_be_read_in_the_database() {
    let product = Product::own(&[("GUILDHALL_LOG", "debug")]).await;
    let api = product.api();
    let alice = Person::verified(&api, "alice").await;
    let team = Team::of(&alice).await;
    let key = format!("a-key-{}", unique());
    let invitation = json!({ "email": "friend@example.com" });
    let login = json!({ "email": alice.email, "password": PASSWORD });
    let mut secrets = vec![PASSWORD.to_owned(), key.clone()];
    for attempt in 0..2 {
        let invited = post_under(&alice, &key, &team.path("/invitations"), &invitation).await;
        let signed_in = api.post_with(&[("idempotency-key", &key)], "/auth/login", &login).await;
        for answer in [&invited, &signed_in] {
            assert_eq!(is_replay(answer), attempt > 0, "{answer:?}");
        }
        secrets.push(invited.json["token"].as_str().unwrap().to_owned());
        for token in ["access_token", "refresh_token"] {
            secrets.push(signed_in.json["tokens"][token].as_str().unwrap().to_owned());
        }
    }
    for service in ["identity", "invitations"] {
        let storage = product.storage(service).await;
        let kept = "SELECT count(*) FROM idempotency_keys WHERE answer IS NOT NULL";
        assert_eq!(storage.number(kept).await, 1, "{service}");
        assert!(storage.holds("kit_0006_idempotency_keys").await, "what is there is found");
        for secret in &secrets {
            assert!(!storage.holds(secret).await, "{service} holds a secret");
        }
    }
    for secret in &secrets {
        assert!(!product.log().contains(secret), "the log holds a secret");
    }
}
