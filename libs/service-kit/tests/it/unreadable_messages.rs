//! Bytes that are no message of the call.

use axum::body::Bytes;
use http_body_util::Full;
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use tonic::Status;
use tower::{Service, ServiceExt};

use crate::hosting::Wire;
use crate::stub::{RPC, Stub, ask, message};

#[tokio::test]
async fn what_is_no_message_is_the_callers_fault_and_says_so() {
    let too_long = [0, 0xff, 0xff, 0xff, 0xff, 1].as_slice();
    let cases = [
        ("nothing", [].as_slice(), ErrorReason::ValidationError),
        ("an unknown flag", [7, 0, 0, 0, 0].as_slice(), ErrorReason::ValidationError),
        ("less than said", [0, 0, 0, 0, 9, 1].as_slice(), ErrorReason::ValidationError),
        ("no protobuf", [0, 0, 0, 0, 2, 0xff, 0xff].as_slice(), ErrorReason::ValidationError),
        ("no UTF-8", [0, 0, 0, 0, 3, 0x12, 1, 0xff].as_slice(), ErrorReason::ValidationError),
        ("compressed without a word", [1, 0, 0, 0, 1, 0].as_slice(), ErrorReason::ValidationError),
        ("4 GiB, it says", too_long, ErrorReason::PayloadTooLarge),
    ];
    for wire in Wire::BOTH {
        let hosted = wire.host(Stub::echo().open()).await;
        for (what, bytes, reason) in cases {
            let request = http::Request::post(RPC)
                .header("content-type", "application/grpc")
                .body(tonic::body::Body::new(Full::new(Bytes::from_static(bytes))))
                .unwrap();
            let mut channel = hosted.channel.clone();
            let answer = channel.ready().await.unwrap().call(request).await.unwrap();
            let status = Status::from_header_map(answer.headers()).unwrap();
            assert_eq!(reason_of(&status), Some(reason), "{what}, {wire:?}: {status:?}");
        }
        assert_eq!(ask(&hosted.channel, message("a good one")).await.unwrap(), "a good one");
    }
}
