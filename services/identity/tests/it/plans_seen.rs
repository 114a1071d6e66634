//! What identity remembers of plans, for the times without billing.

use contracts::changes::v1::{Change, ChangeKind};

use crate::hearing::{Hearing, Running};
use crate::stand_ins::Mood;
use crate::world::{World, rows};

const ACME: &str = "018f0000-0000-7000-8000-0000000000aa";

fn of(organization_id: &str) -> Change {
    Change { organization_id: organization_id.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn a_plan_that_grew_is_no_news_of_anybody_elses() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let _running = Running::new(&world.identity);
    let mut hearing = Hearing::begin(&world.identity).await;
    world.told_by_billing.tell_many(6, |_| Change { kind: ChangeKind::OrganizationWidened.into(), ..of(ACME) });
    hearing.heartbeat(|alive| alive.positions.unwrap().billing == 6).await;
    world.billing.state().mood = Mood::Down;
    let tokens = world.refresh(&alice.tokens.refresh_token).await.unwrap().tokens.unwrap();
    let subscription = world.verified(&tokens.access_token).subscription;
    assert_eq!(subscription.and_then(|plan| plan.plan_code).as_deref(), Some("pro"));

    world.told_by_billing.tell(ChangeKind::OrganizationWidened, of(&alice.personal_organization));
    hearing.heartbeat(|alive| alive.positions.unwrap().billing == 7).await;
    let tokens = world.refresh(&tokens.refresh_token).await.unwrap().tokens.unwrap();
    assert_eq!(world.verified(&tokens.access_token).subscription, None, "hers grew, nobody can say to what");
}

#[tokio::test]
async fn the_same_plan_is_written_again_only_when_it_may_have_changed() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let _running = Running::new(&world.identity);
    let mut hearing = Hearing::begin(&world.identity).await;
    let seen_at = "SELECT position AS n FROM last_entitlements";
    assert_eq!(rows(&world, seen_at).await, 5);
    world.told_by_billing.tell_many(9, |_| Change { kind: ChangeKind::Entitlement.into(), ..of(ACME) });
    hearing.heartbeat(|alive| alive.positions.unwrap().billing == 9).await;
    world.billing.state().position = 9;
    let tokens = world.refresh(&alice.tokens.refresh_token).await.unwrap().tokens.unwrap();
    assert_eq!(world.verified(&tokens.access_token).asof.b, 9);
    assert_eq!(rows(&world, seen_at).await, 5, "others' changes are no reason to write");

    world.told_by_billing.tell(ChangeKind::Entitlement, of(&alice.personal_organization));
    hearing.heartbeat(|alive| alive.positions.unwrap().billing == 10).await;
    world.billing.state().position = 10;
    world.refresh(&tokens.refresh_token).await.unwrap();
    assert_eq!(rows(&world, seen_at).await, 10);
}
