//! A key on its way from a request to the services that the request leads to.

use http::{HeaderMap, HeaderValue};
use prost_types::method_options::IdempotencyLevel;
use service_kit::Channel;
use service_kit::idempotency::{IDEMPOTENCY_KEY, IdempotencyKey, pass_on};
use service_kit::refusal::pass_on as pass_on_refusal;

use super::shop::Shop;
use crate::hosting::Wire;
use crate::stub::{Stub, ask, message};

fn key(text: &str) -> IdempotencyKey {
    let headers: HeaderMap = [(IDEMPOTENCY_KEY, HeaderValue::from_str(text).unwrap())].into_iter().collect();
    IdempotencyKey::of_headers(&headers).unwrap().unwrap()
}

#[tokio::test]
async fn a_key_goes_with_every_call_and_a_replay_is_noticed() {
    for wire in Wire::BOTH {
        let shop = Shop::open().await;
        let hosted = wire.host(shop.selling()).await;
        let (first, was_replayed) = pass_on(key("key"), ask(&hosted.channel, message("one"))).await;
        assert_eq!((first.unwrap().as_str(), was_replayed), ("sale 1", false), "{wire:?}");
        let (second, was_replayed) = pass_on(key("key"), ask(&hosted.channel, message("one"))).await;
        assert_eq!((second.unwrap().as_str(), was_replayed), ("sale 1", true), "{wire:?}");
        assert_eq!(ask(&hosted.channel, message("one")).await.unwrap(), "sale 2", "{wire:?}");
    }
}

/// Asks the next service the same.
fn asking(next: Channel) -> Stub {
    Stub::new(move |request| {
        let next = next.clone();
        async move { ask(&next, tonic::Request::new(request.into_inner())).await.map_err(pass_on_refusal) }
    })
}

#[tokio::test]
async fn a_key_goes_no_further_than_to_the_service_called() {
    for wire in Wire::BOTH {
        let seen = Stub::new(|request| async move {
            Ok(format!("{:?}", request.metadata().get(IDEMPOTENCY_KEY.as_str()).is_some()))
        });
        let (front, back) = (Shop::open().await, Shop::open().await);
        let behind = wire.host(seen.open()).await;
        let service =
            front.doing(asking(behind.channel.clone()), front.idempotency(IdempotencyLevel::IdempotencyUnknown));
        let hosted = wire.host(service).await;
        let (seen, _) = pass_on(key("key"), ask(&hosted.channel, message("one"))).await;
        assert_eq!(seen.unwrap(), "false", "{wire:?}");

        // Nor does the front's claim reach into transactions of the service behind it.
        let behind = wire.host(back.selling()).await;
        let service =
            front.doing(asking(behind.channel.clone()), front.idempotency(IdempotencyLevel::IdempotencyUnknown));
        let hosted = wire.host(service).await;
        let (sold, _) = pass_on(key("other"), ask(&hosted.channel, message("one"))).await;
        assert_eq!(sold.unwrap(), "sale 1", "{wire:?}");
        assert_eq!((back.sold().await, back.keys().await), (1, 0), "{wire:?}");
    }
}
