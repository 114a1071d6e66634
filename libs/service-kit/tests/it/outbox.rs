//! Intents exist exactly if their transaction commits, and once.

use std::time::Duration;

use serde_json::json;
use service_kit::outbox::{Message, append, complete, supersede, withdraw};
use service_kit::relay::{DeliveryError, Relay};
use service_kit::{Database, Entropy, Timestamp, WriteTransaction};
use test_kit::START;

use crate::relay::{Inbox, deliver};
use crate::store;

pub const TOPIC: &str = "topic";

/// An intent that is due at once.
pub fn intent(key: &str) -> Message {
    due_at(key, START)
}

pub fn due_at(key: &str, due: Timestamp) -> Message {
    Message { topic: TOPIC, key: key.to_owned(), payload: json!({ "key": key }), due }
}

/// Appends intents in a transaction of their own.
pub async fn appended(database: &Database, keys: impl IntoIterator<Item = impl AsRef<str>>) {
    let transaction = database.begin_write().await.unwrap();
    for key in keys {
        write(&transaction, key.as_ref()).await;
    }
    transaction.commit().await.unwrap();
}

pub async fn write(transaction: &WriteTransaction, key: &str) {
    append(transaction, intent(key), START).await.unwrap();
}

pub async fn waiting(database: &Database) -> i64 {
    store::count(database.reader(), "outbox", None).await
}

#[tokio::test]
async fn an_intent_exists_exactly_if_its_transaction_commits() {
    let database = store::database().await;
    let transaction = database.begin_write().await.unwrap();
    write(&transaction, "dropped").await;
    drop(transaction);
    assert_eq!(waiting(&database).await, 0);
    appended(&database, ["committed"]).await;
    assert_eq!(waiting(&database).await, 1);
}

#[tokio::test]
async fn the_same_key_twice_is_one_intent() {
    let database = store::database().await;
    appended(&database, ["a", "a"]).await;
    appended(&database, ["a", "b"]).await;
    assert_eq!(waiting(&database).await, 2);
}

#[tokio::test]
async fn an_intent_is_delivered_once_with_what_was_written_and_removed() {
    let database = store::database().await;
    appended(&database, ["a"]).await;
    let inbox = Inbox::default();
    let relay = inbox.relay(&database, &test_kit::clock());
    assert_eq!(deliver(&relay, 1).await, 1);
    assert_eq!(relay.run_once().await, 0);
    let got = inbox.all();
    assert_eq!(got.len(), 1);
    assert_eq!((got[0].key.as_str(), &got[0].payload), ("a", &json!({ "key": "a" })));
    assert_eq!((got[0].attempts, got[0].created), (0, START));
    assert_eq!(waiting(&database).await, 0);
}

#[tokio::test]
async fn an_intent_that_the_writer_carried_out_is_not_delivered() {
    let database = store::database().await;
    appended(&database, ["a", "b"]).await;
    let transaction = database.begin_write().await.unwrap();
    complete(&transaction, TOPIC, "a").await.unwrap();
    complete(&transaction, "another topic", "b").await.unwrap();
    transaction.commit().await.unwrap();
    let inbox = Inbox::default();
    assert_eq!(deliver(&inbox.relay(&database, &test_kit::clock()), 1).await, 1);
    assert_eq!(inbox.keys(), ["b"]);
}

#[tokio::test]
async fn an_intent_is_taken_back_only_while_no_relay_has_begun_with_it() {
    let database = store::database().await;
    appended(&database, ["a"]).await;
    let take_back = async |key: &str| {
        let transaction = database.begin_write().await.unwrap();
        let is_withdrawn = withdraw(&transaction, TOPIC, key).await.unwrap();
        transaction.commit().await.unwrap();
        is_withdrawn
    };
    assert!(!take_back("b").await);
    assert!(take_back("a").await);
    assert!(!take_back("a").await);

    appended(&database, ["a"]).await;
    let clock = test_kit::clock();
    let relay = Relay::new(database.clone(), clock.clone(), Entropy::seeded(1))
        .on(TOPIC, |_| async { Err(DeliveryError::Retry("not now".to_owned())) });
    assert_eq!(deliver(&relay, 1).await, 1);
    assert!(!take_back("a").await);
    assert_eq!(waiting(&database).await, 1);
}

#[tokio::test]
async fn what_is_superseded_is_not_delivered_and_what_is_named_otherwise_is() {
    let database = store::database().await;
    appended(&database, ["a_/1", "a_/2", "A_/3", "ab/4", "a_"]).await;
    let transaction = database.begin_write().await.unwrap();
    supersede(&transaction, TOPIC, "a_/").await.unwrap();
    supersede(&transaction, "another topic", "ab/").await.unwrap();
    write(&transaction, "a_/5").await;
    transaction.commit().await.unwrap();
    let inbox = Inbox::default();
    deliver(&inbox.relay(&database, &test_kit::clock()), 4).await;
    let mut keys = inbox.keys();
    keys.sort();
    assert_eq!(keys, ["A_/3", "a_", "a_/5", "ab/4"]);
}

#[tokio::test]
async fn an_intent_is_not_delivered_before_it_is_due() {
    let database = store::database().await;
    let transaction = database.begin_write().await.unwrap();
    append(&transaction, due_at("later", START.plus(Duration::from_secs(30))), START).await.unwrap();
    transaction.commit().await.unwrap();
    let clock = test_kit::clock();
    let inbox = Inbox::default();
    let relay = inbox.relay(&database, &clock);
    assert_eq!(relay.run_once().await, 0);
    clock.advance(Duration::from_secs(30));
    assert_eq!(deliver(&relay, 1).await, 1);
}

#[tokio::test]
async fn topics_do_not_see_each_other() {
    let database = store::database().await;
    appended(&database, ["a"]).await;
    let relay = Relay::new(database.clone(), test_kit::clock(), Entropy::seeded(1))
        .on("another topic", |_| async { Err(DeliveryError::Abandon("not mine".to_owned())) });
    assert_eq!(relay.run_once().await, 0);
    assert_eq!(waiting(&database).await, 1);
}
