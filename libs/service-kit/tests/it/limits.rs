//! Bounds on what one caller can take.

use std::sync::Arc;

use service_kit::ErrorReason;
use service_kit::limits::CALLS_AT_ONCE;
use service_kit::limits::LARGEST_MESSAGE;
use service_kit::refusal::reason_of;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tonic_types::StatusExt;

use crate::hosting::Wire;
use crate::stub::{Stub, ask, message};

#[tokio::test]
async fn a_message_may_be_as_large_as_said_and_no_larger() {
    for wire in Wire::BOTH {
        let hosted = wire
            .host(Stub::new(|request| async move { Ok(request.into_inner().page_token.len().to_string()) }).open())
            .await;
        // The text's own tag and length take four bytes.
        let largest = "x".repeat(LARGEST_MESSAGE - 4);
        assert_eq!(ask(&hosted.channel, message(&largest)).await.unwrap(), largest.len().to_string(), "{wire:?}");
        let status = ask(&hosted.channel, message(&"x".repeat(LARGEST_MESSAGE))).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::PayloadTooLarge), "{wire:?}: {status:?}");
        assert_eq!(ask(&hosted.channel, message("")).await.unwrap(), "0", "{wire:?}");
    }
}

#[tokio::test]
async fn calls_beyond_the_bound_are_asked_to_come_back() {
    let (begun, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let stub = {
        let (begun, go) = (Arc::clone(&begun), Arc::clone(&go));
        Stub::new(move |_| {
            let (begun, go) = (Arc::clone(&begun), Arc::clone(&go));
            async move {
                begun.add_permits(1);
                let _ = go.acquire().await;
                Ok("done".to_owned())
            }
        })
    };
    let channel = stub.open().in_process();
    let mut calls = JoinSet::new();
    for _ in 0..CALLS_AT_ONCE {
        let channel = channel.clone();
        calls.spawn(async move { ask(&channel, message("")).await });
    }
    let all = u32::try_from(CALLS_AT_ONCE).unwrap();
    begun.acquire_many(all).await.unwrap().forget();

    let status = ask(&channel, message("")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::ServiceUnavailable));
    assert!(status.get_error_details().retry_info().is_some());

    go.add_permits(CALLS_AT_ONCE);
    while let Some(call) = calls.join_next().await {
        assert_eq!(call.unwrap().unwrap(), "done");
    }
    assert_eq!(ask(&channel, message("")).await.unwrap(), "done");
}

#[tokio::test]
async fn a_caller_that_never_finishes_its_message_holds_no_place() {
    use http_body_util::{BodyExt, Full};
    use tower::{Service, ServiceExt};

    let service = Stub::echo().open();
    let mut unfinished = JoinSet::new();
    for _ in 0..=CALLS_AT_ONCE {
        // The first half of a message's prefix, and then nothing.
        let first = Full::new(axum::body::Bytes::from_static(&[0, 0]));
        let body = futures_util::StreamExt::chain(
            first.into_data_stream(),
            futures_util::stream::pending::<Result<axum::body::Bytes, std::convert::Infallible>>(),
        );
        let request = http::Request::post(crate::stub::RPC)
            .header("content-type", "application/grpc")
            .body(tonic::body::Body::new(axum::body::Body::from_stream(body)))
            .unwrap();
        let mut channel = service.in_process();
        unfinished.spawn(async move { channel.ready().await.unwrap().call(request).await });
    }
    for _ in 0..2 * CALLS_AT_ONCE {
        tokio::task::yield_now().await;
    }
    assert_eq!(ask(&service.in_process(), message("still here")).await.unwrap(), "still here");
}
