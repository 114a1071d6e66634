use std::time::Duration;

use contracts::billing::v1::{GetSubscriptionRequest, Plan, PlanInterval, Subscription, SubscriptionStatus};
use service_kit::{ErrorReason, Timestamp};
use uuid::Uuid;

use crate::world::{World, assert_refused, feature, plan, refused_fields};

const DAY: Duration = Duration::from_secs(86_400);

async fn read(world: &World, user: Uuid, organization: Uuid) -> Result<Subscription, tonic::Status> {
    let request = world.signed(user, GetSubscriptionRequest { organization_id: organization.to_string() });
    world.subscriptions().get_subscription(request).await.map(|answer| answer.into_inner().subscription.unwrap())
}

fn instant(text: &str) -> Option<prost_types::Timestamp> {
    Some(Timestamp::parse_rfc3339(text).unwrap().into())
}

#[tokio::test]
async fn without_a_subscription_the_status_is_none() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let subscription = read(&world, user, organization).await.unwrap();
    assert_eq!(subscription.status(), SubscriptionStatus::None);
    assert_eq!(subscription.plan_code, None);
}

#[tokio::test]
async fn a_granted_plan_is_active_until_the_end_of_its_period_and_then_renews() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    world.offer(vec![plan("pro")]).await;
    let granted = world.grant(organization, "pro").await.unwrap();
    assert_eq!(granted.position, 0);

    let subscription = read(&world, user, organization).await.unwrap();
    assert_eq!(granted.subscription, Some(subscription.clone()));
    assert_eq!(subscription.status(), SubscriptionStatus::Active);
    assert_eq!(subscription.plan_code.as_deref(), Some("pro"));
    assert_eq!(subscription.plan_name.as_deref(), Some("The pro plan"));
    assert_eq!(subscription.current_period_end, instant("2026-02-01T12:00:00Z"));

    world.clock.advance(DAY * 40);
    let subscription = read(&world, user, organization).await.unwrap();
    assert_eq!(subscription.current_period_end, instant("2026-03-01T12:00:00Z"));
}

#[tokio::test]
async fn a_plan_with_a_trial_starts_in_it() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    world.offer(vec![Plan { trial_days: 14, interval: PlanInterval::Yearly.into(), ..plan("pro") }]).await;
    world.grant(organization, "pro").await.unwrap();

    let subscription = read(&world, user, organization).await.unwrap();
    assert_eq!(subscription.status(), SubscriptionStatus::Trialing);
    assert_eq!(subscription.trial_ends_at, instant("2026-01-15T12:00:00Z"));
    assert_eq!(subscription.current_period_end, subscription.trial_ends_at);

    world.clock.advance(DAY * 14);
    let subscription = read(&world, user, organization).await.unwrap();
    assert_eq!(subscription.status(), SubscriptionStatus::Active);
    assert_eq!(subscription.current_period_end, instant("2027-01-15T12:00:00Z"));
}

#[tokio::test]
async fn a_plan_by_agreement_has_no_end_of_period() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    world.offer(vec![Plan { interval: PlanInterval::Custom.into(), ..plan("enterprise") }]).await;
    let granted = world.grant(organization, "enterprise").await.unwrap();
    assert_eq!(granted.subscription.unwrap().current_period_end, None);
}

#[tokio::test]
async fn subscribers_keep_the_plan_they_took_when_the_offer_changes() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    world.offer(vec![plan("pro")]).await;
    world.grant(organization, "pro").await.unwrap();
    world.offer(vec![Plan { name: "Pro 2".to_owned(), features: Vec::new(), ..plan("pro") }]).await;
    world.offer(vec![plan("team")]).await;

    let subscription = read(&world, user, organization).await.unwrap();
    assert_eq!(subscription.plan_name.as_deref(), Some("The pro plan"));
    assert_eq!(world.entitlement(organization).await.features, ["seats", "sso"]);
}

#[tokio::test]
async fn a_plan_that_is_not_on_offer_cannot_be_granted() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    world.offer(vec![plan("old")]).await;
    world.offer(vec![plan("new")]).await;
    assert_refused(world.grant(organization, "old").await, ErrorReason::PlanNotFound);
    assert_refused(world.grant(organization, "never").await, ErrorReason::PlanNotFound);
    assert_eq!(refused_fields(world.grant(organization, "No such\0").await), ["plan_code"]);
}

#[tokio::test]
async fn taking_something_away_answers_a_position_and_giving_more_leaves_a_hint() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    let more = Plan { features: vec![feature("sso"), feature("audit")], ..plan("pro") };
    let less = Plan { features: vec![feature("audit")], ..plan("pro") };

    world.offer(vec![Plan { features: vec![feature("sso")], ..plan("pro") }, plan("team")]).await;
    assert_eq!(world.grant(organization, "pro").await.unwrap().position, 0);
    assert_eq!(world.entitlement(organization).await.position, 1, "it has begun");
    world.offer(vec![more, plan("team")]).await;
    assert_eq!(world.grant(organization, "pro").await.unwrap().position, 0);
    assert_eq!(world.entitlement(organization).await.position, 2, "the plan gives more");
    world.offer(vec![less, plan("team")]).await;
    assert_eq!(world.grant(organization, "pro").await.unwrap().position, 3);
    assert_eq!(world.grant(organization, "pro").await.unwrap().position, 0);
    assert_eq!(world.grant(organization, "team").await.unwrap().position, 4);
    assert_eq!(world.entitlement(organization).await.position, 4, "nobody is told twice");
}

#[tokio::test]
async fn a_plan_gives_its_credits_once_per_grant() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    world.offer(vec![Plan { credits_amount: 500, ..plan("pro") }, plan("free")]).await;
    world.grant(organization, "pro").await.unwrap();
    world.grant(organization, "pro").await.unwrap();
    assert_eq!(world.balance(user, organization).await, 500);

    world.grant(organization, "free").await.unwrap();
    assert_eq!(world.balance(user, organization).await, 500);
    world.grant(organization, "pro").await.unwrap();
    assert_eq!(world.balance(user, organization).await, 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_at_once_leave_one_subscription_with_one_lot_of_credits() {
    let world = World::new().await;
    world.offer(vec![Plan { credits_amount: 10, ..plan("pro") }]).await;
    for _ in 0..5 {
        let (user, organization) = world.organization();
        let grants = (0..20).map(|_| {
            let mut client = world.subscriptions();
            let request = contracts::billing::v1::GrantSubscriptionRequest {
                organization_id: organization.to_string(),
                plan_code: "pro".to_owned(),
            };
            tokio::spawn(async move { client.grant_subscription(request).await.unwrap().into_inner() })
        });
        let mut answers = Vec::new();
        for grant in grants.collect::<Vec<_>>() {
            answers.push(grant.await.unwrap());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        assert_eq!(world.balance(user, organization).await, 10);
    }
}

#[tokio::test]
async fn a_stranger_is_told_what_a_random_organization_would_tell() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    assert_refused(read(&world, Uuid::now_v7(), organization).await, ErrorReason::OrganizationNotFound);
}

#[tokio::test]
async fn an_outage_of_organizations_is_an_outage_and_no_refusal() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    world.organizations.is_down.store(true, std::sync::atomic::Ordering::SeqCst);
    assert_refused(read(&world, user, organization).await, ErrorReason::ServiceUnavailable);
}
