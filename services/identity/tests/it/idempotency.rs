//! Calls under an idempotency key.

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use service_kit::call_origin::tell_origin;
use tonic::Request;

use crate::world::{PASSWORD, World, reason, rows, sign_in, sign_up};

fn under<T>(key: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("idempotency-key", key.parse().unwrap());
    request
}

#[tokio::test]
async fn a_sign_up_that_met_an_outage_completes_the_same_account_when_it_comes_again() {
    let world = World::new().await;
    world.organizations.state().is_down = true;
    for _ in 0..2 {
        let answer = world.authentication().register(under("key", sign_up("alice@example.com"))).await;
        assert_eq!(reason(answer), ErrorReason::ServiceUnavailable);
    }
    world.organizations.state().is_down = false;
    let first = world.authentication().register(under("key", sign_up("alice@example.com"))).await.unwrap().into_inner();
    let second = world.authentication().register(under("key", sign_up("alice@example.com"))).await.unwrap();
    assert!(second.metadata().contains_key("idempotent-replayed"));
    assert_eq!(second.into_inner(), first);
    assert_eq!(world.organizations.state().personal.len(), 1);
    world.run_relay(1).await;
    assert_eq!(world.mails.all().len(), 1, "one verification mail");
    // It was the answer of the call, so it stays so after the account has been used.
    world.log_in("alice@example.com", PASSWORD).await.unwrap();
    let third = world.authentication().register(under("key", sign_up("alice@example.com"))).await.unwrap();
    assert_eq!(third.into_inner(), first);
    assert_eq!(reason(world.register("alice@example.com").await), ErrorReason::UserAlreadyExists);
}

#[tokio::test]
async fn a_sign_in_is_the_same_from_wherever_it_is_repeated_and_opens_one_session() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.clock.advance(std::time::Duration::from_secs(1));
    let sign_in_from = async |address: &str, agent: &str| {
        let mut request = under("key", sign_in("alice@example.com", PASSWORD));
        tell_origin(request.metadata_mut(), address, agent);
        world.as_gateway().login(request).await.unwrap().into_inner()
    };
    let first = sign_in_from("192.0.2.1", "Firefox on a train").await;
    assert_eq!(sign_in_from("198.51.100.7", "Firefox in an office").await, first);
    assert_eq!(rows(&world, "SELECT count(*) AS n FROM sessions").await, 2, "of the sign-up and of the sign-in");
    let listed = world.sessions().list_sessions(alice.call(proto::ListSessionsRequest::default())).await.unwrap();
    let newest = &listed.into_inner().sessions[0];
    assert_eq!((newest.ip_address(), newest.user_agent()), ("192.0.2.1", "Firefox on a train"));
}

#[tokio::test]
async fn a_wrong_password_lets_the_key_go() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    let sign_in_with =
        async |password: &str| world.authentication().login(under("key", sign_in("alice@example.com", password))).await;
    assert_eq!(reason(sign_in_with("a slip of the fingers").await), ErrorReason::InvalidCredentials);
    let first = sign_in_with(PASSWORD).await.unwrap().into_inner();
    assert_eq!(sign_in_with(PASSWORD).await.unwrap().into_inner(), first);
    assert_eq!(reason(sign_in_with("a slip of the fingers").await), ErrorReason::IdempotencyConflict);
}
