//! Signing keys that come, sign and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::identity::v1 as proto;
use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use contracts::identity::v1::key_service_client::KeyServiceClient;
use identity::{KeyError, KeyVault};
use service_kit::{CallOrigin, Entropy, MasterKey, Microservice};
use tokio::task::JoinSet;

use crate::audit_log;
use crate::world::{PASSWORD, World, sign_in};

const KNOWN: Duration = Duration::from_secs(600);
const DEAD: Duration = Duration::from_secs(3720);

async fn vault(world: &World) -> KeyVault {
    let master_key = MasterKey::from_bytes([7; 32]);
    KeyVault::open(&world.database, &master_key, world.clock.clone(), Entropy::system(), CallOrigin::default())
        .await
        .unwrap()
}

/// As a served process does every few seconds.
async fn follow(identity: &Microservice) {
    for work in identity.periodic() {
        work.run_once().await;
    }
}

async fn published(identity: &Microservice) -> Vec<String> {
    let mut keys = KeyServiceClient::new(identity.in_process());
    let jwks = keys.list_signing_keys(proto::ListSigningKeysRequest {}).await.unwrap().into_inner().jwks_json;
    let set: serde_json::Value = serde_json::from_str(&jwks).unwrap();
    let kids = set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned());
    kids.collect()
}

/// Sorted: those made at the same time are in no order.
async fn states(vault: &KeyVault) -> Vec<&'static str> {
    let mut states: Vec<_> = vault.list().await.unwrap().into_iter().map(|key| key.state).collect();
    states.sort_unstable();
    states
}

fn kid(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<serde_json::Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_next_key_is_published_before_it_signs_and_the_former_one_after() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let vault = vault(&world).await;
    let next = vault.list().await.unwrap().into_iter().find(|key| key.state == "next").unwrap().key_id;
    assert!(published(&world.identity).await.contains(&next));
    world.clock.advance(KNOWN);
    let before = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap().access_token;

    let rotated = vault.rotate(false).await.unwrap();
    assert_eq!(rotated.active, next);
    assert_eq!(rotated.retiring, kid(&alice.tokens.access_token));
    let unaware = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap().access_token;
    assert_eq!(kid(&unaware), rotated.retiring, "a process that has not looked yet signs as before");
    follow(&world.identity).await;
    let after = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap().access_token;
    assert_eq!(kid(&after), rotated.active);
    for token in [&before, &unaware, &after] {
        world.verified(token);
    }
    let now_published = published(&world.identity).await;
    assert_eq!(now_published.len(), 3);
    for key_id in [&rotated.active, &rotated.retiring, &rotated.next] {
        assert!(now_published.contains(key_id));
    }
}

#[tokio::test]
async fn a_key_that_is_not_known_everywhere_is_rotated_to_only_when_it_must_be() {
    let world = World::new().await;
    let vault = vault(&world).await;
    world.clock.advance(KNOWN - Duration::from_millis(1));
    let refused = vault.rotate(false).await.unwrap_err();
    assert!(matches!(refused, KeyError::NotKnownYet(_)), "{refused}");
    assert_eq!(states(&vault).await, ["active", "next"]);
    vault.rotate(true).await.unwrap();
    assert!(matches!(vault.rotate(false).await, Err(KeyError::NotKnownYet(_))));
    world.clock.advance(KNOWN);
    vault.rotate(false).await.unwrap();
}

#[tokio::test]
async fn a_key_is_retired_when_its_tokens_are_dead() {
    let world = World::new().await;
    let vault = vault(&world).await;
    world.clock.advance(KNOWN);
    let former = vault.rotate(false).await.unwrap().retiring;
    world.clock.advance(DEAD - Duration::from_millis(1));
    assert!(matches!(vault.retire(&former, false).await, Err(KeyError::StillVerifies(_))));
    follow(&world.identity).await;
    assert!(published(&world.identity).await.contains(&former));

    world.clock.advance(Duration::from_millis(1));
    follow(&world.identity).await;
    assert!(!published(&world.identity).await.contains(&former), "a running service retires it by itself");
    assert!(vault.retire(&former, true).await.is_ok(), "whoever repeats it is told the same");
    assert!(matches!(vault.retire("nonsense", true).await, Err(KeyError::Unknown)));
    let active = vault.list().await.unwrap().into_iter().find(|key| key.state == "active").unwrap().key_id;
    assert!(matches!(vault.retire(&active, true).await, Err(KeyError::NotRetiring("active"))));
}

#[tokio::test]
async fn tokens_of_a_compromised_key_can_be_ended_at_once() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let vault = vault(&world).await;
    let former = vault.rotate(true).await.unwrap().retiring;
    vault.retire(&former, true).await.unwrap();
    follow(&world.identity).await;
    assert!(world.trust.verifier.verify(&alice.tokens.access_token).is_err());
    let fresh = world.refresh(&alice.tokens.refresh_token).await.unwrap().tokens.unwrap();
    world.verified(&fresh.access_token);
}

#[tokio::test]
async fn the_audit_log_tells_of_rotations_and_retirements() {
    let world = World::new().await;
    let admin = world.administrator("admin@example.com", "system_admin").await;
    let vault = vault(&world).await;
    let rotated = vault.rotate(true).await.unwrap();
    vault.retire(&rotated.retiring, true).await.unwrap();
    let told = audit_log::read(&world, &admin, proto::ListAuditLogRequest::default()).await.unwrap().entries;
    for (action, key_id) in [("key.rotated", &rotated.active), ("key.retired", &rotated.retiring)] {
        let entry = told.iter().find(|entry| entry.action == action).expect("an entry");
        assert_eq!((entry.actor.as_str(), entry.target_kind.as_str()), ("operator", "signing_key"));
        assert_eq!(&entry.target_id, key_id);
    }
}

#[tokio::test]
async fn another_master_key_opens_nothing() {
    let world = World::new().await;
    let other = MasterKey::from_bytes([8; 32]);
    let refused =
        KeyVault::open(&world.database, &other, world.clock.clone(), Entropy::system(), CallOrigin::default()).await;
    assert!(matches!(refused.err(), Some(KeyError::WrongMasterKey)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotations_at_once_follow_one_another_and_leave_one_key_to_sign_with() {
    let world = World::new().await;
    let vault = vault(&world).await;
    for _ in 0..100 {
        world.clock.advance(KNOWN);
        let mut rotations = JoinSet::new();
        for _ in 0..4 {
            let vault = vault.clone();
            rotations.spawn(async move { vault.rotate(false).await });
        }
        let mut done = 0;
        while let Some(outcome) = rotations.join_next().await {
            match outcome.unwrap() {
                Ok(_) => done += 1,
                Err(KeyError::NotKnownYet(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(done, 1);
        let states = states(&vault).await;
        for state in ["active", "next"] {
            assert_eq!(states.iter().filter(|found| **found == state).count(), 1, "{states:?}");
        }
        world.clock.advance(DEAD);
        vault.retire_due().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotations_under_load_refuse_no_valid_token() {
    let world = Arc::new(World::new().await);
    world.person("alice@example.com").await;
    let replica = Arc::new(world.start_again(|_| ()).await.unwrap());
    let vault = vault(&world).await;
    let (is_over, verified) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut clients = JoinSet::new();
    for number in 0..4 {
        let (world, is_over, verified) = (Arc::clone(&world), Arc::clone(&is_over), Arc::clone(&verified));
        let service = if number % 2 == 0 { world.identity.in_process() } else { replica.in_process() };
        clients.spawn(async move {
            let mut kept = Vec::new();
            while !is_over.load(Ordering::SeqCst) {
                let answer = AuthenticationServiceClient::new(service.clone());
                let answer = { answer }.login(sign_in("alice@example.com", PASSWORD)).await.unwrap().into_inner();
                kept.push(answer.tokens.unwrap().access_token);
                // Old ones too: none has expired, since the clock stands still.
                for token in &kept {
                    world.trust.verifier.verify(token).expect("a valid token is believed");
                    verified.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
    }
    for _ in 0..20 {
        let before = verified.load(Ordering::SeqCst);
        while verified.load(Ordering::SeqCst) < before + 20 {
            tokio::task::yield_now().await;
        }
        vault.rotate(true).await.unwrap();
        // Whoever verifies has looked since the key was published, before anybody signs with it.
        follow(&world.identity).await;
        follow(&replica).await;
    }
    is_over.store(true, Ordering::SeqCst);
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
}
