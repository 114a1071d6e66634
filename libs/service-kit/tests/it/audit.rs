//! The audit log.

use std::time::Duration;

use serde_json::{Value, json};
use service_kit::audit::{self, Actor, Cursor, Entry, Filter, Reason};
use service_kit::{Database, Entropy, Timestamp};
use test_kit::START;
use uuid::Uuid;

use crate::store;

const ALICE: Uuid = Uuid::from_u128(0xa);
const ACME: Uuid = Uuid::from_u128(0xc);

fn entry(action: &str, at: Timestamp) -> Entry {
    Entry {
        id: Entropy::system().uuid(at),
        at,
        actor: Actor::User(ALICE),
        actor_session: Some(Uuid::from_u128(0x5)),
        action: action.to_owned(),
        target_kind: "user".to_owned(),
        target_id: "bob".to_owned(),
        tenant_id: None,
        reason: Reason::parse("asked for by the owner").unwrap(),
        details: json!({ "roles": ["a", "b"] }),
        ip_address: Some("192.0.2.1".to_owned()),
        user_agent: Some("curl".to_owned()),
        request_id: Some("0190-request".to_owned()),
    }
}

fn later(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

async fn append(database: &Database, entry: Entry) {
    let transaction = database.begin_write().await.unwrap();
    audit::append(&transaction, entry).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn actions(database: &Database, filter: &Filter) -> Vec<String> {
    let entries = audit::list(database.reader(), filter, None, 100).await.unwrap();
    entries.into_iter().map(|entry| entry.action).collect()
}

#[tokio::test]
async fn an_entry_comes_back_as_it_was_written() {
    let database = store::database().await;
    let full = Entry { tenant_id: Some(ACME), ..entry("user.suspended", START) };
    let bare = Entry {
        actor: Actor::System,
        actor_session: None,
        reason: None,
        details: Value::Null,
        ip_address: None,
        user_agent: None,
        ..entry("user.forgotten", later(1))
    };
    append(&database, full.clone()).await;
    append(&database, bare.clone()).await;
    assert_eq!(audit::list(database.reader(), &Filter::default(), None, 10).await.unwrap(), [bare, full]);
}

#[tokio::test]
async fn many_entries_are_written_as_one_is() {
    let database = store::database().await;
    let many: Vec<Entry> = (0..450).map(|number| entry(&format!("user.changed_{number}"), later(number))).collect();
    let transaction = database.begin_write().await.unwrap();
    audit::append_all(&transaction, many.clone()).await.unwrap();
    audit::append_all(&transaction, Vec::new()).await.unwrap();
    transaction.commit().await.unwrap();
    let mut read = audit::list(database.reader(), &Filter::default(), None, 1000).await.unwrap();
    read.reverse();
    assert_eq!(read, many);
}

#[tokio::test]
async fn what_is_rolled_back_leaves_no_entry() {
    let database = store::database().await;
    let transaction = database.begin_write().await.unwrap();
    audit::append(&transaction, entry("user.suspended", START)).await.unwrap();
    drop(transaction);
    assert!(actions(&database, &Filter::default()).await.is_empty());
}

#[tokio::test]
async fn details_beyond_their_bound_are_refused() {
    let database = store::database().await;
    let transaction = database.begin_write().await.unwrap();
    let large = Entry { details: json!("x".repeat(audit::LARGEST_DETAILS)), ..entry("user.suspended", START) };
    assert!(audit::append(&transaction, large).await.is_err());
    let largest = Entry { details: json!("x".repeat(audit::LARGEST_DETAILS - 2)), ..entry("user.kept", START) };
    audit::append(&transaction, largest).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(actions(&database, &Filter::default()).await, ["user.kept"]);
}

#[tokio::test]
async fn pages_follow_each_other_newest_first_even_within_one_instant() {
    let database = store::database().await;
    let mut written = Vec::new();
    for number in 0..30 {
        let entry = entry("user.suspended", later(number / 10));
        written.push((entry.at, entry.id));
        append(&database, entry).await;
    }
    written.sort_unstable();
    written.reverse();
    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let page = audit::list(database.reader(), &Filter::default(), after, 7).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(Cursor::from(last));
        read.extend(page.iter().map(|entry| (entry.at, entry.id)));
    }
    assert_eq!(read, written);
}

#[tokio::test]
async fn filters_narrow_the_list_and_go_together() {
    let database = store::database().await;
    append(&database, entry("user.suspended", later(0))).await;
    append(&database, Entry { actor: Actor::Operator, ..entry("role.granted", later(1)) }).await;
    append(&database, Entry { tenant_id: Some(ACME), ..entry("user.suspended", later(2)) }).await;
    append(&database, entry("user.reactivated", later(3))).await;

    let by_actor = |actor| Filter { actor: Some(actor), ..Filter::default() };
    assert_eq!(actions(&database, &by_actor(Actor::Operator)).await, ["role.granted"]);
    assert_eq!(actions(&database, &by_actor(Actor::User(ACME))).await, Vec::<String>::new());
    let suspended = Filter { action: Some("user.suspended".to_owned()), ..Filter::default() };
    assert_eq!(actions(&database, &suspended).await.len(), 2);
    let of_acme = Filter { tenant_id: Some(ACME), ..Filter::default() };
    assert_eq!(actions(&database, &of_acme).await, ["user.suspended"]);
    let between = Filter { since: Some(later(1)), until: Some(later(3)), ..Filter::default() };
    assert_eq!(actions(&database, &between).await, ["user.suspended", "role.granted"]);
    let all_at_once = Filter { actor: Some(Actor::User(ALICE)), ..between };
    assert_eq!(actions(&database, &all_at_once).await, ["user.suspended"]);
}

#[test]
fn reasons_are_one_line_of_bounded_length() {
    assert_eq!(Reason::parse("  fraud \n").unwrap().map(Reason::into_string).as_deref(), Some("fraud"));
    assert_eq!(Reason::parse(" ").unwrap(), None);
    assert!(Reason::parse(&"ä".repeat(500)).is_ok());
    for bad in ["ä".repeat(501), "two\nlines".to_owned(), "nul\0".to_owned(), "\u{202e}desrever".to_owned()] {
        assert!(Reason::parse(&bad).is_err(), "{bad:?}");
    }
}

#[test]
fn actors_are_read_as_they_are_written() {
    for actor in [Actor::User(ALICE), Actor::Operator, Actor::System] {
        assert_eq!(actor.to_string().parse::<Actor>().unwrap(), actor);
    }
    for nobody in ["", "Operator", "root", "0000000000000000000000000000000a"] {
        assert!(nobody.parse::<Actor>().is_err(), "{nobody}");
    }
}
