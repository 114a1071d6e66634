//! What the second call is answered.

use std::sync::Arc;
use std::time::Duration;

use prost_types::method_options::IdempotencyLevel;
use service_kit::refusal::reason_of;
use service_kit::{ErrorReason, Refusal};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::shop::{Shop, bytes_of, is_replay, keyed, sell_one};
use crate::hosting::Wire;
use crate::stub::{Stub, answer, ask, message};

#[tokio::test]
async fn a_call_under_a_key_runs_once_and_is_answered_alike_twice() {
    for wire in Wire::BOTH {
        let shop = Shop::open().await;
        let hosted = wire.host(shop.selling()).await;
        let first = answer(&hosted.channel, keyed("key", "one")).await;
        assert!(!is_replay(&first), "{wire:?}");
        assert_eq!(first.unwrap().into_inner().next_page_token, "sale 1", "{wire:?}");
        let second = answer(&hosted.channel, keyed("key", "one")).await;
        assert!(is_replay(&second), "{wire:?}");
        assert_eq!(second.unwrap().into_inner().next_page_token, "sale 1", "{wire:?}");
        assert_eq!((shop.sold().await, shop.runs()), (1, 1), "{wire:?}");

        let third = bytes_of(&hosted.channel, "another", "one").await;
        assert_eq!(bytes_of(&hosted.channel, "another", "one").await, third, "{wire:?}");
        assert!(third.2.is_some_and(|trailers| trailers["grpc-status"] == "0"), "{wire:?}");
    }
}

#[tokio::test]
async fn calls_without_a_key_run_each_time() {
    let shop = Shop::open().await;
    let channel = shop.selling().in_process();
    for sold in 1..=3 {
        assert_eq!(ask(&channel, message("one")).await.unwrap(), format!("sale {sold}"));
    }
    assert_eq!(shop.keys().await, 0);
}

#[tokio::test]
async fn a_refusal_is_repeated_with_its_details_and_without_asking_again() {
    for wire in Wire::BOTH {
        let shop = Shop::open().await;
        let (asked, mut asking) = mpsc::unbounded_channel();
        let stub = Stub::new(move |_| {
            let nth = asked.send(()).map(|()| "held by Alice");
            async move {
                let refusal = Refusal::new(ErrorReason::OrganizationSlugTaken, "Choose another.");
                Err(refusal.with("holder", nth.unwrap()).into())
            }
        });
        let hosted = wire.host(shop.doing(stub, shop.idempotency(IdempotencyLevel::IdempotencyUnknown))).await;
        let first = bytes_of(&hosted.channel, "key", "one").await;
        assert_eq!(bytes_of(&hosted.channel, "key", "one").await, first, "{wire:?}");
        let second = answer(&hosted.channel, keyed("key", "one")).await;
        assert!(is_replay(&second), "{wire:?}");
        let status = second.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::OrganizationSlugTaken), "{wire:?}");
        assert_eq!(status.get_error_details().error_info().unwrap().metadata["holder"], "held by Alice", "{wire:?}");
        assert!(asking.recv().await.is_some() && asking.try_recv().is_err(), "{wire:?}: asked once");
    }
}

#[tokio::test]
async fn another_message_under_the_same_key_is_refused() {
    let shop = Shop::open().await;
    let channel = shop.selling().in_process();
    ask(&channel, keyed("key", "one")).await.unwrap();
    let status = ask(&channel, keyed("key", "two")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::IdempotencyConflict));
    assert_eq!(ask(&channel, keyed("key", "one")).await.unwrap(), "sale 1");
    assert_eq!(ask(&channel, keyed("other", "two")).await.unwrap(), "sale 2");
}

#[tokio::test]
async fn while_the_first_call_runs_the_second_is_asked_to_come_back() {
    let shop = Shop::open().await;
    let (begun, mut beginning) = mpsc::channel(1);
    let go = Arc::new(Notify::new());
    let stub = {
        let (database, go) = (shop.database.clone(), Arc::clone(&go));
        Stub::new(move |_| {
            let (database, go, begun) = (database.clone(), Arc::clone(&go), begun.clone());
            async move {
                begun.send(()).await.unwrap();
                go.notified().await;
                sell_one(&database).await
            }
        })
    };
    let channel = shop.doing(stub, shop.idempotency(IdempotencyLevel::Idempotent)).in_process();
    let first = tokio::spawn({
        let channel = channel.clone();
        async move { ask(&channel, keyed("key", "one")).await }
    });
    beginning.recv().await.unwrap();
    let same = ask(&channel, keyed("key", "one")).await.unwrap_err();
    assert_eq!(reason_of(&same), Some(ErrorReason::Conflict));
    assert!(same.get_error_details().retry_info().is_some());
    let other = ask(&channel, keyed("key", "two")).await.unwrap_err();
    assert_eq!(reason_of(&other), Some(ErrorReason::IdempotencyConflict));
    go.notify_one();
    assert_eq!(first.await.unwrap().unwrap(), "sale 1");
    assert_eq!(ask(&channel, keyed("key", "one")).await.unwrap(), "sale 1");
}

#[tokio::test]
async fn a_caller_who_goes_away_finds_the_answer_later() {
    let shop = Shop::open().await;
    let (begun, mut beginning) = mpsc::channel(1);
    let (ended, mut ending) = mpsc::channel(1);
    let go = Arc::new(Notify::new());
    let stub = {
        let (database, go) = (shop.database.clone(), Arc::clone(&go));
        Stub::new(move |_| {
            let (database, go, begun, ended) = (database.clone(), Arc::clone(&go), begun.clone(), ended.clone());
            async move {
                begun.send(()).await.unwrap();
                go.notified().await;
                let sale = sell_one(&database).await;
                ended.send(()).await.unwrap();
                sale
            }
        })
    };
    let channel = shop.doing(stub, shop.idempotency(IdempotencyLevel::IdempotencyUnknown)).in_process();
    let first = tokio::spawn({
        let channel = channel.clone();
        async move { ask(&channel, keyed("key", "one")).await }
    });
    beginning.recv().await.unwrap();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    go.notify_one();
    ending.recv().await.unwrap();
    let later = loop {
        match ask(&channel, keyed("key", "one")).await {
            Err(status) if reason_of(&status) == Some(ErrorReason::Conflict) => tokio::task::yield_now().await,
            answered => break answered.unwrap(),
        }
    };
    assert_eq!((later.as_str(), shop.sold().await), ("sale 1", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_callers_at_once_make_one() {
    for wire in Wire::BOTH {
        let shop = Shop::open().await;
        let hosted = wire.host(shop.selling()).await;
        let mut racers = JoinSet::new();
        for _ in 0..50 {
            let channel = hosted.channel.clone();
            racers.spawn(async move { ask(&channel, keyed("key", "one")).await });
        }
        let mut answered = 0;
        while let Some(outcome) = racers.join_next().await {
            match outcome.unwrap() {
                Ok(sale) => {
                    assert_eq!(sale, "sale 1", "{wire:?}");
                    answered += 1;
                }
                Err(status) => assert_eq!(reason_of(&status), Some(ErrorReason::Conflict), "{wire:?}: {status:?}"),
            }
        }
        assert!(answered >= 1, "{wire:?}");
        assert_eq!((shop.sold().await, shop.runs()), (1, 1), "{wire:?}");
    }
}

/// Answers with each of these in turn, and then sells.
fn first_refusing(shop: &Shop, refusals: Vec<fn() -> Status>) -> Stub {
    let database = shop.database.clone();
    let refusals = std::sync::Mutex::new(refusals.into_iter());
    Stub::new(move |_| {
        let refusal = refusals.lock().unwrap().next();
        let database = database.clone();
        async move {
            match refusal {
                Some(refusal) => Err(refusal()),
                None => sell_one(&database).await,
            }
        }
    })
}

#[tokio::test]
async fn an_answer_that_asks_to_try_again_lets_the_key_go() {
    let passing: Vec<fn() -> Status> = vec![
        || Refusal::unavailable("away").into(),
        || Refusal::internal("a fault").into(),
        || Refusal::new(ErrorReason::DeadlineExceeded, "Late.").into(),
        || Refusal::new(ErrorReason::RateLimited, "Wait.").retry_after(Duration::from_secs(1)).into(),
        || Refusal::new(ErrorReason::TokenStale, "Refresh.").into(),
        || Refusal::new(ErrorReason::InvalidCredentials, "Wrong.").into(),
        || Refusal::invalid(vec![("name".to_owned(), "is missing".to_owned())]).into(),
        || Refusal::new(ErrorReason::Conflict, "In a moment.").retry_after(Duration::from_secs(1)).into(),
    ];
    let shop = Shop::open().await;
    let stub = first_refusing(&shop, passing.clone());
    let channel = shop.doing(stub, shop.idempotency(IdempotencyLevel::IdempotencyUnknown)).in_process();
    for refusal in passing {
        let expected = refusal();
        let refused = answer(&channel, keyed("key", "one")).await;
        assert!(!is_replay(&refused));
        assert_eq!(reason_of(&refused.unwrap_err()), reason_of(&expected));
    }
    // A request that was mended may come under the same key.
    assert_eq!(ask(&channel, keyed("key", "mended")).await.unwrap(), "sale 1");
    assert_eq!(ask(&channel, keyed("key", "mended")).await.unwrap(), "sale 1");
}

#[tokio::test]
async fn a_call_that_only_reads_takes_no_notice_of_a_key() {
    let shop = Shop::open().await;
    let channel = shop.doing(shop.sell(), shop.idempotency(IdempotencyLevel::NoSideEffects)).in_process();
    assert_eq!(ask(&channel, keyed("key", "one")).await.unwrap(), "sale 1");
    assert_eq!(ask(&channel, keyed("key", "two")).await.unwrap(), "sale 2");
    assert_eq!(shop.keys().await, 0);
}

#[tokio::test]
async fn a_stream_takes_no_key() {
    let shop = Shop::open().await;
    let stream = shop.idempotency_of(|method| {
        method.server_streaming = Some(true);
        method.options = None;
    });
    let channel = shop.doing(shop.sell(), stream).in_process();
    let status = ask(&channel, keyed("key", "one")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::ValidationError));
    assert_eq!(ask(&channel, message("one")).await.unwrap(), "sale 1");
}

#[tokio::test]
async fn a_key_that_cannot_be_used_is_refused_by_its_name() {
    let shop = Shop::open().await;
    let channel = shop.selling().in_process();
    let longest = "x".repeat(255);
    assert_eq!(ask(&channel, keyed(&longest, "one")).await.unwrap(), "sale 1");
    assert_eq!(ask(&channel, keyed(&longest, "one")).await.unwrap(), "sale 1");
    let mut doubled = keyed("key", "one");
    doubled.metadata_mut().append("idempotency-key", "key".parse().unwrap());
    let unusable = ["", "two words", "tab\there", &"x".repeat(256)].map(|key| keyed(key, "one"));
    for request in unusable.into_iter().chain([doubled]) {
        let about = format!("{:?}", request.metadata());
        let status = ask(&channel, request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{about}");
        let details = status.get_error_details();
        assert_eq!(details.bad_request().unwrap().field_violations[0].field, "Idempotency-Key", "{about}");
    }
    assert_eq!(shop.sold().await, 1);
}
