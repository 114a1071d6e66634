//! How often something may be done.

use std::time::Duration;

use service_kit::network::network_of;
use service_kit::rates::{self, Rate, in_words};
use service_kit::{Database, Timestamp};
use test_kit::START;
use tokio::task::JoinSet;

use crate::store;

const ALICE: [u8; 32] = [0xa; 32];
const BOB: [u8; 32] = [0xb; 32];
const TEN_SECONDS: Duration = Duration::from_secs(10);
/// Five at once, and one more each ten seconds.
const RATE: Rate = Rate::new(5, TEN_SECONDS);

async fn take(database: &Database, name: &[u8; 32], now: Timestamp) -> Result<(), Duration> {
    let transaction = database.begin_write().await.unwrap();
    let taken = rates::take(&transaction, name, RATE, now).await.unwrap();
    transaction.commit().await.unwrap();
    taken
}

/// Takes until it is too much; answers how many there were.
async fn exhaust(database: &Database, name: &[u8; 32], now: Timestamp) -> usize {
    let mut taken = 0;
    while take(database, name, now).await.is_ok() {
        taken += 1;
    }
    taken
}

#[tokio::test]
async fn so_many_are_taken_at_once_and_then_one_each_interval() {
    let database = store::database().await;
    assert_eq!(exhaust(&database, &ALICE, START).await, 5);
    assert_eq!(take(&database, &ALICE, START).await, Err(TEN_SECONDS));
    let almost = START.plus(Duration::from_millis(9_999));
    assert_eq!(take(&database, &ALICE, almost).await, Err(Duration::from_millis(1)));
    assert_eq!(exhaust(&database, &ALICE, START.plus(TEN_SECONDS)).await, 1);
    assert_eq!(exhaust(&database, &ALICE, START.plus(TEN_SECONDS * 4)).await, 3);
    assert_eq!(exhaust(&database, &ALICE, START.plus(TEN_SECONDS * 400)).await, 5, "no more than at once");
    assert_eq!(exhaust(&database, &BOB, START).await, 5, "everybody is counted alone");
}

#[tokio::test]
async fn no_span_of_time_holds_more_than_the_burst_and_its_intervals() {
    let database = store::database().await;
    let mut taken = Vec::new();
    for second in 0..200 {
        let now = START.plus(Duration::from_secs(second));
        while take(&database, &ALICE, now).await.is_ok() {
            taken.push(second);
        }
    }
    for (index, from) in taken.iter().enumerate() {
        let within = taken[index..].iter().filter(|second| **second < from + 60).count();
        assert!(within <= 5 + 6, "{within} within a minute from {from}");
    }
    assert_eq!(taken.len(), 5 + 19);
}

#[tokio::test]
async fn what_is_rolled_back_is_not_counted_and_what_is_given_back_can_be_taken_again() {
    let database = store::database().await;
    let transaction = database.begin_write().await.unwrap();
    rates::take(&transaction, &ALICE, RATE, START).await.unwrap().unwrap();
    drop(transaction);
    assert_eq!(exhaust(&database, &ALICE, START).await, 5);

    let transaction = database.begin_write().await.unwrap();
    rates::give_back(&transaction, &ALICE, RATE).await.unwrap();
    rates::give_back(&transaction, &BOB, RATE).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(exhaust(&database, &ALICE, START).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_at_once_get_exactly_what_is_allowed() {
    let database = store::database().await;
    for round in 0..3 {
        let name = [round; 32];
        let mut calls = JoinSet::new();
        for _ in 0..100 {
            let database = database.clone();
            calls.spawn(async move { take(&database, &name, START).await.is_ok() });
        }
        let taken = calls.join_all().await.into_iter().filter(|is_taken| *is_taken).count();
        assert_eq!(taken, 5);
    }
}

#[tokio::test]
async fn rows_that_say_nothing_any_more_are_swept_a_few_at_a_time() {
    let database = store::database().await;
    for number in 0..20 {
        take(&database, &[number; 32], START).await.unwrap();
    }
    let sweep = async |now| {
        let transaction = database.begin_write().await.unwrap();
        rates::sweep(&transaction, now).await.unwrap();
        transaction.commit().await.unwrap();
        store::count(database.reader(), "rates", None).await
    };
    assert_eq!(sweep(START.plus(TEN_SECONDS)).await, 20, "these still say something");
    let later = START.plus(TEN_SECONDS * 2);
    assert_eq!(sweep(later).await, 12);
    assert_eq!(sweep(later).await, 4);
    assert_eq!(sweep(later).await, 0);
}

#[test]
fn waits_are_told_in_words_that_are_never_too_short() {
    let told = [
        (0, "a second"),
        (1_001, "2 seconds"),
        (119_000, "119 seconds"),
        (120_001, "3 minutes"),
        (7_200_000, "2 hours"),
        (7_200_001, "3 hours"),
    ];
    for (millis, words) in told {
        assert_eq!(in_words(Duration::from_millis(millis)), words);
    }
}

#[test]
fn callers_of_whom_nobody_knows_the_address_share_one_network() {
    assert_eq!(network_of(None), network_of(None));
    assert_ne!(network_of(None), network_of("192.0.2.1".parse().ok()));
    assert_ne!(network_of("192.0.2.1".parse().ok()), network_of("192.0.2.2".parse().ok()));
}
