use std::sync::Arc;
use std::time::Duration;

use contracts::billing::v1::checkout_service_client::CheckoutServiceClient;
use contracts::billing::v1::manual_provider_service_client::ManualProviderServiceClient;
use contracts::billing::v1::{
    ConfirmCheckoutRequest, ConfirmCheckoutResponse, Plan, PlanType, PreviewCheckoutRequest, StartCheckoutRequest,
    SubscriptionAction, SubscriptionStatus,
};
use service_kit::ErrorReason;
use tonic::Status;
use uuid::Uuid;

use crate::world::{PAGES, World, assert_refused, plan, refused_fields};

const HOUR: Duration = Duration::from_secs(3600);

fn order(organization: Uuid, plan_code: &str) -> StartCheckoutRequest {
    StartCheckoutRequest {
        organization_id: organization.to_string(),
        plan_code: plan_code.to_owned(),
        success_url: "https://app.example/billing?done=1".to_owned(),
        cancel_url: "https://app.example/billing".to_owned(),
    }
}

async fn start(world: &World, user: Uuid, request: StartCheckoutRequest) -> Result<String, Status> {
    let mut client = CheckoutServiceClient::new(world.public());
    client.start_checkout(world.signed(user, request)).await.map(|answer| answer.into_inner().checkout_url)
}

/// The secret in the address of a checkout.
async fn token(world: &World, user: Uuid, organization: Uuid, plan_code: &str) -> String {
    let url = start(world, user, order(organization, plan_code)).await.unwrap();
    url.strip_prefix(&format!("{PAGES}/dev/checkout?token=")).expect("an address of the pages").to_owned()
}

async fn confirm(world: &World, token: &str) -> Result<ConfirmCheckoutResponse, Status> {
    let mut client = ManualProviderServiceClient::new(world.public());
    client.confirm_checkout(ConfirmCheckoutRequest { token: token.to_owned() }).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn a_checkout_that_is_confirmed_is_a_subscription() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    world.offer(vec![Plan { trial_days: 14, credits_amount: 50, ..plan("pro") }]).await;
    let token = token(&world, user, organization, "pro").await;
    assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::None);

    let mut pages = ManualProviderServiceClient::new(world.public());
    let request = PreviewCheckoutRequest { token: token.clone() };
    let preview = pages.preview_checkout(request.clone()).await.unwrap().into_inner();
    assert_eq!((preview.trial_days, preview.is_confirmed), (14, false));
    assert_eq!(preview.plan.unwrap().code, "pro");
    assert_eq!(preview.cancel_url, "https://app.example/billing");

    let confirmed = confirm(&world, &token).await.unwrap();
    assert_eq!(confirmed.success_url, "https://app.example/billing?done=1");
    let subscription = world.subscription(user, organization).await;
    assert_eq!(confirmed.subscription, Some(subscription.clone()));
    assert_eq!(subscription.status(), SubscriptionStatus::Trialing);
    assert_eq!(world.balance(user, organization).await, 50);
    assert!(pages.preview_checkout(request).await.unwrap().into_inner().is_confirmed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_confirmed_many_times_at_once_is_one_subscription() {
    let world = Arc::new(World::new().await);
    world.offer(vec![Plan { credits_amount: 50, ..plan("pro") }]).await;
    let (user, organization) = world.organization();
    let token = token(&world, user, organization, "pro").await;
    let copies: Vec<_> = (0..20)
        .map(|_| {
            let (world, token) = (Arc::clone(&world), token.clone());
            tokio::spawn(async move { confirm(&world, &token).await.unwrap() })
        })
        .collect();
    for copy in copies {
        assert_eq!(copy.await.unwrap().subscription.unwrap().status(), SubscriptionStatus::Active);
    }
    assert_eq!(world.ledger(user, organization).await.len(), 1);

    // Long after the subscription is over, the old page begins no other.
    let administrator = world.another_administrator();
    world.change(administrator, organization, SubscriptionAction::Cancel, None, None).await.unwrap();
    confirm(&world, &token).await.unwrap();
    assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
    assert_eq!(world.ledger(user, organization).await.len(), 1);
}

#[tokio::test]
async fn two_tabs_end_on_one_subscription() {
    let world = World::new().await;
    world.offer(vec![Plan { credits_amount: 50, ..plan("pro") }, Plan { price_cents: 9900, ..plan("max") }]).await;
    let (user, organization) = world.organization();
    let first = token(&world, user, organization, "pro").await;
    let second = token(&world, user, organization, "max").await;
    confirm(&world, &first).await.unwrap();
    confirm(&world, &second).await.unwrap();
    let subscription = world.subscription(user, organization).await;
    assert_eq!((subscription.plan_code.as_deref(), subscription.pending_plan_code), (Some("max"), None));
    assert_eq!(world.balance(user, organization).await, 50);
}

#[tokio::test]
async fn the_plan_is_sold_at_the_terms_of_the_order() {
    let world = World::new().await;
    world.offer(vec![plan("pro")]).await;
    let (user, organization) = world.organization();
    let token = token(&world, user, organization, "pro").await;
    world.offer(vec![Plan { name: "Dearer".to_owned(), price_cents: 99_900, ..plan("pro") }]).await;
    confirm(&world, &token).await.unwrap();
    assert_eq!(world.subscription(user, organization).await.plan_name.as_deref(), Some("The pro plan"));
}

#[tokio::test]
async fn a_checkout_is_over_after_an_hour() {
    let world = World::new().await;
    world.offer(vec![plan("pro")]).await;
    let (user, organization) = world.organization();
    let token = token(&world, user, organization, "pro").await;
    world.clock.advance(HOUR);
    assert_refused(confirm(&world, &token).await, ErrorReason::NotFound);
    assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::None);
}

#[tokio::test]
async fn a_secret_that_nobody_knows_opens_nothing() {
    let world = World::new().await;
    for token in ["", "x", &"A".repeat(43)] {
        assert_refused(confirm(&world, token).await, ErrorReason::NotFound);
    }
}

#[tokio::test]
async fn whoever_started_a_checkout_and_may_no_longer_buy_cannot_confirm_it() {
    let world = World::new().await;
    world.offer(vec![plan("pro")]).await;
    let (user, organization) = world.organization();
    let token = token(&world, user, organization, "pro").await;
    world.organizations.members.lock().unwrap().clear();
    assert_refused(confirm(&world, &token).await, ErrorReason::OrganizationNotFound);
}

#[tokio::test]
async fn people_are_sent_back_to_known_places_only() {
    let world = World::new().await;
    world.offer(vec![plan("pro")]).await;
    let (user, organization) = world.organization();
    let request = StartCheckoutRequest {
        success_url: "https://app.example.evil.example/".to_owned(),
        cancel_url: "javascript:alert(1)".to_owned(),
        ..order(organization, "pro")
    };
    assert_eq!(refused_fields(start(&world, user, request).await), ["success_url", "cancel_url"]);
}

#[tokio::test]
async fn what_cannot_be_bought_is_said_at_the_start() {
    let world = World::new().await;
    world.offer(vec![plan("pro"), Plan { plan_type: PlanType::Sales.into(), ..plan("enterprise") }]).await;
    let (user, organization) = world.organization();
    assert_refused(start(&world, user, order(organization, "gone")).await, ErrorReason::PlanNotFound);
    assert_eq!(refused_fields(start(&world, user, order(organization, "enterprise")).await), ["plan_code"]);
    world.grant(organization, "pro").await.unwrap();
    assert_refused(start(&world, user, order(organization, "pro")).await, ErrorReason::Conflict);
    assert_refused(start(&world, Uuid::now_v7(), order(organization, "pro")).await, ErrorReason::OrganizationNotFound);
}

#[tokio::test]
async fn outside_of_development_nothing_is_sold_without_a_provider() {
    let world = World::without_pages().await;
    world.offer(vec![plan("pro")]).await;
    let (user, organization) = world.organization();
    let refused = start(&world, user, order(organization, "pro")).await;
    assert_refused(refused, ErrorReason::BillingNotConfigured);
    assert_refused(confirm(&world, &"A".repeat(43)).await, ErrorReason::BillingNotConfigured);
}

#[tokio::test]
async fn an_organization_has_a_bounded_number_of_checkouts_open() {
    let world = World::new().await;
    world.offer(vec![plan("pro")]).await;
    let (user, organization) = world.organization();
    for _ in 0..100 {
        start(&world, user, order(organization, "pro")).await.unwrap();
    }
    assert_refused(start(&world, user, order(organization, "pro")).await, ErrorReason::RateLimited);
    world.clock.advance(HOUR);
    start(&world, user, order(organization, "pro")).await.unwrap();
}
