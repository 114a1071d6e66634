//! Deliveries: their retries, their end, and how they are woken.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use service_kit::outbox::Delivery;
use service_kit::relay::{DeliveryError, Relay};
use service_kit::{Clock, Database, Entropy};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::outbox::{TOPIC, appended, waiting};
use crate::store;

/// Keeps what is delivered.
#[derive(Clone, Default)]
pub struct Inbox(Arc<Mutex<Vec<Delivery>>>);

impl Inbox {
    pub fn keep(&self, delivery: Delivery) {
        self.0.lock().unwrap().push(delivery);
    }

    pub fn all(&self) -> Vec<Delivery> {
        self.0.lock().unwrap().clone()
    }

    pub fn keys(&self) -> Vec<String> {
        self.all().into_iter().map(|delivery| delivery.key).collect()
    }

    /// A relay that delivers into this inbox.
    pub fn relay(&self, database: &Database, clock: &Clock) -> Relay {
        let inbox = self.clone();
        relay(database, clock, move |delivery| {
            inbox.keep(delivery);
            Ok(())
        })
    }
}

/// A relay whose handler answers at once.
pub fn relay(
    database: &Database,
    clock: &Clock,
    handler: impl Fn(Delivery) -> Result<(), DeliveryError> + Send + Sync + 'static,
) -> Relay {
    Relay::new(database.clone(), clock.clone(), Entropy::seeded(1)).on(TOPIC, move |delivery| {
        let outcome = handler(delivery);
        async { outcome }
    })
}

/// Delivers until so many messages were tried. A Postgres server that others use too may hold them back.
pub async fn deliver(relay: &Relay, expected: usize) -> usize {
    let mut tried = 0;
    for _ in 0..20 {
        tried += relay.run_once().await;
        if tried >= expected {
            break;
        }
    }
    tried
}

#[tokio::test]
async fn a_failing_delivery_is_tried_again_after_growing_waits_for_as_long_as_it_takes() {
    let database = store::database().await;
    appended(&database, ["a"]).await;
    let clock = test_kit::clock();
    let tries = Arc::new(Mutex::new(Vec::new()));
    let is_mended = Arc::new(AtomicBool::new(false));
    let relay = {
        let (tries, clock, is_mended) = (Arc::clone(&tries), clock.clone(), Arc::clone(&is_mended));
        relay(&database, &clock.clone(), move |delivery| {
            tries.lock().unwrap().push((clock.now(), delivery.attempts));
            if is_mended.load(Ordering::SeqCst) { Ok(()) } else { Err(DeliveryError::Retry("not today".to_owned())) }
        })
    };
    let step = Duration::from_millis(500);
    assert_eq!(deliver(&relay, 1).await, 1);
    for _ in 0..2 * 40 {
        clock.advance(step);
        relay.run_once().await;
    }
    let early = tries.lock().unwrap().clone();
    let waits: Vec<i64> = early.windows(2).map(|pair| pair[1].0.millis() - pair[0].0.millis()).collect();
    assert!(waits.len() >= 3, "{waits:?}");
    assert!(waits.is_sorted(), "{waits:?}");
    assert!((1000..=2000).contains(&waits[0]), "{waits:?}");
    assert!(early.iter().map(|(_, attempts)| *attempts).eq(0..i32::try_from(early.len()).unwrap()));

    // Days later it is tried as often as ever.
    for _ in 0..50 * 6 {
        clock.advance(Duration::from_secs(600));
        assert_eq!(relay.run_once().await, 1);
    }
    assert_eq!(store::count(database.reader(), "outbox", Some("abandoned_ms")).await, 0);
    is_mended.store(true, Ordering::SeqCst);
    clock.advance(Duration::from_secs(600));
    assert_eq!(deliver(&relay, 1).await, 1);
    assert_eq!(waiting(&database).await, 0);
}

#[tokio::test]
async fn a_hopeless_delivery_is_set_aside_at_once_and_holds_up_no_other() {
    let database = store::database().await;
    appended(&database, ["hopeless", "fine"]).await;
    let clock = test_kit::clock();
    let inbox = Inbox::default();
    let relay = {
        let inbox = inbox.clone();
        relay(&database, &clock, move |delivery| {
            if delivery.key == "hopeless" {
                return Err(DeliveryError::Abandon("never".to_owned()));
            }
            inbox.keep(delivery);
            Ok(())
        })
    };
    assert_eq!(deliver(&relay, 2).await, 2);
    assert_eq!(inbox.keys(), ["fine"]);
    clock.advance(Duration::from_secs(3600));
    assert_eq!(relay.run_once().await, 0);
    assert_eq!(store::count(database.reader(), "outbox", Some("abandoned_ms")).await, 1);
}

#[tokio::test]
async fn a_handler_that_panics_is_a_failed_delivery_and_the_relay_lives_on() {
    let database = store::database().await;
    appended(&database, ["panic", "fine"]).await;
    let clock = test_kit::clock();
    let inbox = Inbox::default();
    let relay = {
        let inbox = inbox.clone();
        relay(&database, &clock, move |delivery| {
            assert!(delivery.key != "panic" || delivery.attempts > 0, "as asked");
            inbox.keep(delivery);
            Ok(())
        })
    };
    assert_eq!(deliver(&relay, 2).await, 2);
    assert_eq!(inbox.keys(), ["fine"]);
    clock.advance(Duration::from_secs(2));
    assert_eq!(deliver(&relay, 1).await, 1);
    assert_eq!(inbox.keys(), ["fine", "panic"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_wakes_the_relay_before_its_poll() {
    const MESSAGES: u32 = 30;
    let database = store::database().await;
    let (sender, mut delivered) = mpsc::channel(1);
    let relay = Relay::new(database.clone(), test_kit::clock(), Entropy::seeded(1)).on(TOPIC, move |delivery| {
        let sender = sender.clone();
        async move { sender.send(delivery.key).await.map_err(|error| DeliveryError::Retry(error.to_string())) }
    });
    let stop = CancellationToken::new();
    let running = tokio::spawn(relay.run(stop.clone()));
    let started = tokio::time::Instant::now();
    for number in 0..MESSAGES {
        appended(&database, [number.to_string()]).await;
        assert_eq!(delivered.recv().await, Some(number.to_string()));
    }
    // By polling each second, each message would have waited for most of one.
    assert!(started.elapsed() < Duration::from_secs(1) * MESSAGES / 2, "{:?}", started.elapsed());
    stop.cancel();
    running.await.unwrap();
    assert_eq!(waiting(&database).await, 0);
}
