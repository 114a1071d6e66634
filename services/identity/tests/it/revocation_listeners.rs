//! Who may hear the feed.

use contracts::identity::v1::watch_response::Message;
use service_kit::{Entropy, ErrorReason, ServerKeySecret};
use tonic::Status;

use crate::hearing::{Hearing, Running, watch_by};
use crate::stand_ins::Mood;
use crate::world::{World, reason};

fn refused(outcome: Result<Hearing, Status>) -> ErrorReason {
    reason(outcome)
}

#[tokio::test]
async fn a_program_hears_by_a_key_that_billing_takes_for_good() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let _running = Running::new(&world.identity);
    drop(Hearing::begin(&world.identity).await);
    let key = ServerKeySecret::generate(&Entropy::seeded(9)).expose();

    for other in [None, Some("gh_sk_"), Some(alice.tokens.access_token.as_str())] {
        assert_eq!(refused(watch_by(&world.identity, other).await), ErrorReason::Unauthorized);
    }
    assert_eq!(refused(watch_by(&world.identity, Some(&key)).await), ErrorReason::TokenRevoked, "in billing's words");
    world.billing.state().keys.insert(key.clone());
    let mut hearing = watch_by(&world.identity, Some(&key)).await.unwrap();
    assert!(matches!(hearing.next().await.unwrap(), Message::Keys(_)));
}

#[tokio::test]
async fn one_key_cannot_take_all_the_room() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    drop(Hearing::begin(&world.identity).await);
    let key = ServerKeySecret::generate(&Entropy::seeded(9)).expose();
    let other = ServerKeySecret::generate(&Entropy::seeded(10)).expose();
    world.billing.state().keys.extend([key.clone(), other.clone()]);
    let mut hearing = Vec::new();
    for _ in 0..20 {
        hearing.push(watch_by(&world.identity, Some(&key)).await.unwrap());
    }
    assert_eq!(refused(watch_by(&world.identity, Some(&key)).await), ErrorReason::ServiceUnavailable);
    assert!(watch_by(&world.identity, Some(&other)).await.is_ok());
    drop(Hearing::begin(&world.identity).await);
}

#[tokio::test]
async fn keys_that_billing_thinks_about_for_long_do_not_fill_identity() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    drop(Hearing::begin(&world.identity).await);
    world.billing.state().mood = Mood::Silent;
    let begun = std::time::Instant::now();
    let keys = (0..33).map(|seed| ServerKeySecret::generate(&Entropy::seeded(seed)).expose());
    let watching = keys.map(|key| {
        let identity = &world.identity;
        async move {
            let outcome = watch_by(identity, Some(&key)).await;
            (refused(outcome), begun.elapsed())
        }
    });
    let mut outcomes = futures_util::future::join_all(watching).await;
    outcomes.sort_by_key(|(_, after)| *after);
    assert!(outcomes.iter().all(|(reason, _)| *reason == ErrorReason::ServiceUnavailable));
    let waited: Vec<_> = outcomes.iter().map(|(_, after)| after.as_millis() >= 1_900).collect();
    assert_eq!(waited, [vec![false], vec![true; 32]].concat());
}

#[tokio::test]
async fn nobody_begins_to_hear_by_a_key_that_nobody_can_judge() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    drop(Hearing::begin(&world.identity).await);
    let key = ServerKeySecret::generate(&Entropy::seeded(9)).expose();
    world.billing.state().keys.insert(key.clone());
    for mood in [Mood::Down, Mood::Silent] {
        world.billing.state().mood = mood;
        assert_eq!(refused(watch_by(&world.identity, Some(&key)).await), ErrorReason::ServiceUnavailable);
    }
    // Services of the deployment need nobody's word.
    drop(Hearing::begin(&world.identity).await);
}
