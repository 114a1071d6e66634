use std::sync::atomic::Ordering;

use contracts::billing::v1::{DepositRequest, Plan, SubscriptionAction, SubscriptionStatus};
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::world::{World, assert_refused, plan};

#[tokio::test]
async fn the_subscription_of_an_organization_that_ends_ends_and_its_ledger_stays() {
    let world = World::new().await;
    world.offer(vec![Plan { credits_amount: 10, ..plan("pro") }]).await;
    let (user, organization) = world.organization();
    let (other_user, other) = world.organization();
    for organization in [organization, other] {
        world.grant(organization, "pro").await.unwrap();
    }
    world.organizations.ended.lock().unwrap().push(organization);
    world.do_periodic_work().await;

    assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
    let entitlement = world.entitlement(organization).await;
    assert_eq!((entitlement.features.len(), entitlement.position), (0, 3), "after the hints of both beginnings");
    assert_eq!(world.balance(user, organization).await, 10);
    assert_eq!(world.subscription(other_user, other).await.status(), SubscriptionStatus::Active);

    // Nothing is billed to it any more.
    let administrator = world.another_administrator();
    let granted = world.change(administrator, organization, SubscriptionAction::Grant, Some("pro"), None).await;
    assert_refused(granted, ErrorReason::OrganizationNotFound);
    let deposit = DepositRequest {
        organization_id: organization.to_string(),
        amount: 1,
        request_uuid: Uuid::now_v7().to_string(),
        note: None,
    };
    assert_refused(world.deposit(deposit).await, ErrorReason::OrganizationNotFound);
    world.do_periodic_work().await;
    assert_eq!(world.entitlement(organization).await.position, 3);
}

#[tokio::test]
async fn endings_are_followed_after_an_outage_from_where_they_were_left() {
    let world = World::new().await;
    world.offer(vec![plan("pro")]).await;
    let mut all = Vec::new();
    for _ in 0..3 {
        let pair = world.organization();
        world.grant(pair.1, "pro").await.unwrap();
        all.push(pair);
    }
    world.organizations.ended.lock().unwrap().push(all[0].1);
    world.do_periodic_work().await;
    world.organizations.ended.lock().unwrap().extend([all[1].1, Uuid::now_v7(), all[2].1]);
    world.organizations.is_down.store(true, Ordering::SeqCst);
    world.do_periodic_work().await;
    assert!(!world.entitlement(all[2].1).await.features.is_empty());
    world.organizations.is_down.store(false, Ordering::SeqCst);
    world.do_periodic_work().await;
    for (user, organization) in all {
        assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
    }
}

#[tokio::test]
async fn hundreds_of_endings_are_followed_in_one_round() {
    let world = World::new().await;
    world.offer(vec![plan("pro")]).await;
    let (user, organization) = world.organization();
    world.grant(organization, "pro").await.unwrap();
    let mut ended: Vec<Uuid> = (0..250).map(|_| Uuid::now_v7()).collect();
    ended.push(organization);
    *world.organizations.ended.lock().unwrap() = ended;
    world.do_periodic_work().await;
    assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
}
