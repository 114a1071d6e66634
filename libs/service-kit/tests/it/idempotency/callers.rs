//! Whose key it is.

use std::net::IpAddr;
use std::time::Duration;

use prost_types::method_options::IdempotencyLevel;
use service_kit::call_origin::tell_origin;
use service_kit::rates::Rate;
use service_kit::refusal::reason_of;
use service_kit::{ErrorReason, Refusal};
use test_kit::bearer;
use tonic_types::StatusExt;
use uuid::Uuid;

use super::shop::{Shop, keyed, under};
use crate::stub::{Stub, ask, message};

#[tokio::test]
async fn callers_do_not_share_their_keys() {
    let shop = Shop::open().await;
    let channel = shop.selling().in_process();
    let (alice, bob) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let tokens = [
        Some(shop.issuer.token(alice)),
        Some(shop.issuer.token(bob)),
        // An administrator who acts as Alice is not Alice.
        Some(shop.issuer.token_with(alice, |claims| claims.imp_uid = Some(bob))),
        None,
    ];
    for (sold, token) in (1..).zip(&tokens) {
        for _ in 0..2 {
            let request = match token {
                Some(token) => bearer(message("one").into_inner(), token),
                None => message("one"),
            };
            assert_eq!(ask(&channel, under("key", request)).await.unwrap(), format!("sale {sold}"));
        }
    }
}

#[tokio::test]
async fn a_caller_is_known_again_by_another_token() {
    let shop = Shop::open().await;
    let channel = shop.selling().in_process();
    let alice = Uuid::from_u128(1);
    for _ in 0..2 {
        let request = bearer(message("one").into_inner(), &shop.issuer.token(alice));
        assert_eq!(ask(&channel, under("key", request)).await.unwrap(), "sale 1");
    }
}

#[tokio::test]
async fn a_caller_uses_so_many_new_keys_at_once_and_one_more_each_interval() {
    let shop = Shop::open().await;
    let keys = Rate::new(3, Duration::from_secs(3600));
    let channel =
        shop.doing(shop.sell(), shop.idempotency(IdempotencyLevel::IdempotencyUnknown).keys(keys)).in_process();
    let of = |user: u128, key: &str| {
        under(key, bearer(message("one").into_inner(), &shop.issuer.token(Uuid::from_u128(user))))
    };
    for (sold, key) in ["a", "b", "c"].into_iter().enumerate() {
        assert_eq!(ask(&channel, of(1, key)).await.unwrap(), format!("sale {}", sold + 1));
    }
    shop.clock.advance(Duration::from_secs(600));
    let status = ask(&channel, of(1, "d")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::RateLimited));
    let wait = status.get_error_details().retry_info().unwrap().retry_delay.unwrap();
    assert_eq!(wait.as_secs(), 3000, "until one more is allowed");
    // Known keys answer, calls without a key run, and others have keys of their own.
    assert_eq!(ask(&channel, of(1, "a")).await.unwrap(), "sale 1");
    assert_eq!(ask(&channel, message("one")).await.unwrap(), "sale 4");
    assert_eq!(ask(&channel, of(2, "d")).await.unwrap(), "sale 5");

    shop.clock.advance(wait);
    assert_eq!(ask(&channel, of(1, "d")).await.unwrap(), "sale 6");
    let status = ask(&channel, of(1, "e")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::RateLimited));
}

#[tokio::test]
async fn a_key_that_was_let_go_does_not_count() {
    let shop = Shop::open().await;
    let keys = Rate::new(1, Duration::from_secs(3600));
    let refusing =
        Stub::new(|_| async { Err(Refusal::invalid(vec![("name".to_owned(), "is missing".to_owned())]).into()) });
    let channel = shop.doing(refusing, shop.idempotency(IdempotencyLevel::IdempotencyUnknown).keys(keys)).in_process();
    for _ in 0..3 {
        let status = ask(&channel, keyed("key", "one")).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::ValidationError));
    }
}

#[tokio::test]
async fn whoever_tries_messages_under_a_key_does_not_come_to_its_answer() {
    let shop = Shop::open().await;
    let channel = shop.selling().in_process();
    assert_eq!(ask(&channel, keyed("key", "right")).await.unwrap(), "sale 1");
    for guess in 0..9 {
        let status = ask(&channel, keyed("key", &format!("wrong-{guess}"))).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::IdempotencyConflict));
    }
    assert_eq!(ask(&channel, keyed("key", "right")).await.unwrap(), "sale 1");
    for text in ["wrong-9", "right", "right"] {
        let status = ask(&channel, keyed("key", text)).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::IdempotencyConflict), "{text}");
    }
    // When the day is over, the key is new.
    shop.clock.advance(Duration::from_secs(24 * 3600));
    for _ in 0..2 {
        assert_eq!(ask(&channel, keyed("key", "right")).await.unwrap(), "sale 2");
    }
}

#[tokio::test]
async fn callers_who_are_not_signed_in_are_counted_by_network() {
    let shop = Shop::open().await;
    let keys = Rate::new(1, Duration::from_secs(3600));
    let idempotency = shop.idempotency(IdempotencyLevel::IdempotencyUnknown).keys(keys);
    let channel = shop.doing(shop.sell(), idempotency).in_process();
    let passed_on = channel.with_credential(&test_kit::service_secrets());
    let from = |address: &str, key: &str| {
        let address: IpAddr = address.parse().unwrap();
        let mut request = keyed(key, "one");
        tell_origin(request.metadata_mut(), &address.to_string(), "");
        request
    };
    assert!(ask(&passed_on, from("192.0.2.1", "a")).await.is_ok());
    assert!(ask(&passed_on, from("192.0.2.2", "b")).await.is_ok());
    assert!(ask(&passed_on, from("2001:db8::1", "c")).await.is_ok());
    for (address, key) in [("192.0.2.1", "d"), ("::ffff:192.0.2.1", "e"), ("2001:db8::ffff:1", "f")] {
        let status = ask(&passed_on, from(address, key)).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::RateLimited), "{address}");
    }
    // A key is the same wherever its owner is.
    assert_eq!(ask(&passed_on, from("192.0.2.2", "a")).await.unwrap(), "sale 1");
}
