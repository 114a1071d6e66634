//! Stopping while deliveries are under way.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use service_kit::Entropy;
use service_kit::relay::Relay;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::outbox::{TOPIC, appended, waiting};
use crate::relay::{Inbox, deliver};
use crate::store;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_finished_and_the_rest_is_left_to_others_at_once() {
    const MESSAGES: usize = 10;
    let database = store::database().await;
    appended(&database, (0..MESSAGES).map(|number| number.to_string())).await;
    let clock = test_kit::clock();
    let go = Arc::new(Semaphore::new(0));
    let (sender, mut begun) = mpsc::channel(MESSAGES);
    let inbox = Inbox::default();
    let relay = {
        let (go, inbox) = (Arc::clone(&go), inbox.clone());
        Relay::new(database.clone(), clock.clone(), Entropy::seeded(1)).on(TOPIC, move |delivery| {
            let (go, inbox, sender) = (Arc::clone(&go), inbox.clone(), sender.clone());
            async move {
                let _ = sender.send(()).await;
                let _ = go.acquire().await;
                inbox.keep(delivery);
                Ok(())
            }
        })
    };
    let stop = CancellationToken::new();
    let running = tokio::spawn(relay.run(stop.clone()));
    begun.recv().await.unwrap();
    stop.cancel();
    assert!(!running.is_finished());
    go.add_permits(MESSAGES);
    running.await.unwrap();

    let finished = inbox.all().len();
    assert!((1..MESSAGES).contains(&finished), "{finished} were finished");
    let left = MESSAGES - finished;
    assert_eq!(waiting(&database).await, i64::try_from(left).unwrap());
    // No claim is in the way of whoever comes next.
    assert_eq!(deliver(&inbox.relay(&database, &clock), left).await, left);
    assert_eq!(waiting(&database).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_delivery_is_waited_for_and_delivered_once_while_what_waits_behind_it_is_free_at_once() {
    const MESSAGES: usize = 10;
    /// So many are delivered side by side.
    const PLACES: usize = 4;
    /// Far longer than giving claims back takes.
    const SLOW: Duration = Duration::from_secs(6);
    let database = store::database().await;
    appended(&database, (0..MESSAGES).map(|number| number.to_string())).await;
    let clock = test_kit::clock();
    let go = Arc::new(Semaphore::new(0));
    let (sender, mut begun) = mpsc::channel(MESSAGES);
    let slow = Inbox::default();
    let relay = {
        let (go, slow) = (Arc::clone(&go), slow.clone());
        Relay::new(database.clone(), clock.clone(), Entropy::seeded(1)).on(TOPIC, move |delivery| {
            let (go, slow, sender) = (Arc::clone(&go), slow.clone(), sender.clone());
            async move {
                let _ = sender.send(()).await;
                let _ = go.acquire().await;
                slow.keep(delivery);
                Ok(())
            }
        })
    };
    let stop = CancellationToken::new();
    let mut running = tokio::spawn(relay.run(stop.clone()));
    for _ in 0..PLACES {
        begun.recv().await.unwrap();
    }
    stop.cancel();

    let others = Inbox::default();
    let other = others.relay(&database, &clock);
    while others.all().len() < MESSAGES - PLACES {
        other.run_once().await;
    }
    assert!(tokio::time::timeout(SLOW, &mut running).await.is_err(), "it waits for what it has begun");
    assert_eq!(other.run_once().await, 0, "and nobody else begins that");
    go.add_permits(MESSAGES);
    running.await.unwrap();
    assert_eq!(waiting(&database).await, 0, "what was done is on record");
    let (slow, others) = (slow.keys().into_iter().collect::<BTreeSet<_>>(), others.keys());
    assert_eq!((slow.len(), others.len()), (PLACES, MESSAGES - PLACES));
    assert!(others.iter().all(|key| !slow.contains(key)), "{slow:?} {others:?}");
}
