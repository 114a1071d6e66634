//! Bounds on what one caller can take.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use service_kit::ErrorReason;
use service_kit::limits::CALLS_AT_ONCE;
use service_kit::limits::LARGEST_MESSAGE;
use service_kit::policy::{Policy, Requirement};
use service_kit::refusal::reason_of;
use test_kit::TestIssuer;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tonic::Status;
use tonic_types::StatusExt;
use tower::{Service, ServiceExt};
use uuid::Uuid;

use crate::hosting::Wire;
use crate::stub::{RPC, Stub, ask, message};

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

/// The first half of a message's prefix, and then nothing, with this bearer token.
fn unfinished(token: Option<&str>) -> http::Request<tonic::body::Body> {
    let body = futures_util::StreamExt::chain(
        Full::new(Bytes::from_static(&[0, 0])).into_data_stream(),
        futures_util::stream::pending::<Result<Bytes, Infallible>>(),
    );
    let mut request = http::Request::post(RPC).header("content-type", "application/grpc");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(tonic::body::Body::new(axum::body::Body::from_stream(body))).unwrap()
}

#[tokio::test]
async fn a_caller_that_never_finishes_its_message_holds_no_place() {
    let service = Stub::echo().open();
    let mut calls = JoinSet::new();
    for _ in 0..=CALLS_AT_ONCE {
        let mut channel = service.in_process();
        calls.spawn(async move { channel.ready().await.unwrap().call(unfinished(None)).await });
    }
    for _ in 0..2 * CALLS_AT_ONCE {
        tokio::task::yield_now().await;
    }
    assert_eq!(ask(&service.in_process(), message("still here")).await.unwrap(), "still here");
}

#[tokio::test]
async fn a_stranger_is_refused_by_the_head_of_its_request_and_nothing_of_its_message_is_read() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let signed_in = issuer.token_with(Uuid::from_u128(1), |_| ());
    let cases: [(Policy, Option<&str>, ErrorReason); 6] = [
        (|_| None, None, ErrorReason::Forbidden),
        (|_| Some(Requirement::Service), Some(&signed_in), ErrorReason::Forbidden),
        (|_| Some(Requirement::SignedIn), None, ErrorReason::Unauthorized),
        (|_| Some(Requirement::SignedIn), Some("made.up.token"), ErrorReason::TokenInvalid),
        (|_| Some(Requirement::BackOffice), Some(&signed_in), ErrorReason::Forbidden),
        (|_| Some(Requirement::ServerKey), None, ErrorReason::Unauthorized),
    ];
    for wire in Wire::BOTH {
        for (policy, token, expected) in cases {
            let mut hosted = wire.host(Stub::echo().behind(&issuer.trust(), policy).build()).await;
            // Whoever waits for the message answers when the call's time is over, in fifteen seconds.
            let answering = hosted.channel.ready().await.unwrap().call(unfinished(token));
            let answer = timeout(Duration::from_secs(10), answering).await.expect("refused at once").unwrap();
            let status = Status::from_header_map(answer.headers()).expect("a refusal");
            assert_eq!(reason_of(&status), Some(expected), "{wire:?}: {token:?}");
        }
        // A whole message of one that is refused is no fault of the connection's.
        let hosted = wire.host(Stub::echo().behind(&issuer.trust(), |_| Some(Requirement::SignedIn)).build()).await;
        for _ in 0..8 {
            let status = ask(&hosted.channel, message(&"x".repeat(LARGEST_MESSAGE - 4))).await.unwrap_err();
            assert_eq!(reason_of(&status), Some(ErrorReason::Unauthorized), "{wire:?}: {status:?}");
        }
    }
}
