//! What lies in an outbox: looked at by the operator, begun anew, and removed once it means nothing any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use service_kit::outbox::{Kept, WhichKept, list, retry};
use service_kit::relay::{DeliveryError, Relay};
use service_kit::{Clock, Database, Entropy};
use test_kit::{START, TestIssuer};

use crate::counting::known;
use crate::outbox::{TOPIC, appended, waiting};
use crate::relay::deliver;
use crate::store;
use crate::stub::Stub;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Delivers what is fine, and the hopeless once it is not.
fn relay(database: &Database, clock: &Clock, is_hopeless: &Arc<AtomicBool>) -> Relay {
    let is_hopeless = Arc::clone(is_hopeless);
    Relay::new(database.clone(), clock.clone(), Entropy::seeded(1)).on(TOPIC, move |delivery| {
        let outcome = match delivery.key.as_str() {
            "late" => Err(DeliveryError::Retry("not now".to_owned())),
            "hopeless" if is_hopeless.load(Ordering::SeqCst) => Err(DeliveryError::Abandon("never".to_owned())),
            _ => Ok(()),
        };
        async { outcome }
    })
}

async fn kept(database: &Database, which: &WhichKept) -> Vec<Kept> {
    list(database, which, None, 10).await.unwrap()
}

async fn begin_anew(database: &Database, clock: &Clock, which: &WhichKept) -> u64 {
    let transaction = database.begin_write().await.unwrap();
    let begun = retry(&transaction, which, clock.now()).await.unwrap();
    transaction.commit().await.unwrap();
    begun
}

#[tokio::test]
async fn what_waits_and_what_was_set_aside_is_listed_page_by_page() {
    let (database, clock) = (store::database().await, test_kit::clock());
    appended(&database, ["fine", "late", "hopeless"]).await;
    deliver(&relay(&database, &clock, &Arc::new(AtomicBool::new(true))), 3).await;
    let all = kept(&database, &WhichKept::default()).await;
    let told: Vec<_> = all.iter().map(|one| (one.key.as_str(), one.attempts, one.set_aside)).collect();
    assert_eq!(told, [("late", 1, None), ("hopeless", 1, Some(START))]);
    assert_eq!((all[0].topic.as_str(), all[0].created), (TOPIC, START));
    assert!(all[0].due > START, "{:?}", all[0]);

    let next = list(&database, &WhichKept::default(), Some(all[0].id), 1).await.unwrap();
    assert_eq!(next.iter().map(|one| one.id).collect::<Vec<_>>(), [all[1].id]);
    let set_aside = WhichKept { set_aside: true, ..WhichKept::default() };
    assert_eq!(kept(&database, &set_aside).await.iter().map(|one| one.id).collect::<Vec<_>>(), [all[1].id]);
    let elsewhere = WhichKept { topic: Some("another topic".to_owned()), ..WhichKept::default() };
    assert!(kept(&database, &elsewhere).await.is_empty());
}

#[tokio::test]
async fn what_was_set_aside_is_delivered_once_the_operator_has_it_tried_again() {
    let (database, clock) = (store::database().await, test_kit::clock());
    appended(&database, ["late", "hopeless"]).await;
    let is_hopeless = Arc::new(AtomicBool::new(true));
    let relay = relay(&database, &clock, &is_hopeless);
    deliver(&relay, 2).await;
    is_hopeless.store(false, Ordering::SeqCst);
    let late = kept(&database, &WhichKept::default()).await.remove(0);
    let nothing = WhichKept { id: Some(late.id), ..WhichKept::default() };
    assert_eq!(begin_anew(&database, &clock, &nothing).await, 0, "it is tried anyway");
    let elsewhere = WhichKept { topic: Some("another topic".to_owned()), ..WhichKept::default() };
    assert_eq!(begin_anew(&database, &clock, &elsewhere).await, 0);
    assert_eq!(relay.run_once().await, 0);

    assert_eq!(begin_anew(&database, &clock, &WhichKept::default()).await, 1);
    assert_eq!(deliver(&relay, 1).await, 1);
    let left = kept(&database, &WhichKept::default()).await;
    assert_eq!(left.iter().map(|one| one.key.as_str()).collect::<Vec<_>>(), ["late"]);
}

#[tokio::test]
async fn what_was_set_aside_is_removed_after_a_week_where_it_means_nothing_any_more_and_kept_elsewhere() {
    let (database, clock) = (store::database().await, test_kit::clock());
    let trust = TestIssuer::new(&clock).trust();
    let never = |_| async { Err(DeliveryError::Abandon("never".to_owned())) };
    for (is_passing, left) in [(false, 1), (true, 0)] {
        appended(&database, ["hopeless"]).await;
        let relay = Relay::new(database.clone(), clock.clone(), Entropy::seeded(1));
        let relay = if is_passing { relay.on_for_a_day(TOPIC, never) } else { relay.on(TOPIC, never) };
        let shop = Stub::echo().behind(&trust, known).relay(relay).build();
        deliver(shop.relay().unwrap(), 1).await;
        for (wait, rows) in [(DAY * 6, 1), (DAY * 2, left)] {
            clock.advance(wait);
            for work in shop.periodic() {
                work.run_once().await;
            }
            assert_eq!(waiting(&database).await, rows);
        }
    }
}
