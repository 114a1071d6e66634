use std::time::Duration;

use contracts::audit::v1::AuditEntry;
use contracts::billing::v1::billing_audit_administration_service_client::BillingAuditAdministrationServiceClient;
use contracts::billing::v1::billing_audit_service_client::BillingAuditServiceClient;
use contracts::billing::v1::{
    ListAuditLogRequest, ListMyActionsRequest, ListOrganizationAuditLogRequest, Plan, SubscriptionAction,
};
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::world::{World, assert_refused, plan};

pub async fn log_of(world: &World, user: Uuid, organization: Uuid) -> Vec<AuditEntry> {
    let message = ListOrganizationAuditLogRequest { organization_id: organization.to_string(), ..Default::default() };
    let mut client = BillingAuditServiceClient::new(world.public());
    client.list_organization_audit_log(world.signed(user, message)).await.unwrap().into_inner().entries
}

fn actions(entries: &[AuditEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.action.as_str()).collect()
}

#[tokio::test]
async fn the_log_of_an_organization_tells_what_became_of_its_subscription_and_by_whom() {
    use SubscriptionAction::{Cancel, Change, Grant, MarkPaid, MarkPastDue, Reactivate};

    let world = World::new().await;
    world.offer(vec![plan("pro"), Plan { price_cents: 1, ..plan("free") }]).await;
    let ((user, organization), administrator) = (world.organization(), world.another_administrator());
    for (action, plan_code, waits) in [
        (Grant, Some("pro"), None),
        // Nothing happens, and nothing is told.
        (Grant, Some("pro"), None),
        (MarkPastDue, None, None),
        (MarkPaid, None, None),
        (Change, Some("free"), None),
        (Cancel, None, Some(true)),
        (Reactivate, None, None),
        (Cancel, None, Some(true)),
    ] {
        world.change(administrator, organization, action, plan_code, waits).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
    }
    world.clock.advance(Duration::from_secs(32 * 86_400));
    world.do_periodic_work().await;

    let entries = log_of(&world, user, organization).await;
    assert_eq!(
        actions(&entries),
        [
            "subscription.ended",
            "subscription.cancellation_planned",
            "subscription.reactivated",
            "subscription.cancellation_planned",
            "subscription.changed",
            "subscription.standing_changed",
            "subscription.standing_changed",
            "subscription.started",
        ]
    );
    assert_eq!(entries[0].actor, "system");
    assert_eq!(entries[7].actor, administrator.to_string());
    assert!(entries[7].details_json.contains(r#""plan":{"code":"pro","version":1}"#), "{}", entries[7].details_json);
    // Members are told that it was the back office, not in which session.
    assert!(entries[7].details_json.contains(r#""back_office":true"#));
    assert_eq!(entries[7].actor_session_id, None);
}

#[tokio::test]
async fn the_back_office_reads_the_whole_log_with_who_changed_the_offer() {
    let world = World::new().await;
    world.offer(vec![plan("pro")]).await;
    world.offer(vec![plan("pro")]).await;
    let (administrator, (_, organization)) = (world.another_administrator(), world.organization());
    world.clock.advance(Duration::from_secs(1));
    world.change(administrator, organization, SubscriptionAction::Grant, Some("pro"), None).await.unwrap();

    let mut client = BillingAuditAdministrationServiceClient::new(world.public());
    let request = world.as_official(administrator, ListAuditLogRequest::default());
    let entries = client.list_audit_log(request).await.unwrap().into_inner().entries;
    // The world's key is made before all else.
    let [granted, rest @ ..] = entries.as_slice() else { panic!("nothing is told") };
    assert_eq!(granted.action, "subscription.started");
    assert_eq!(actions(rest).iter().filter(|action| **action == "plans.applied").count(), 1);
    assert_eq!(actions(rest).iter().filter(|action| **action == "server_key.created").count(), 1);
    let applied = rest.iter().find(|entry| entry.action == "plans.applied").unwrap();
    assert_eq!(applied.actor, "operator");
    assert!(entries[0].actor_session_id.is_some());

    let former = world.as_official(Uuid::now_v7(), ListAuditLogRequest::default());
    assert_refused(client.list_audit_log(former).await, ErrorReason::Forbidden);
}

#[tokio::test]
async fn people_read_what_they_did_themselves_and_strangers_read_nothing() {
    let world = World::new().await;
    world.offer(vec![plan("pro")]).await;
    let (administrator, (user, organization)) = (world.another_administrator(), world.organization());
    world.change(administrator, organization, SubscriptionAction::Grant, Some("pro"), None).await.unwrap();
    let mut client = BillingAuditServiceClient::new(world.public());
    for (somebody, expected) in [(administrator, 1), (user, 0)] {
        let request = world.signed(somebody, ListMyActionsRequest::default());
        assert_eq!(client.list_my_actions(request).await.unwrap().into_inner().entries.len(), expected);
    }
    let message = ListOrganizationAuditLogRequest { organization_id: organization.to_string(), ..Default::default() };
    let stranger = client.list_organization_audit_log(world.signed(Uuid::now_v7(), message)).await;
    assert_refused(stranger, ErrorReason::OrganizationNotFound);
}
