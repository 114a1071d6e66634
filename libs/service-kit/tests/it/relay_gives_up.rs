//! Messages that are not tried again: somebody is told before they are set aside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use service_kit::outbox::Delivery;
use service_kit::relay::{DeliveryError, Relay};
use service_kit::{Clock, Database, Entropy};

use crate::outbox::{TOPIC, appended};
use crate::relay::{Inbox, deliver};
use crate::store;

const HOUR: Duration = Duration::from_secs(3600);

/// A relay whose handler always answers this, and that keeps what it gives up.
fn relay(
    (database, clock): (&Database, &Clock),
    given_up: &Inbox,
    outcome: impl Fn(&Delivery) -> Result<(), DeliveryError> + Send + Sync + 'static,
    hears: impl Fn() -> Result<(), DeliveryError> + Send + Sync + 'static,
) -> Relay {
    let given_up = given_up.clone();
    Relay::new(database.clone(), clock.clone(), Entropy::seeded(1)).on_until_given_up(
        TOPIC,
        move |delivery| {
            let outcome = outcome(&delivery);
            async { outcome }
        },
        move |delivery| {
            let heard = hears();
            if heard.is_ok() {
                given_up.keep(delivery);
            }
            async { heard }
        },
    )
}

async fn set_aside(database: &Database) -> i64 {
    store::count(database.reader(), "outbox", Some("abandoned_ms")).await
}

#[tokio::test]
async fn what_is_hopeless_is_told_at_once_and_what_is_delivered_is_not() {
    let (database, clock, given_up) = (store::database().await, test_kit::clock(), Inbox::default());
    appended(&database, ["hopeless", "fine"]).await;
    let outcome = |delivery: &Delivery| match delivery.key.as_str() {
        "hopeless" => Err(DeliveryError::Abandon("never".to_owned())),
        _ => Ok(()),
    };
    let relay = relay((&database, &clock), &given_up, outcome, || Ok(()));
    assert_eq!(deliver(&relay, 2).await, 2);
    assert_eq!((given_up.keys(), set_aside(&database).await), (vec!["hopeless".to_owned()], 1));
}

#[tokio::test]
async fn what_was_given_up_is_begun_anew_when_it_is_wanted_again() {
    let (database, clock, given_up) = (store::database().await, test_kit::clock(), Inbox::default());
    appended(&database, ["step"]).await;
    let is_mended = Arc::new(AtomicBool::new(false));
    let outcome = {
        let is_mended = Arc::clone(&is_mended);
        move |_: &Delivery| match is_mended.load(Ordering::SeqCst) {
            true => Ok(()),
            false => Err(DeliveryError::Abandon("not with this key".to_owned())),
        }
    };
    let relay = relay((&database, &clock), &given_up, outcome, || Ok(()));
    deliver(&relay, 1).await;
    assert_eq!(set_aside(&database).await, 1);
    assert_eq!(relay.run_once().await, 0, "nobody tries it any more");

    is_mended.store(true, Ordering::SeqCst);
    appended(&database, ["step", "step"]).await;
    assert_eq!(set_aside(&database).await, 0);
    assert_eq!(deliver(&relay, 1).await, 1);
    assert_eq!(store::count(database.reader(), "outbox", None).await, 0);
}

#[tokio::test]
async fn what_fails_for_a_day_is_told_once() {
    let (database, clock, given_up) = (store::database().await, test_kit::clock(), Inbox::default());
    appended(&database, ["a"]).await;
    let relay = relay((&database, &clock), &given_up, |_| Err(DeliveryError::Retry("not today".to_owned())), || Ok(()));
    for _ in 0..24 {
        assert_eq!((deliver(&relay, 1).await, given_up.all().len()), (1, 0));
        clock.advance(HOUR);
    }
    clock.advance(Duration::from_millis(1));
    deliver(&relay, 1).await;
    clock.advance(HOUR);
    assert_eq!(relay.run_once().await, 0);
    assert_eq!((given_up.all().len(), set_aside(&database).await), (1, 1));
    assert_eq!(given_up.all()[0].attempts, 24);
}

#[tokio::test]
async fn what_lay_for_days_is_tried_often_before_it_is_given_up() {
    let (database, clock, given_up) = (store::database().await, test_kit::clock(), Inbox::default());
    appended(&database, ["a"]).await;
    let relay = relay((&database, &clock), &given_up, |_| Err(DeliveryError::Retry("not today".to_owned())), || Ok(()));
    // Nobody delivers meanwhile, or an older copy of the database was put back.
    clock.advance(HOUR * 72);
    let began = clock.now();
    while given_up.all().is_empty() {
        deliver(&relay, 1).await;
        clock.advance(Duration::from_secs(60));
    }
    assert!(clock.now() > began.plus(HOUR / 2), "{:?}", given_up.all());
    assert_eq!((given_up.all()[0].attempts, set_aside(&database).await), (19, 1));
}

#[tokio::test]
async fn whoever_could_not_be_told_is_told_after_another_try() {
    let (database, clock, given_up) = (store::database().await, test_kit::clock(), Inbox::default());
    appended(&database, ["a"]).await;
    let (tries, is_deaf) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(true)));
    let outcome = {
        let tries = Arc::clone(&tries);
        move |_: &Delivery| {
            tries.fetch_add(1, Ordering::SeqCst);
            Err(DeliveryError::Abandon("never".to_owned()))
        }
    };
    let hears = {
        let is_deaf = Arc::clone(&is_deaf);
        move || {
            assert!(!is_deaf.load(Ordering::SeqCst), "a panic is not hearing");
            Ok(())
        }
    };
    let relay = relay((&database, &clock), &given_up, outcome, hears);
    deliver(&relay, 1).await;
    assert_eq!((given_up.all().len(), set_aside(&database).await), (0, 0));

    is_deaf.store(false, Ordering::SeqCst);
    clock.advance(Duration::from_secs(2));
    deliver(&relay, 1).await;
    assert_eq!((given_up.all().len(), set_aside(&database).await), (1, 1));
    assert_eq!(tries.load(Ordering::SeqCst), 2);
}
