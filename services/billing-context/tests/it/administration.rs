use std::time::Duration;

use contracts::billing::v1::{Plan, PlanInterval, SubscriptionAction, SubscriptionStatus};
use service_kit::{ErrorReason, Timestamp};
use uuid::Uuid;

use crate::world::{World, assert_refused, feature, plan, refused_fields};

const DAY: Duration = Duration::from_secs(86_400);
use SubscriptionAction::{Cancel, Change, Grant, MarkPaid, MarkPastDue, Reactivate};

fn instant(text: &str) -> Option<prost_types::Timestamp> {
    Some(Timestamp::parse_rfc3339(text).unwrap().into())
}

/// Plans that rise in price and in what they give.
fn ladder() -> Vec<Plan> {
    vec![
        Plan { price_cents: 0, credits_amount: 10, features: vec![feature("base")], ..plan("free") },
        Plan { price_cents: 1000, credits_amount: 100, features: vec![feature("base"), feature("sso")], ..plan("pro") },
        Plan {
            price_cents: 120_000,
            credits_amount: 5000,
            interval: PlanInterval::Yearly.into(),
            features: vec![feature("audit"), feature("base"), feature("sso")],
            ..plan("max")
        },
        Plan { interval: PlanInterval::Custom.into(), ..plan("deal") },
    ]
}

async fn ladder_world() -> (World, Uuid, Uuid, Uuid) {
    let world = World::new().await;
    world.offer(ladder()).await;
    let (user, organization) = world.organization();
    let administrator = world.another_administrator();
    (world, administrator, user, organization)
}

#[tokio::test]
async fn a_step_up_is_taken_at_once_and_gives_what_the_period_still_owes() {
    let (world, administrator, user, organization) = ladder_world().await;
    world.change(administrator, organization, Grant, Some("free"), None).await.unwrap();
    world.clock.advance(DAY * 10);
    let changed = world.change(administrator, organization, Change, Some("pro"), None).await.unwrap();
    assert_eq!(changed.position, 2, "after the hint of the beginning");
    let subscription = changed.subscription.unwrap();
    assert_eq!(subscription.plan_code.as_deref(), Some("pro"));
    // The period goes on: it is as long with either plan.
    assert_eq!(subscription.current_period_end, instant("2026-02-01T12:00:00Z"));
    assert_eq!(world.balance(user, organization).await, 100);
    let amounts: Vec<i64> = world.ledger(user, organization).await.iter().map(|entry| entry.amount_delta).collect();
    assert_eq!(amounts, [10, 90]);
    assert_eq!(world.entitlement(organization).await.features, ["base", "sso"]);
}

#[tokio::test]
async fn a_step_down_waits_for_the_end_of_the_period() {
    let (world, administrator, user, organization) = ladder_world().await;
    world.change(administrator, organization, Grant, Some("pro"), None).await.unwrap();
    let changed = world.change(administrator, organization, Change, Some("free"), None).await.unwrap();
    assert_eq!(changed.position, 0);
    let subscription = changed.subscription.unwrap();
    assert_eq!(subscription.plan_code.as_deref(), Some("pro"));
    assert_eq!(subscription.pending_plan_code.as_deref(), Some("free"));

    world.clock.advance(DAY * 31);
    // Whoever reads is told what is, whether or not it was written yet.
    assert_eq!(world.subscription(user, organization).await.plan_code.as_deref(), Some("free"));
    assert_eq!(world.entitlement(organization).await.position, 1);
    world.do_periodic_work().await;
    let entitlement = world.entitlement(organization).await;
    assert_eq!((entitlement.features, entitlement.position), (vec!["base".to_owned()], 2));
    assert_eq!(world.subscription(user, organization).await.pending_plan_code, None);
    assert_eq!(world.balance(user, organization).await, 110);
}

#[tokio::test]
async fn it_can_be_said_when_a_change_is_made_and_a_planned_one_can_be_called_off() {
    let (world, administrator, user, organization) = ladder_world().await;
    world.change(administrator, organization, Grant, Some("pro"), None).await.unwrap();
    world.change(administrator, organization, Change, Some("free"), Some(true)).await.unwrap();
    let kept = world.change(administrator, organization, Change, Some("pro"), None).await.unwrap();
    assert_eq!(kept.subscription.unwrap().pending_plan_code, None);

    let up_later = world.change(administrator, organization, Change, Some("max"), Some(true)).await.unwrap();
    assert_eq!(up_later.subscription.unwrap().pending_plan_code.as_deref(), Some("max"));
    let down_now = world.change(administrator, organization, Change, Some("free"), Some(false)).await.unwrap();
    assert_eq!(down_now.position, 2);
    let subscription = world.subscription(user, organization).await;
    assert_eq!((subscription.plan_code.as_deref(), subscription.pending_plan_code), (Some("free"), None));
}

#[tokio::test]
async fn a_plan_of_another_rhythm_begins_a_period_of_its_own() {
    let (world, administrator, user, organization) = ladder_world().await;
    world.change(administrator, organization, Grant, Some("pro"), None).await.unwrap();
    world.clock.advance(DAY * 14);
    world.change(administrator, organization, Change, Some("max"), Some(false)).await.unwrap();
    let subscription = world.subscription(user, organization).await;
    assert_eq!(subscription.current_period_end, instant("2027-01-15T12:00:00Z"));
    assert_eq!(world.balance(user, organization).await, 5000, "what the broken-off period gave counts");

    for plan in ["pro", "max", "pro", "max"] {
        world.clock.advance(DAY);
        world.change(administrator, organization, Change, Some(plan), Some(false)).await.unwrap();
    }
    assert_eq!(world.balance(user, organization).await, 5000, "changing back and forth gives nothing more");
}

#[tokio::test]
async fn changing_back_and_forth_gives_no_more_than_the_largest_plan_of_the_period() {
    let (world, administrator, user, organization) = ladder_world().await;
    world.change(administrator, organization, Grant, Some("free"), None).await.unwrap();
    for _ in 0..5 {
        world.change(administrator, organization, Change, Some("pro"), Some(false)).await.unwrap();
        world.change(administrator, organization, Change, Some("free"), Some(false)).await.unwrap();
    }
    assert_eq!(world.balance(user, organization).await, 100);
}

#[tokio::test]
async fn a_cancelled_subscription_lasts_until_its_period_is_over_unless_it_is_reactivated() {
    let (world, administrator, user, organization) = ladder_world().await;
    world.change(administrator, organization, Grant, Some("pro"), None).await.unwrap();
    let planned = world.change(administrator, organization, Cancel, None, Some(true)).await.unwrap();
    assert_eq!(planned.position, 0);
    assert!(planned.subscription.unwrap().cancel_at_period_end);
    let refused = world.change(administrator, organization, Change, Some("free"), Some(true)).await;
    assert_refused(refused, ErrorReason::Conflict);
    let back = world.change(administrator, organization, Reactivate, None, None).await.unwrap();
    assert!(!back.subscription.unwrap().cancel_at_period_end);

    world.change(administrator, organization, Cancel, None, Some(true)).await.unwrap();
    world.clock.advance(DAY * 60);
    assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
    world.do_periodic_work().await;
    let subscription = world.subscription(user, organization).await;
    assert_eq!(subscription.status(), SubscriptionStatus::Canceled);
    assert_eq!(subscription.plan_code.as_deref(), Some("pro"));
    assert_eq!(subscription.current_period_end, instant("2026-02-01T12:00:00Z"));
    let entitlement = world.entitlement(organization).await;
    assert_eq!((entitlement.features.len(), entitlement.position), (0, 2));
    // The period that would have come next gives nothing.
    assert_eq!(world.balance(user, organization).await, 100);
    assert_refused(world.change(administrator, organization, Reactivate, None, None).await, ErrorReason::Conflict);
}

#[tokio::test]
async fn a_subscription_cancelled_now_is_over_and_another_one_can_be_granted() {
    let (world, administrator, user, organization) = ladder_world().await;
    world.change(administrator, organization, Grant, Some("pro"), None).await.unwrap();
    let ended = world.change(administrator, organization, Cancel, None, None).await.unwrap();
    assert_eq!(ended.position, 2);
    let subscription = ended.subscription.unwrap();
    assert_eq!(subscription.status(), SubscriptionStatus::Canceled);
    assert_eq!(subscription.current_period_end, Some(world.clock.now().into()));
    assert_refused(world.change(administrator, organization, Cancel, None, None).await, ErrorReason::Conflict);

    world.clock.advance(DAY);
    let again = world.change(administrator, organization, Grant, Some("pro"), None).await.unwrap();
    assert_eq!(again.position, 0);
    assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::Active);
    assert_eq!(world.balance(user, organization).await, 200);
}

#[tokio::test]
async fn a_late_payment_keeps_the_plan_and_holds_its_credits_back() {
    let (world, administrator, user, organization) = ladder_world().await;
    world.change(administrator, organization, Grant, Some("pro"), None).await.unwrap();
    world.change(administrator, organization, MarkPastDue, None, None).await.unwrap();
    assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::PastDue);
    assert_eq!(world.entitlement(organization).await.features, ["base", "sso"]);

    world.clock.advance(DAY * 40);
    world.do_periodic_work().await;
    assert_eq!(world.balance(user, organization).await, 100);
    let paid = world.change(administrator, organization, MarkPaid, None, None).await.unwrap();
    assert_eq!(paid.subscription.unwrap().status(), SubscriptionStatus::Active);
    assert_eq!(world.balance(user, organization).await, 200);
    world.change(administrator, organization, MarkPaid, None, None).await.unwrap();
    assert_eq!(world.balance(user, organization).await, 200);
}

#[tokio::test]
async fn an_organization_has_one_trial_in_its_life() {
    let (world, administrator, user, organization) = ladder_world().await;
    world.offer(vec![Plan { trial_days: 14, ..plan("pro") }, Plan { trial_days: 30, ..plan("team") }]).await;
    world.change(administrator, organization, Grant, Some("pro"), None).await.unwrap();
    assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::Trialing);
    assert_refused(world.change(administrator, organization, MarkPastDue, None, None).await, ErrorReason::Conflict);
    world.change(administrator, organization, Cancel, None, None).await.unwrap();
    world.change(administrator, organization, Grant, Some("team"), None).await.unwrap();
    let subscription = world.subscription(user, organization).await;
    assert_eq!(subscription.status(), SubscriptionStatus::Active);
    assert_eq!(subscription.trial_ends_at, None);
}

#[tokio::test]
async fn a_change_during_the_trial_keeps_the_trial() {
    let (world, administrator, user, organization) = ladder_world().await;
    world.offer(vec![Plan { trial_days: 14, ..plan("pro") }, Plan { price_cents: 9000, ..plan("team") }]).await;
    world.change(administrator, organization, Grant, Some("pro"), None).await.unwrap();
    world.change(administrator, organization, Change, Some("team"), None).await.unwrap();
    let subscription = world.subscription(user, organization).await;
    assert_eq!(subscription.status(), SubscriptionStatus::Trialing);
    assert_eq!(subscription.plan_code.as_deref(), Some("team"));
    assert_eq!(subscription.current_period_end, instant("2026-01-15T12:00:00Z"));
}

#[tokio::test]
async fn a_plan_by_agreement_has_no_period_to_wait_for() {
    let (world, administrator, _, organization) = ladder_world().await;
    world.change(administrator, organization, Grant, Some("deal"), None).await.unwrap();
    for (action, plan_code) in [(Cancel, None), (Change, Some("free"))] {
        let refused = world.change(administrator, organization, action, plan_code, Some(true)).await;
        assert_refused(refused, ErrorReason::Conflict);
    }
    let changed = world.change(administrator, organization, Change, Some("free"), None).await.unwrap();
    assert_eq!(changed.subscription.unwrap().plan_code.as_deref(), Some("free"));
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_named() {
    let (world, administrator, _, organization) = ladder_world().await;
    let ask =
        |action, plan_code, at_period_end| world.change(administrator, organization, action, plan_code, at_period_end);
    assert_eq!(refused_fields(ask(Grant, None, None).await), ["plan_code"]);
    assert_eq!(refused_fields(ask(Change, Some("No\0"), None).await), ["plan_code"]);
    assert_eq!(refused_fields(ask(Cancel, Some("pro"), None).await), ["plan_code"]);
    assert_eq!(refused_fields(ask(Grant, Some("pro"), Some(true)).await), ["at_period_end"]);
    assert_eq!(refused_fields(ask(SubscriptionAction::Unspecified, None, None).await), ["action"]);
    assert_refused(ask(Grant, Some("gone"), None).await, ErrorReason::PlanNotFound);
    for (action, plan_code) in [(Change, Some("pro")), (Cancel, None), (Reactivate, None), (MarkPaid, None)] {
        assert_refused(ask(action, plan_code, None).await, ErrorReason::Conflict);
    }
}

#[tokio::test]
async fn only_the_back_office_changes_subscriptions() {
    let (world, _, user, organization) = ladder_world().await;
    let refused = world.change(user, organization, Grant, Some("pro"), None).await;
    assert_refused(refused, ErrorReason::Forbidden);
    assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::None);
}

#[tokio::test]
async fn ten_years_pass_with_a_lot_of_credits_for_every_month_whether_or_not_anybody_looked() {
    let (world, administrator, user, organization) = ladder_world().await;
    let (other_user, other) = world.organization();
    for organization in [organization, other] {
        world.change(administrator, organization, Grant, Some("pro"), None).await.unwrap();
    }
    // One is seen to every few days, the other after ten years.
    for _ in 0..1217 {
        world.clock.advance(DAY * 3);
        world.change(administrator, organization, Reactivate, None, None).await.unwrap();
    }
    world.do_periodic_work().await;
    let months = 120;
    for (user, organization) in [(user, organization), (other_user, other)] {
        let ledger = world.ledger(user, organization).await;
        let is_plan_grant = |entry: &contracts::billing::v1::Transaction| entry.reason == "plan_grant";
        assert!(ledger.iter().all(is_plan_grant));
        assert_eq!(ledger.len(), months);
        assert_eq!(world.balance(user, organization).await, 100 * i64::try_from(months).unwrap());
    }
    let subscription = world.subscription(other_user, other).await;
    assert_eq!(subscription, world.subscription(user, organization).await);
    world.do_periodic_work().await;
    assert_eq!(world.ledger(other_user, other).await.len(), months);
}

#[tokio::test]
async fn whatever_changes_an_account_sees_to_what_is_due_first() {
    let (world, administrator, user, organization) = ladder_world().await;
    world.change(administrator, organization, Grant, Some("pro"), None).await.unwrap();
    world.clock.advance(DAY * 31);
    let deposit = contracts::billing::v1::DepositRequest {
        organization_id: organization.to_string(),
        amount: 1,
        request_uuid: Uuid::now_v7().to_string(),
        note: None,
    };
    assert_eq!(world.deposit(deposit).await.unwrap().new_balance, 201);
    let reasons: Vec<String> = world.ledger(user, organization).await.into_iter().map(|entry| entry.reason).collect();
    assert_eq!(reasons, ["plan_grant", "plan_grant", "deposit"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_at_once_leave_one_subscription_that_one_of_them_chose() {
    let (world, administrator, user, organization) = ladder_world().await;
    let other = world.another_administrator();
    let world = std::sync::Arc::new(world);
    for _ in 0..20 {
        let ask = |administrator, action, plan_code| {
            let world = std::sync::Arc::clone(&world);
            tokio::spawn(async move { world.change(administrator, organization, action, plan_code, None).await })
        };
        let racing = [ask(administrator, Grant, Some("pro")), ask(other, Grant, Some("max")), ask(other, Cancel, None)];
        let mut outcomes = Vec::new();
        for one in racing {
            outcomes.push(one.await.unwrap());
        }
        assert!(outcomes[0].is_ok() && outcomes[1].is_ok(), "{outcomes:?}");
        let subscription = world.subscription(user, organization).await;
        let plan_code = subscription.plan_code.as_deref().unwrap();
        assert!(["pro", "max"].contains(&plan_code), "{subscription:?}");
        // What is told of features is told of the same subscription.
        let features = world.entitlement(organization).await.features.len();
        let expected = match (subscription.status(), plan_code) {
            (SubscriptionStatus::Active, "pro") => 2,
            (SubscriptionStatus::Active, _) => 3,
            (SubscriptionStatus::Canceled, _) => 0,
            (status, _) => panic!("{status:?}"),
        };
        assert_eq!(features, expected);
    }
}
