//! A name behind which several processes stand.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use contracts::FILE_DESCRIPTOR_SET;
use service_kit::Channel;
use service_kit::idempotency::Methods;
use service_kit::refusal::reason_of;
use service_kit::{ErrorReason, Microservice, Tls};

use crate::hosting::Served;
use crate::stub::{Stub, ask, message};

/// Says who it is.
fn named(name: &'static str) -> Microservice {
    Stub::new(move |_| async move { Ok(name.to_owned()) }).open()
}

fn address_of(served: &Served) -> SocketAddr {
    served.grpc.trim_start_matches("http://").parse().unwrap()
}

/// A channel to a name with these addresses, which may change.
fn channel(addresses: &Arc<Mutex<Vec<SocketAddr>>>) -> Channel {
    let addresses = Arc::clone(addresses);
    let look_up = move || {
        let found = addresses.lock().unwrap().clone();
        async move { if found.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(found) } }
    };
    let channel = Channel::remote_by("http://flowers:50051", &Tls::none(), look_up).unwrap();
    channel.repeating(&Methods::of(FILE_DESCRIPTOR_SET))
}

async fn answers(channel: &Channel, calls: usize) -> Vec<String> {
    let mut answers = Vec::new();
    for _ in 0..calls {
        answers.push(ask(channel, message("")).await.unwrap());
    }
    answers
}

#[tokio::test]
async fn calls_go_to_each_address_in_turn() {
    let (one, other) = (Served::start(named("one")).await, Served::start(named("other")).await);
    let addresses = Arc::new(Mutex::new(vec![address_of(&one), address_of(&other)]));
    let answers = answers(&channel(&addresses), 10).await;
    for name in ["one", "other"] {
        assert_eq!(answers.iter().filter(|answer| *answer == name).count(), 5, "{answers:?}");
    }
}

#[tokio::test]
async fn who_has_gone_is_left_out_without_a_failed_call_and_who_has_come_is_found() {
    let (one, other) = (Served::start(named("one")).await, Served::start(named("other")).await);
    let addresses = Arc::new(Mutex::new(vec![address_of(&one), address_of(&other)]));
    let channel = channel(&addresses);
    answers(&channel, 4).await;
    one.stop.now();
    one.end.await.unwrap().unwrap();
    assert_eq!(answers(&channel, 6).await, ["other"; 6]);

    let newcomer = Served::start(named("newcomer")).await;
    *addresses.lock().unwrap() = vec![address_of(&other), address_of(&newcomer)];
    // A second after the failure the name is looked up again.
    while ask(&channel, message("")).await.unwrap() != "newcomer" {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_name_without_an_address_is_an_outage_until_it_has_one() {
    let served = Served::start(named("one")).await;
    let addresses = Arc::<Mutex<Vec<SocketAddr>>>::default();
    let channel = channel(&addresses);
    let status = ask(&channel, message("")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::ServiceUnavailable), "{status:?}");
    addresses.lock().unwrap().push(address_of(&served));
    while ask(&channel, message("")).await.is_err() {
        tokio::task::yield_now().await;
    }
}
