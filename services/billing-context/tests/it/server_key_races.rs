//! A key that ends while it is in use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use test_kit::bearer;

use crate::credits::ledger;
use crate::world::{World, charge_of, deposit_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn once_the_end_of_a_key_is_answered_no_charge_by_it_is_made_any_more() {
    for _ in 0..10 {
        let world = World::new().await;
        let (user, organization) = world.organization();
        world.deposit(deposit_of(organization, 1_000_000)).await.unwrap();
        let (key, secret) = world.make_key(&["billing:charge"]).await;
        let charged = Arc::new(AtomicU64::new(0));
        let has_ended = Arc::new(AtomicBool::new(false));
        let charging: Vec<_> = (0..8)
            .map(|_| {
                let (client, secret) = (world.server_billing(), secret.clone());
                let (charged, has_ended) = (Arc::clone(&charged), Arc::clone(&has_ended));
                tokio::spawn(async move {
                    loop {
                        let knew_the_end = has_ended.load(Ordering::SeqCst);
                        match client.clone().charge(bearer(charge_of(organization, 1), &secret)).await {
                            Ok(_) => {
                                assert!(!knew_the_end, "charged after the end was answered");
                                charged.fetch_add(1, Ordering::SeqCst);
                            }
                            Err(status) => {
                                assert_eq!(reason_of(&status), Some(ErrorReason::TokenRevoked), "{status:?}");
                                return;
                            }
                        }
                    }
                })
            })
            .collect();
        while charged.load(Ordering::SeqCst) < 20 {
            tokio::task::yield_now().await;
        }
        // While eight use it without a pause.
        world.revoke(&key.id).await.unwrap();
        has_ended.store(true, Ordering::SeqCst);
        let committed = ledger(&world, user, organization, 200).await.len() as u64;
        for one in charging {
            one.await.unwrap();
        }
        assert_eq!(ledger(&world, user, organization, 200).await.len() as u64, committed);
        assert_eq!(charged.load(Ordering::SeqCst) + 1, committed);
        world.assert_ledgers_add_up().await;
    }
}
