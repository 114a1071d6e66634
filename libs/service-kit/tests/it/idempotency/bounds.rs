//! How long and how much is kept.

use std::time::Duration;

use prost_types::method_options::IdempotencyLevel;
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;

use super::shop::{Shop, keyed, sell_one};
use crate::stub::{Stub, ask};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn an_answer_is_kept_for_a_day_and_then_the_key_is_new() {
    let shop = Shop::open().await;
    let channel = shop.selling().in_process();
    assert_eq!(ask(&channel, keyed("key", "one")).await.unwrap(), "sale 1");
    shop.clock.advance(DAY - Duration::from_millis(1));
    assert_eq!(ask(&channel, keyed("key", "one")).await.unwrap(), "sale 1");
    shop.clock.advance(Duration::from_millis(1));
    assert_eq!(ask(&channel, keyed("key", "two")).await.unwrap(), "sale 2");
    assert_eq!(ask(&channel, keyed("key", "two")).await.unwrap(), "sale 2");
}

#[tokio::test]
async fn what_is_over_is_removed_and_what_is_not_stays() {
    let shop = Shop::open().await;
    let service = shop.selling();
    let channel = service.in_process();
    for key in 0..600 {
        ask(&channel, keyed(&format!("old {key}").replace(' ', "-"), "one")).await.unwrap();
    }
    shop.clock.advance(Duration::from_secs(1));
    ask(&channel, keyed("younger", "one")).await.unwrap();
    let sweep = async || {
        for work in service.periodic() {
            work.run_once().await;
        }
    };
    sweep().await;
    assert_eq!(shop.keys().await, 601);
    shop.clock.advance(DAY - Duration::from_secs(1));
    sweep().await;
    assert_eq!(shop.keys().await, 1);
    assert_eq!(ask(&channel, keyed("younger", "one")).await.unwrap(), "sale 601");
}

#[tokio::test]
async fn an_answer_too_large_to_keep_is_given_once_and_its_call_is_not_repeated() {
    let shop = Shop::open().await;
    let database = shop.database.clone();
    let stub = Stub::new(move |_| {
        let database = database.clone();
        async move { Ok(sell_one(&database).await? + &"x".repeat(300 * 1024)) }
    });
    let channel = shop.doing(stub, shop.idempotency(IdempotencyLevel::IdempotencyUnknown)).in_process();
    assert!(ask(&channel, keyed("key", "one")).await.unwrap().starts_with("sale 1"));
    let status = ask(&channel, keyed("key", "one")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::Conflict));
    assert_eq!(shop.sold().await, 1);
}
