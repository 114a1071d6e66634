//! The time that a caller gives: kept, carried on, bounded.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use service_kit::ErrorReason;
use service_kit::refusal::{pass_on, reason_of};
use service_kit::request_scope::{LONGEST_TIMEOUT, RequestScope};
use tokio::sync::Notify;
use tokio::time::Instant;
use tonic::Status;

use crate::hosting::Wire;
use crate::stub::{Stub, answer, ask, message};

const BUDGET: Duration = Duration::from_millis(300);

fn left() -> Duration {
    RequestScope::current().expect("a call has a scope").deadline - Instant::now()
}

fn within(budget: &str) -> tonic::Request<contracts::billing::v1::ListPlansRequest> {
    let mut request = message("");
    request.metadata_mut().insert("grpc-timeout", budget.parse().unwrap());
    request
}

/// Never answers.
fn stuck() -> Stub {
    Stub::new(|_| async {
        Notify::new().notified().await;
        Ok(String::new())
    })
}

#[tokio::test]
async fn a_call_is_answered_in_time_even_when_its_handler_is_stuck() {
    for wire in Wire::BOTH {
        let hosted = wire.host(stuck().open()).await;
        let started = Instant::now();
        let status = ask(&hosted.channel, within("300m")).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::DeadlineExceeded), "{wire:?}: {status:?}");
        assert!(started.elapsed() < BUDGET * 5, "{wire:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_carries_its_reason_every_time() {
    // The transport has a timer of its own, whose answer would carry none.
    for wire in Wire::BOTH {
        let hosted = wire.host(stuck().open()).await;
        let mut calls = tokio::task::JoinSet::new();
        for milliseconds in 20..120 {
            let channel = hosted.channel.clone();
            calls.spawn(async move { ask(&channel, within(&format!("{milliseconds}m"))).await.unwrap_err() });
        }
        while let Some(status) = calls.join_next().await {
            let status = status.unwrap();
            assert_eq!(reason_of(&status), Some(ErrorReason::DeadlineExceeded), "{wire:?}: {status:?}");
        }
    }
}

#[tokio::test]
async fn the_second_hop_gets_what_the_first_has_left() {
    for wire in Wire::BOTH {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let second = {
            let seen = Arc::clone(&seen);
            wire.host(
                Stub::new(move |_| {
                    seen.lock().unwrap().push(left());
                    async {
                        Notify::new().notified().await;
                        Ok(String::new())
                    }
                })
                .open(),
            )
            .await
        };
        let first = {
            let (seen, next) = (Arc::clone(&seen), second.channel.clone());
            wire.host(
                Stub::new(move |_| {
                    seen.lock().unwrap().push(left());
                    let next = next.clone();
                    async move { ask(&next, message("")).await.map_err(pass_on) }
                })
                .open(),
            )
            .await
        };
        let status = ask(&first.channel, within("300m")).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::DeadlineExceeded), "{wire:?}");
        let seen = seen.lock().unwrap().clone();
        assert_eq!(seen.len(), 2, "{wire:?}");
        assert!(BUDGET > seen[0] && seen[0] > seen[1] && seen[1] > Duration::ZERO, "{wire:?}: {seen:?}");
    }
}

#[tokio::test]
async fn a_hop_that_is_out_of_time_is_not_begun() {
    for wire in Wire::BOTH {
        let hosted = wire.host(Stub::echo().open()).await;
        let status = RequestScope::begin(Duration::from_millis(1)).run(ask(&hosted.channel, message(""))).await;
        assert_eq!(reason_of(&status.unwrap_err()), Some(ErrorReason::DeadlineExceeded), "{wire:?}");
    }
}

#[tokio::test]
async fn nobody_gets_more_than_the_longest_time_and_whoever_asks_for_nothing_gets_the_usual() {
    let tell = || Stub::new(|_| async { Ok::<_, Status>(left().as_millis().to_string()) });
    for wire in Wire::BOTH {
        let hosted = wire.host(tell().open()).await;
        // A scope of the test's own would be longer than what may be asked for.
        let much = RequestScope::begin(LONGEST_TIMEOUT * 4).run(ask(&hosted.channel, message(""))).await.unwrap();
        let much = Duration::from_millis(much.parse().unwrap());
        assert!(much <= LONGEST_TIMEOUT && much > LONGEST_TIMEOUT - Duration::from_secs(5), "{wire:?}: {much:?}");
    }
}

#[test]
fn a_time_that_cannot_be_read_is_refused() {
    let read = |text: &str| {
        let mut headers = http::HeaderMap::new();
        headers.insert("grpc-timeout", text.parse().unwrap());
        RequestScope::of_headers(&headers)
    };
    for garbage in ["", "1", "m", "-1m", "+1m", " 1m", "1 m", "1x", "1ms", "123456789m", "1.5S", "0x1S"] {
        let refusal = read(garbage).expect_err(garbage);
        assert_eq!(refusal.reason(), ErrorReason::ValidationError, "{garbage}");
    }
    for fine in ["1H", "1M", "1S", "1m", "1u", "1n", "0m", "99999999H"] {
        assert!(read(fine).is_ok(), "{fine}");
    }
}

#[tokio::test]
async fn a_refused_time_is_answered_as_a_fault_of_the_request() {
    // A channel of ours repairs the header, so this one goes without.
    let served = crate::hosting::Served::start(Stub::echo().open()).await;
    let foreign = tonic::transport::Endpoint::from_shared(served.grpc.clone()).unwrap().connect().await.unwrap();
    let mut client = contracts::billing::v1::plan_service_client::PlanServiceClient::new(foreign);
    let status = client.list_plans(within("soon")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::ValidationError));
    assert!(status.metadata().contains_key("x-request-id"));
    served.stop.now();
}

#[tokio::test]
async fn a_server_that_is_gone_is_an_outage_and_one_that_hangs_is_late() {
    let nowhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", nowhere.local_addr().unwrap());
    let channel = service_kit::Channel::remote(&address).unwrap();
    // The listener accepts and says nothing.
    let late = answer(&channel, within("300m")).await.unwrap_err();
    assert_eq!(reason_of(&late), Some(ErrorReason::DeadlineExceeded), "{late:?}");
    drop(nowhere);
    let gone = answer(&service_kit::Channel::remote(&address).unwrap(), message("")).await.unwrap_err();
    assert_eq!(reason_of(&gone), Some(ErrorReason::ServiceUnavailable), "{gone:?}");
}

#[tokio::test]
async fn silence_is_an_outage_for_callers_who_wait_for_a_while_only() {
    for wire in Wire::BOTH {
        let hosted = wire.host(stuck().open()).await;
        let started = Instant::now();
        let channel = hosted.channel.clone().waiting_at_most(BUDGET);
        let status = ask(&channel, message("")).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::ServiceUnavailable), "{wire:?}: {status:?}");
        assert!((BUDGET..BUDGET * 5).contains(&started.elapsed()), "{wire:?}: {:?}", started.elapsed());

        // Whoever has little time left still hears of the outage, and not only that the time is over.
        let channel = hosted.channel.clone().waiting_at_most(LONGEST_TIMEOUT);
        let scope = RequestScope::begin(BUDGET);
        let deadline = scope.deadline;
        let status = scope.run(async { ask(&channel, message("")).await.unwrap_err() }).await;
        assert_eq!(reason_of(&status), Some(ErrorReason::ServiceUnavailable), "{wire:?}: {status:?}");
        assert!(Instant::now() < deadline + BUDGET, "{wire:?}");
    }
}
