//! The order in which messages become visible to the relay.

use std::time::Duration;

use service_kit::Database;
use service_kit::database::DatabaseSettings;

use crate::outbox::{appended, write};
use crate::relay::{Inbox, deliver};
use crate::store;

/// With room for several transactions at once.
async fn roomy_database() -> Database {
    store::open(&DatabaseSettings { pool_size: 4, ..test_kit::fresh_database("kit").await }).await
}

#[tokio::test]
async fn messages_are_delivered_in_the_order_of_their_transactions() {
    let database = store::database().await;
    let keys: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    for key in &keys {
        appended(&database, [key]).await;
    }
    let inbox = Inbox::default();
    deliver(&inbox.relay(&database, &test_kit::clock()), keys.len()).await;
    assert_eq!(inbox.keys(), keys);
}

/// Postgres gives the number of a row before the commit, so a reader that trusts numbers would pass by a row
/// whose transaction ends late.
#[tokio::test]
async fn a_transaction_that_ends_late_loses_nothing_and_keeps_its_place_on_postgres() {
    let database = roomy_database().await;
    if !store::is_postgres(&database) {
        return;
    }
    let inbox = Inbox::default();
    let relay = inbox.relay(&database, &test_kit::clock());
    appended(&database, ["before"]).await;
    let late = database.begin_write().await.unwrap();
    write(&late, "late").await;
    appended(&database, ["early"]).await;
    assert_eq!(deliver(&relay, 1).await, 1);
    assert_eq!(relay.run_once_within(Duration::from_millis(200)).await, 0);
    assert_eq!(inbox.keys(), ["before"]);
    late.commit().await.unwrap();
    assert_eq!(deliver(&relay, 2).await, 2);
    assert_eq!(inbox.keys(), ["before", "late", "early"]);
}

#[tokio::test]
async fn a_transaction_that_rolls_back_late_holds_nothing_up_for_good_on_postgres() {
    let database = roomy_database().await;
    if !store::is_postgres(&database) {
        return;
    }
    let inbox = Inbox::default();
    let relay = inbox.relay(&database, &test_kit::clock());
    let late = database.begin_write().await.unwrap();
    write(&late, "late").await;
    appended(&database, ["early"]).await;
    drop(late);
    assert_eq!(deliver(&relay, 1).await, 1);
    assert_eq!(inbox.keys(), ["early"]);
}

/// Transactions are numbered over the whole server, so the number below which all have ended waits for other databases, too.
#[tokio::test]
async fn a_transaction_in_another_database_of_the_server_holds_messages_back_until_it_ends_on_postgres() {
    let (database, other) = (roomy_database().await, roomy_database().await);
    if !store::is_postgres(&database) {
        return;
    }
    let inbox = Inbox::default();
    let relay = inbox.relay(&database, &test_kit::clock());
    let elsewhere = other.begin_write().await.unwrap();
    write(&elsewhere, "elsewhere").await;
    appended(&database, ["here"]).await;
    assert_eq!(relay.run_once_within(Duration::from_millis(200)).await, 0);
    elsewhere.commit().await.unwrap();
    assert_eq!(relay.run_once().await, 1);
    assert_eq!(inbox.keys(), ["here"]);
}
