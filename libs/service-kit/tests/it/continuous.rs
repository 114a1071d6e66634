//! Work that is done all the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use service_kit::continuous::ContinuousWork;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::hosting::Served;
use crate::stub::Stub;

#[tokio::test]
async fn a_served_service_works_until_its_stop_and_the_stop_waits_for_the_end_of_it() {
    let (sender, mut said) = mpsc::unbounded_channel();
    let work = ContinuousWork::new("waiting", move |stop: CancellationToken| {
        let sender = sender.clone();
        async move {
            sender.send("begun").unwrap();
            stop.cancelled().await;
            tokio::task::yield_now().await;
            sender.send("ended").unwrap();
        }
    });
    let service = Stub::echo().behind(&test_kit::TestIssuer::new(&test_kit::clock()).trust(), |_| None);
    let served = Served::start(service.continuous(work).build()).await;
    assert_eq!(said.recv().await, Some("begun"));
    assert!(said.try_recv().is_err(), "it works on");
    served.stop.now();
    served.end.await.unwrap().unwrap();
    assert_eq!(said.try_recv(), Ok("ended"));
}

#[tokio::test]
async fn work_that_panics_is_begun_again_and_work_that_ends_is_not() {
    let begun = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&begun);
    let work = ContinuousWork::new("panicking", move |_| {
        let time = counted.fetch_add(1, Ordering::SeqCst);
        async move { assert!(time == 1, "the first time panics") }
    });
    work.run(CancellationToken::new()).await;
    assert_eq!(begun.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn work_that_panics_is_not_begun_again_after_the_stop() {
    let stop = CancellationToken::new();
    stop.cancel();
    let work = ContinuousWork::new("panicking", |_| async { panic!("always") });
    work.run(stop).await;
}
