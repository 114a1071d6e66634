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
