use std::time::Duration;

use contracts::billing::v1::checkout_service_client::CheckoutServiceClient;
use contracts::billing::v1::manual_provider_service_client::ManualProviderServiceClient;
use contracts::billing::v1::{
    ChangeAtPortalRequest, OpenPortalRequest, PortalAction, PreviewPortalRequest, PreviewPortalResponse, Subscription,
    SubscriptionStatus,
};
use service_kit::ErrorReason;
use tonic::Status;
use uuid::Uuid;

use crate::world::{PAGES, World, assert_refused, plan, refused_fields};

async fn open(world: &World, user: Uuid, organization: Uuid, return_url: &str) -> Result<String, Status> {
    let message = OpenPortalRequest { organization_id: organization.to_string(), return_url: return_url.to_owned() };
    let mut client = CheckoutServiceClient::new(world.public());
    let url = client.open_portal(world.signed(user, message)).await?.into_inner().url;
    Ok(url.strip_prefix(&format!("{PAGES}/dev/billing?token=")).expect("an address of the pages").to_owned())
}

async fn look(world: &World, token: &str) -> Result<PreviewPortalResponse, Status> {
    let request = PreviewPortalRequest { token: token.to_owned() };
    ManualProviderServiceClient::new(world.public()).preview_portal(request).await.map(tonic::Response::into_inner)
}

async fn act(world: &World, token: &str, action: PortalAction) -> Result<Subscription, Status> {
    let request = ChangeAtPortalRequest { token: token.to_owned(), action: action.into() };
    let answer = ManualProviderServiceClient::new(world.public()).change_at_portal(request).await?;
    Ok(answer.into_inner().subscription.unwrap())
}

#[tokio::test]
async fn a_subscription_is_cancelled_and_taken_up_again_at_the_portal() {
    let world = World::new().await;
    world.offer(vec![plan("pro")]).await;
    let (user, organization) = world.organization();
    world.grant(organization, "pro").await.unwrap();
    let token = open(&world, user, organization, "https://app.example/").await.unwrap();
    let seen = look(&world, &token).await.unwrap();
    assert_eq!(seen.return_url, "https://app.example/");
    assert_eq!(seen.subscription, Some(world.subscription(user, organization).await));

    for _ in 0..2 {
        assert!(act(&world, &token, PortalAction::CancelAtPeriodEnd).await.unwrap().cancel_at_period_end);
    }
    assert!(world.subscription(user, organization).await.cancel_at_period_end);
    for _ in 0..2 {
        assert!(!act(&world, &token, PortalAction::Reactivate).await.unwrap().cancel_at_period_end);
    }
    assert_eq!(refused_fields(act(&world, &token, PortalAction::Unspecified).await), ["action"]);
}

#[tokio::test]
async fn a_visit_to_the_portal_is_over_after_a_quarter_of_an_hour() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let token = open(&world, user, organization, "https://app.example/").await.unwrap();
    assert_eq!(look(&world, &token).await.unwrap().subscription.unwrap().status(), SubscriptionStatus::None);
    assert_refused(act(&world, &token, PortalAction::Reactivate).await, ErrorReason::Conflict);
    world.clock.advance(Duration::from_secs(900));
    assert_refused(look(&world, &token).await, ErrorReason::NotFound);
    assert_refused(act(&world, &token, PortalAction::Reactivate).await, ErrorReason::NotFound);
}

#[tokio::test]
async fn the_portal_is_for_those_who_manage_billing_and_leads_back_to_known_places() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let stranger = open(&world, Uuid::now_v7(), organization, "https://app.example/").await;
    assert_refused(stranger, ErrorReason::OrganizationNotFound);
    assert_eq!(refused_fields(open(&world, user, organization, "https://evil.example/").await), ["return_url"]);

    let token = open(&world, user, organization, "https://app.example/").await.unwrap();
    world.organizations.members.lock().unwrap().clear();
    let refused = act(&world, &token, PortalAction::CancelAtPeriodEnd).await;
    assert_refused(refused, ErrorReason::OrganizationNotFound);
}

#[tokio::test]
async fn outside_of_development_there_is_no_portal_without_a_provider() {
    let world = World::without_pages().await;
    let (user, organization) = world.organization();
    assert_refused(open(&world, user, organization, "https://app.example/").await, ErrorReason::BillingNotConfigured);
}
