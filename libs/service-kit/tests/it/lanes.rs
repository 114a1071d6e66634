//! Connections for streams that last.

use std::time::Duration;

use service_kit::limits::STREAMS_IN_A_LANE;
use service_kit::{Channel, Lanes};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::stub::{Stub, ask, message};

#[tokio::test]
async fn the_next_lane_is_for_what_the_first_cannot_carry() {
    let named = |name: &'static str| Stub::new(move |_| async move { Ok(name.to_owned()) }).open().in_process();
    let lanes = Lanes::new([named("first"), named("second")]);
    let mut places = Vec::new();
    for name in ["first", "second"] {
        for _ in 0..STREAMS_IN_A_LANE {
            let (channel, place) = lanes.enter().expect("there is room");
            assert_eq!(ask(&channel, message("")).await.unwrap(), name);
            places.push(place);
        }
    }
    assert!(lanes.enter().is_none(), "all are taken");
    places.remove(0);
    let (channel, _place) = lanes.enter().expect("one is free again");
    assert_eq!(ask(&channel, message("")).await.unwrap(), "first");
}

#[tokio::test]
async fn streams_that_last_share_no_connection_with_ordinary_calls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let channel = Channel::remote(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let mut connections = Vec::new();
    for channel in [channel.clone(), channel.for_streams()] {
        let asking = tokio::spawn(async move { ask(&channel, message("")).await });
        let accepted = timeout(Duration::from_secs(10), listener.accept()).await;
        connections.push(accepted.expect("a connection of its own").unwrap());
        asking.abort();
    }
    let inside = Stub::echo().open().in_process().for_streams();
    assert_eq!(ask(&inside, message("the same")).await.unwrap(), "the same");
}
