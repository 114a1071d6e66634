//! Work that is done from time to time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use service_kit::Entropy;
use service_kit::periodic::PeriodicWork;
use tokio::sync::mpsc;

use crate::hosting::Served;
use crate::stub::Stub;

const OFTEN: Duration = Duration::from_millis(1);

#[tokio::test]
async fn a_served_service_works_again_and_again_until_it_stops() {
    let (sender, mut done) = mpsc::unbounded_channel();
    let work = PeriodicWork::new("counting", OFTEN, Entropy::system(), move || {
        let sent = sender.send(()).map_err(|error| error.to_string());
        async move { sent }
    });
    let service = Stub::echo().behind(&test_kit::TestIssuer::new(&test_kit::clock()).trust(), |_| None);
    let served = Served::start(service.periodic(work).build()).await;
    for _ in 0..3 {
        done.recv().await.expect("another round");
    }
    served.stop.now();
    served.end.await.unwrap().unwrap();
    while done.recv().await.is_some() {}
}

#[tokio::test]
async fn a_round_that_fails_or_panics_does_not_end_the_next() {
    let rounds = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&rounds);
    let work = PeriodicWork::new("failing", OFTEN, Entropy::system(), move || {
        let round = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            assert!(round != 1, "the second round panics");
            if round == 0 { Err("the first round fails") } else { Ok(()) }
        }
    });
    for _ in 0..3 {
        work.run_once().await;
    }
    assert_eq!(rounds.load(Ordering::SeqCst), 3);
}
