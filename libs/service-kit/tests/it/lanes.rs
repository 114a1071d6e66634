//! Connections for streams that last.

use service_kit::Lanes;
use service_kit::lanes::STREAMS_IN_A_LANE;

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
