//! What is removed once nobody can use it any more.

use std::time::Duration;

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;

use crate::world::{PASSWORD, World, reason, rows};

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn count(world: &World, table: &str) -> i64 {
    rows(world, &format!("SELECT COUNT(*) AS n FROM {table}")).await
}

async fn sweep(world: &World) {
    for work in world.identity.periodic() {
        work.run_once().await;
    }
}

async fn log_out(world: &World, refresh_token: &str) {
    let request = proto::LogoutRequest { refresh_token: refresh_token.to_owned() };
    world.authentication().logout(request).await.unwrap();
}

#[tokio::test]
async fn an_ended_session_is_kept_for_seven_days_and_then_forgotten_with_its_tokens() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let child = world.refresh(&alice.tokens.refresh_token).await.unwrap().tokens.unwrap();
    log_out(&world, &child.refresh_token).await;

    world.clock.advance(DAY * 7);
    sweep(&world).await;
    assert_eq!(reason(world.refresh(&child.refresh_token).await), ErrorReason::TokenRevoked);

    world.clock.advance(Duration::from_millis(1));
    sweep(&world).await;
    assert_eq!(reason(world.refresh(&child.refresh_token).await), ErrorReason::TokenInvalid);
    assert_eq!((count(&world, "sessions").await, count(&world, "refresh_tokens").await), (0, 0));
}

#[tokio::test]
async fn a_session_left_idle_is_forgotten_seven_days_after_its_time() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.clock.advance(DAY * 21);
    sweep(&world).await;
    assert_eq!(reason(world.refresh(&alice.tokens.refresh_token).await), ErrorReason::TokenExpired);
    world.clock.advance(Duration::from_millis(1));
    sweep(&world).await;
    assert_eq!(reason(world.refresh(&alice.tokens.refresh_token).await), ErrorReason::TokenInvalid);
}

#[tokio::test]
async fn living_sessions_are_left_alone() {
    let world = World::new().await;
    let mut token = world.person("alice@example.com").await.tokens.refresh_token;
    for _ in 0..25 {
        world.clock.advance(DAY);
        token = world.refresh(&token).await.unwrap().tokens.unwrap().refresh_token;
        sweep(&world).await;
    }
    assert_eq!((count(&world, "sessions").await, count(&world, "refresh_tokens").await), (1, 26));
    assert!(world.refresh(&token).await.is_ok());
}

#[tokio::test]
async fn one_sweep_removes_more_than_a_batch() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let mut busy = alice.tokens.refresh_token;
    for _ in 0..1005 {
        busy = world.refresh(&busy).await.unwrap().tokens.unwrap().refresh_token;
    }
    for _ in 0..110 {
        world.clock.advance(Duration::from_millis(1));
        world.log_in("alice@example.com", PASSWORD).await.unwrap();
    }
    assert_eq!(count(&world, "sessions").await, 111);

    world.clock.advance(DAY * 40);
    sweep(&world).await;

    assert_eq!((count(&world, "sessions").await, count(&world, "refresh_tokens").await), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sweeps_beside_each_other_and_beside_sign_ins_harm_nobody() {
    let world = World::new().await;
    let other = world.start_again(|_| ()).await.unwrap();
    world.person("alice@example.com").await;
    for _ in 0..20 {
        for _ in 0..3 {
            let tokens = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap();
            log_out(&world, &tokens.refresh_token).await;
        }
        world.clock.advance(DAY * 8);
        let (_, (), signed_in) = tokio::join!(
            sweep(&world),
            async { other.periodic()[0].run_once().await },
            world.log_in("alice@example.com", PASSWORD),
        );
        let token = signed_in.unwrap().tokens.unwrap().refresh_token;
        assert!(world.refresh(&token).await.is_ok());
        log_out(&world, &token).await;
    }
    world.clock.advance(DAY * 30);
    sweep(&world).await;
    assert_eq!((count(&world, "sessions").await, count(&world, "refresh_tokens").await), (0, 0));
}
