//! Several relays over one outbox.

use std::collections::BTreeSet;
use std::time::Duration;

use service_kit::Entropy;
use service_kit::relay::Relay;
use tokio::sync::{Notify, mpsc};

use crate::outbox::{TOPIC, appended, waiting};
use crate::relay::{Inbox, deliver};
use crate::store;

#[tokio::test(flavor = "multi_thread")]
async fn two_relays_at_once_deliver_each_message_once() {
    const MESSAGES: usize = 200;
    let settings = test_kit::fresh_database("kit").await;
    let (one, other) = (store::open(&settings).await, store::open(&settings).await);
    appended(&one, (0..MESSAGES).map(|number| number.to_string())).await;
    let inbox = Inbox::default();
    let clock = test_kit::clock();
    let (one_relay, other_relay) = (inbox.relay(&one, &clock), inbox.relay(&other, &clock));
    let work = |relay: Relay| tokio::spawn(async move { deliver(&relay, MESSAGES).await });
    let (one_tried, other_tried) = tokio::join!(work(one_relay), work(other_relay));
    assert_eq!(one_tried.unwrap() + other_tried.unwrap(), MESSAGES);
    let keys = inbox.keys();
    assert_eq!(keys.len(), MESSAGES);
    assert_eq!(keys.into_iter().collect::<BTreeSet<_>>().len(), MESSAGES);
    assert_eq!(waiting(&one).await, 0);
}

#[tokio::test]
async fn a_message_whose_relay_died_is_delivered_by_another_once_the_claim_has_run_out() {
    let database = store::database().await;
    appended(&database, ["a"]).await;
    let clock = test_kit::clock();
    let (sender, mut begun) = mpsc::channel(1);
    let doomed = Relay::new(database.clone(), clock.clone(), Entropy::seeded(1)).on(TOPIC, move |_| {
        let sender = sender.clone();
        async move {
            let _ = sender.send(()).await;
            Notify::new().notified().await;
            Ok(())
        }
    });
    let dying = tokio::spawn(async move { deliver(&doomed, 1).await });
    begun.recv().await.unwrap();
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());

    let inbox = Inbox::default();
    let heir = inbox.relay(&database, &clock);
    assert_eq!(heir.run_once().await, 0);
    clock.advance(Duration::from_secs(61));
    assert_eq!(deliver(&heir, 1).await, 1);
    assert_eq!(inbox.all()[0].attempts, 1);
    assert_eq!(waiting(&database).await, 0);
}

#[tokio::test]
async fn a_slow_batch_gives_back_what_its_claim_does_not_cover() {
    let database = store::database().await;
    appended(&database, (0..6).map(|number| number.to_string())).await;
    let clock = test_kit::clock();
    let inbox = Inbox::default();
    let slow = {
        let (inbox, clock) = (inbox.clone(), clock.clone());
        crate::relay::relay(&database, &clock.clone(), move |delivery| {
            // The first delivery takes most of the claim.
            if inbox.all().is_empty() {
                clock.advance(Duration::from_secs(31));
            }
            inbox.keep(delivery);
            Ok(())
        })
    };
    assert_eq!(deliver(&slow, 6).await, 6);
    assert!(inbox.all().len() < 6, "{:?}", inbox.keys());
    while waiting(&database).await > 0 {
        deliver(&slow, 1).await;
    }
    assert_eq!(inbox.keys(), ["0", "1", "2", "3", "4", "5"]);
}
