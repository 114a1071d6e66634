use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;
use contracts::billing::v1::{GetEntitlementRequest, SubscriptionStatus};
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::world::{World, assert_refused, plan};

#[tokio::test]
async fn an_organization_without_a_subscription_is_entitled_to_nothing() {
    let world = World::new().await;
    let answer = world.entitlement(Uuid::now_v7()).await;
    assert_eq!(answer.subscription.unwrap().status(), SubscriptionStatus::None);
    assert!(answer.features.is_empty());
    assert_eq!(answer.position, 0);
}

#[tokio::test]
async fn an_entitlement_names_the_features_sorted() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    world.offer(vec![plan("pro")]).await;
    world.grant(organization, "pro").await.unwrap();
    let answer = world.entitlement(organization).await;
    assert_eq!(answer.subscription.unwrap().plan_code.as_deref(), Some("pro"));
    assert_eq!(answer.features, ["seats", "sso"]);
}

#[tokio::test]
async fn an_entitlement_needs_the_service_credential() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let request = world.signed(user, GetEntitlementRequest { organization_id: organization.to_string() });
    let answer = SubscriptionServiceClient::new(world.public()).get_entitlement(request).await;
    assert_refused(answer, ErrorReason::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entitlement_read_during_changes_never_pairs_an_old_plan_with_a_new_position() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    world.offer(vec![plan("even"), plan("odd")]).await;
    // The hint of the beginning is the first.
    world.grant(organization, "odd").await.unwrap();

    // Each change takes one position, so the plan follows from the position.
    let mut reader = world.subscriptions();
    let reading = tokio::spawn(async move {
        for _ in 0..60 {
            let request = GetEntitlementRequest { organization_id: organization.to_string() };
            let answer = reader.get_entitlement(request).await.unwrap().into_inner();
            let expected = if answer.position % 2 == 0 { "even" } else { "odd" };
            assert_eq!(answer.subscription.unwrap().plan_code.as_deref(), Some(expected));
        }
    });
    for change in 2..=31 {
        let granted = world.grant(organization, if change % 2 == 0 { "even" } else { "odd" }).await.unwrap();
        assert_eq!(granted.position, change);
    }
    reading.await.unwrap();
}
