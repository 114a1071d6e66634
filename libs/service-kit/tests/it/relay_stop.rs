//! Stopping while deliveries are under way.

use std::sync::Arc;

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
async fn what_is_not_finished_within_seconds_is_let_go_of_for_others_and_goes_on() {
    let database = store::database().await;
    appended(&database, ["slow".to_owned()]).await;
    let clock = test_kit::clock();
    let go = Arc::new(Semaphore::new(0));
    let ((begun_sender, mut begun), (done_sender, mut done)) = (mpsc::channel(1), mpsc::channel(1));
    let relay = {
        let go = Arc::clone(&go);
        Relay::new(database.clone(), clock.clone(), Entropy::seeded(1)).on(TOPIC, move |_| {
            let (go, begun, done) = (Arc::clone(&go), begun_sender.clone(), done_sender.clone());
            async move {
                let _ = begun.send(()).await;
                let _ = go.acquire().await;
                let _ = done.send(()).await;
                Ok(())
            }
        })
    };
    let stop = CancellationToken::new();
    let running = tokio::spawn(relay.run(stop.clone()));
    begun.recv().await.unwrap();
    stop.cancel();
    running.await.unwrap();

    // The clock stands still, so a claim would be in the way for ever.
    let inbox = Inbox::default();
    assert_eq!(deliver(&inbox.relay(&database, &clock), 1).await, 1);
    assert_eq!(inbox.keys(), ["slow"]);
    go.add_permits(1);
    done.recv().await.expect("nothing is dropped in the middle");
    assert_eq!(waiting(&database).await, 0);
}
