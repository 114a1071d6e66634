//! Keys of callers who show a server API key.

use prost_types::method_options::IdempotencyLevel;
use service_kit::policy::Requirement;
use service_kit::{Entropy, ErrorReason, Refusal, ServerKeySecret};
use test_kit::bearer;

use super::shop::{Shop, under};
use crate::stub::{Stub, ask, message};

#[tokio::test]
async fn each_server_key_has_idempotency_keys_of_its_own() {
    let shop = Shop::open().await;
    let idempotency = shop.idempotency(IdempotencyLevel::IdempotencyUnknown);
    let selling = shop.sell().behind(&shop.issuer.trust(), |_| Some(Requirement::ServerKey));
    let channel = selling.idempotency(idempotency).build().in_process();
    let entropy = Entropy::system();
    let [one, other] = [(); 2].map(|()| ServerKeySecret::generate(&entropy).expose());
    for (key, sale) in [(&one, "sale 1"), (&other, "sale 2"), (&one, "sale 1"), (&other, "sale 2")] {
        let request = under("key", bearer(message("one").into_inner(), key));
        assert_eq!(ask(&channel, request).await.unwrap(), sale);
    }
    assert_eq!((shop.sold().await, shop.runs()), (2, 2));
}

#[tokio::test]
async fn a_server_key_that_nobody_knows_leaves_nothing_behind() {
    let shop = Shop::open().await;
    let idempotency = shop.idempotency(IdempotencyLevel::IdempotencyUnknown);
    let refusing = Stub::new(|_| async { Err(Refusal::new(ErrorReason::Unauthorized, "Nobody knows it.").into()) });
    let refusing = refusing.behind(&shop.issuer.trust(), |_| Some(Requirement::ServerKey));
    let channel = refusing.idempotency(idempotency).build().in_process();
    let entropy = Entropy::system();
    for _ in 0..5 {
        let made_up = ServerKeySecret::generate(&entropy).expose();
        let request = under("key", bearer(message("one").into_inner(), &made_up));
        ask(&channel, request).await.unwrap_err();
    }
    assert_eq!(shop.keys().await, 0);
}
