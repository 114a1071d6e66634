//! Hearing of narrowing changes.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;
use service_kit::positions::{self, Follower, Gap, Tail};
use service_kit::refusal::reason_of;
use service_kit::{Clock, Database, Entropy, ErrorReason};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::store;

const MEMORY: Duration = Duration::from_secs(600);

struct Record {
    database: Database,
    clock: Clock,
    tail: Tail,
}

impl Record {
    async fn open() -> Self {
        let database = store::open(&test_kit::fresh_database("kit").await).await;
        let clock = test_kit::clock();
        let tail = Tail::new(&database, &clock, MEMORY);
        Self { database, clock, tail }
    }

    async fn change(&self, number: i64) -> Result<i64, DbErr> {
        let transaction = self.database.begin_write().await?;
        let position = positions::advance(&transaction, "kind", json!({ "number": number }), self.clock.now()).await?;
        transaction.commit().await?;
        Ok(position)
    }

    /// Somebody who has heard what is there.
    async fn follower(&self) -> (Follower, Vec<i64>) {
        self.tail.look().await.unwrap();
        let mut follower = self.tail.follow().expect("a look has succeeded");
        let heard = hear(&mut follower).await.unwrap();
        (follower, heard)
    }
}

async fn hear(follower: &mut Follower) -> Result<Vec<i64>, Gap> {
    Ok(follower.next().await?.events.iter().map(|event| event.position).collect())
}

#[tokio::test]
async fn whoever_begins_hears_of_the_last_while_and_then_of_each_change() {
    let record = Record::open().await;
    assert!(record.tail.follow().is_none(), "nothing is known before the first look");
    record.change(1).await.unwrap();
    record.clock.advance(MEMORY + Duration::from_secs(1));
    record.change(2).await.unwrap();
    record.change(3).await.unwrap();
    let (mut follower, heard) = record.follower().await;
    assert_eq!(heard, [2, 3]);

    record.change(4).await.unwrap();
    record.change(5).await.unwrap();
    record.tail.look().await.unwrap();
    let news = follower.next().await.unwrap();
    assert_eq!(news.position, 5);
    let told: Vec<_> = news.events.iter().map(|event| (event.position, &event.kind, event.at)).collect();
    let (kind, now) = ("kind".to_owned(), record.clock.now());
    assert_eq!(told, [(4, &kind, now), (5, &kind, now)]);
    assert_eq!(news.events[0].subject, json!({ "number": 4 }));
}

#[tokio::test]
async fn silence_is_broken_by_heartbeats_that_tell_how_old_they_are() {
    let record = Record::open().await;
    record.change(1).await.unwrap();
    let (mut follower, _) = record.follower().await;
    let begun = Instant::now();
    let mut age = Duration::ZERO;
    for _ in 0..2 {
        let news = timeout(Duration::from_secs(10), follower.next()).await.unwrap().unwrap();
        assert_eq!((news.events.len(), news.position), (0, 1));
        assert!(news.age > age, "nobody has looked since");
        age = news.age;
    }
    assert!(begun.elapsed() >= Duration::from_millis(500));
    record.tail.look().await.unwrap();
    assert!(follower.next().await.unwrap().age < age);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_that_runs_misses_nothing_of_many_writers_and_repeats_nothing() {
    const WRITERS: i64 = 8;
    const EACH: i64 = 25;
    let record = Record::open().await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(record.tail.clone().run(stop.clone()));
    let mut follower = loop {
        match record.tail.follow() {
            Some(follower) => break follower,
            None => tokio::task::yield_now().await,
        }
    };
    let writing = async {
        join_all((0..WRITERS).map(|writer| {
            let record = &record;
            async move {
                for number in 0..EACH {
                    record.change(writer * EACH + number).await.unwrap();
                }
            }
        }))
        .await;
    };
    let listening = async {
        let (mut heard, mut subjects) = (0, HashSet::new());
        while heard < WRITERS * EACH {
            let news = timeout(Duration::from_secs(30), follower.next()).await.expect("news").unwrap();
            for event in &news.events {
                heard += 1;
                assert_eq!(event.position, heard);
                assert!(subjects.insert(event.subject.to_string()));
            }
            assert_eq!(news.position, heard);
        }
    };
    tokio::join!(writing, listening);
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn whoever_is_slower_than_the_memory_is_long_begins_anew() {
    let record = Record::open().await;
    record.change(1).await.unwrap();
    let (mut slow, _) = record.follower().await;
    record.change(2).await.unwrap();
    record.tail.look().await.unwrap();
    record.clock.advance(MEMORY + Duration::from_secs(1));
    record.change(3).await.unwrap();
    record.tail.look().await.unwrap();
    assert_eq!(hear(&mut slow).await, Err(Gap));
    let (_, heard) = record.follower().await;
    assert_eq!(heard, [3]);
}

#[tokio::test]
async fn a_record_that_was_put_back_from_a_backup_is_another_one() {
    let record = Record::open().await;
    for number in 0..3 {
        record.change(number).await.unwrap();
    }
    let (mut follower, heard) = record.follower().await;
    assert_eq!(heard, [1, 2, 3]);
    let transaction = record.database.begin_write().await.unwrap();
    let fewer =
        Query::delete().from_table(Alias::new("narrowing_events")).and_where(Expr::cust("position > 1")).to_owned();
    transaction.execute(&fewer).await.unwrap();
    let back = Query::update().table(Alias::new("positions")).value(Alias::new("value"), 1).to_owned();
    transaction.execute(&back).await.unwrap();
    transaction.commit().await.unwrap();
    record.tail.look().await.unwrap();
    assert_eq!(hear(&mut follower).await, Err(Gap));
    let (_, heard) = record.follower().await;
    assert_eq!(heard, [1]);
}

#[tokio::test]
async fn a_backup_that_has_grown_as_long_again_is_another_record_too() {
    for grown_by in [2, 3] {
        let record = Record::open().await;
        for number in 0..3 {
            record.change(number).await.unwrap();
        }
        let (mut follower, heard) = record.follower().await;
        assert_eq!(heard, [1, 2, 3]);
        let transaction = record.database.begin_write().await.unwrap();
        let fewer =
            Query::delete().from_table(Alias::new("narrowing_events")).and_where(Expr::cust("position > 1")).to_owned();
        transaction.execute(&fewer).await.unwrap();
        let back = Query::update().table(Alias::new("positions")).value(Alias::new("value"), 1).to_owned();
        transaction.execute(&back).await.unwrap();
        transaction.commit().await.unwrap();
        for number in 0..grown_by {
            record.change(10 + number).await.unwrap();
        }
        record.tail.look().await.unwrap();
        assert_eq!(hear(&mut follower).await, Err(Gap), "{grown_by}");
        let (_, heard) = record.follower().await;
        assert_eq!(heard, (1..=1 + grown_by).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn old_changes_are_forgotten_and_the_count_goes_on() {
    let record = Record::open().await;
    for number in 0..3 {
        record.change(number).await.unwrap();
    }
    record.clock.advance(Duration::from_secs(24 * 3600));
    let sweep = positions::sweep(&record.database, &record.clock, &Entropy::system());
    sweep.run_once().await;
    assert_eq!(record.change(3).await.unwrap(), 4);
    assert_eq!(store::count(record.database.reader(), "narrowing_events", None).await, 4, "a day is not over yet");
    record.clock.advance(Duration::from_millis(1));
    sweep.run_once().await;
    assert_eq!(store::count(record.database.reader(), "narrowing_events", None).await, 1);
    let (_, heard) = record.follower().await;
    assert_eq!(heard, [4]);
}

#[tokio::test]
async fn news_come_in_portions_and_the_last_one_says_so() {
    let record = Record::open().await;
    let transaction = record.database.begin_write().await.unwrap();
    for number in 0..4_500 {
        positions::advance(&transaction, "kind", json!(number), record.clock.now()).await.unwrap();
    }
    transaction.commit().await.unwrap();
    record.tail.look().await.unwrap();
    let mut stream = std::pin::pin!(positions::portions(&record.tail));
    for (events, position, has_more) in
        [(2_000, 2_000, true), (2_000, 4_000, true), (500, 4_500, false), (0, 4_500, false)]
    {
        let portion = stream.next().await.unwrap().unwrap();
        assert_eq!((portion.events.len(), portion.position, portion.has_more), (events, position, has_more));
    }
}

#[tokio::test]
async fn portions_that_wait_to_be_read_are_of_one_look_and_what_was_forgotten_before_is_a_gap() {
    let record = Record::open().await;
    let change_many = async |count: i64| {
        let transaction = record.database.begin_write().await.unwrap();
        for number in 0..count {
            positions::advance(&transaction, "kind", json!(number), record.clock.now()).await.unwrap();
        }
        transaction.commit().await.unwrap();
        record.tail.look().await.unwrap();
    };
    change_many(2_500).await;
    let mut reads_on = record.tail.follow().unwrap();
    let mut waits = record.tail.follow().unwrap();
    assert!(reads_on.next().await.unwrap().has_more && waits.next().await.unwrap().has_more);
    change_many(1).await;
    let rest = reads_on.next().await.unwrap();
    assert_eq!((rest.events.len(), rest.position, rest.has_more), (500, 2_500, false));
    assert_eq!(hear(&mut reads_on).await.unwrap(), [2_501]);
    record.clock.advance(MEMORY + Duration::from_secs(1));
    change_many(1).await;
    assert_eq!(hear(&mut waits).await, Err(Gap));
    assert_eq!(hear(&mut reads_on).await.unwrap(), [2_502]);
}

#[tokio::test]
async fn a_tail_that_ends_leaves_nobody_waiting() {
    let record = Record::open().await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(record.tail.clone().run(stop.clone()));
    while record.tail.follow().is_none() {
        tokio::task::yield_now().await;
    }
    let mut stream = std::pin::pin!(positions::portions(&record.tail));
    assert!(stream.next().await.unwrap().is_ok());
    stop.cancel();
    running.await.unwrap();
    let ended = stream.next().await.unwrap().unwrap_err();
    assert_eq!(reason_of(&ended), Some(ErrorReason::ServiceUnavailable));
    assert!(stream.next().await.is_none());
    assert!(record.tail.follow().is_none());
}

#[tokio::test]
async fn only_so_many_follow_at_once() {
    let record = Record::open().await;
    record.tail.look().await.unwrap();
    let mut following: Vec<_> = std::iter::from_fn(|| record.tail.follow()).take(2_000).collect();
    assert_eq!(following.len(), 1_000);
    following.pop();
    assert!(record.tail.follow().is_some());
}
