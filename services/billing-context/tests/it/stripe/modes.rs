//! What was bought in the other mode, or can no longer be asked about, does not count for ever.

use contracts::billing::v1::{QuarantineReason, SubscriptionAction, SubscriptionStatus};
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::audit::log_of;
use crate::stripe::shop::{DAY, Shop};
use crate::world::{World, assert_refused};

async fn cancel(world: &World, organization: Uuid) -> (SubscriptionStatus, i64) {
    let administrator = world.administrator;
    let changed = world.change(administrator, organization, SubscriptionAction::Cancel, None, None).await.unwrap();
    (changed.subscription.unwrap().status(), changed.position)
}

/// Everything is read again after this long, whatever the relay had given up meanwhile.
async fn go_on_after(shop: &Shop, time: std::time::Duration) {
    shop.world.clock.advance(time);
    shop.world.do_periodic_work().await;
    shop.world.relay().await;
}

async fn waiting(shop: &Shop) -> Vec<QuarantineReason> {
    shop.quarantine().await.iter().map(|waiting| waiting.reason()).collect()
}

async fn features(shop: &Shop, organization: Uuid) -> Vec<String> {
    shop.world.entitlement(organization).await.features
}

#[tokio::test]
async fn what_was_bought_in_test_mode_gives_nothing_in_live_mode_and_is_there_again_in_test_mode() {
    let mut shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("dear").await;
    shop.restart_in_mode(true).await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::None);
    assert!(features(&shop, organization).await.is_empty());
    let administrator = shop.world.administrator;
    let cancel = shop.world.change(administrator, organization, SubscriptionAction::Cancel, None, None);
    assert_refused(cancel.await, ErrorReason::Conflict);

    shop.restart_in_mode(false).await;
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("dear"));
    assert_eq!(features(&shop, organization).await, ["reports", "sso"]);
}

#[tokio::test]
async fn an_organization_buys_in_live_mode_what_it_tried_in_test_mode() {
    let mut shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("dear").await;
    shop.restart_in_mode(true).await;
    let url = shop.checkout(user, organization, "cheap").await.unwrap();
    shop.pay(&url);
    shop.hear_all().await;
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("cheap"));

    // One that counts in each mode.
    shop.restart_in_mode(false).await;
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("dear"));
    assert_eq!(shop.account().subscriptions()[0].ended_at, None);
}

#[tokio::test]
async fn what_the_back_office_grants_counts_in_both_modes_and_replaces_what_was_bought_in_the_other() {
    let mut shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("dear").await;
    shop.restart_in_mode(true).await;
    let administrator = shop.world.administrator;
    for _ in 0..2 {
        let grant = shop.world.change(administrator, organization, SubscriptionAction::Grant, Some("cheap"), None);
        assert_eq!(grant.await.unwrap().subscription.unwrap().plan_code.as_deref(), Some("cheap"));
    }
    assert_eq!(waiting(&shop).await, [QuarantineReason::LeftRunning]);
    shop.restart_in_mode(false).await;
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("cheap"));

    // It runs in test mode, where it is read again, and does not come back.
    go_on_after(&shop, DAY / 3).await;
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("cheap"));
    assert!(shop.account().subscriptions()[0].ended_at.is_some(), "the test key ends it");
    assert!(waiting(&shop).await.is_empty());
}

#[tokio::test]
async fn an_organizations_end_is_kept_for_the_mode_in_which_something_was_bought() {
    let mut shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("dear").await;
    shop.restart_in_mode(true).await;
    shop.world.organizations.ended.lock().unwrap().extend([Uuid::now_v7(), organization]);
    shop.world.do_periodic_work().await;
    shop.world.relay().await;
    shop.world.clock.advance(std::time::Duration::from_secs(60));
    shop.world.relay().await;
    assert_eq!(waiting(&shop).await, [QuarantineReason::LeftRunning], "the live key cannot end it");
    shop.restart_in_mode(false).await;
    assert_eq!(shop.account().subscriptions()[0].ended_at, None);
    shop.world.clock.advance(std::time::Duration::from_secs(600));
    shop.world.relay().await;
    assert!(waiting(&shop).await.is_empty());
    assert!(shop.account().subscriptions()[0].ended_at.is_some(), "the test key can");
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
}

#[tokio::test]
async fn a_subscription_that_stripe_does_not_have_ends_here_when_the_back_office_cancels_it() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("dear").await;
    shop.account().forget_subscription(&id);
    let (status, position) = cancel(&shop.world, organization).await;
    assert_eq!(status, SubscriptionStatus::Canceled);
    assert!(position > 0, "older tokens end");
    assert!(features(&shop, organization).await.is_empty());
    let told = log_of(&shop.world, user, organization).await;
    assert!(told.iter().any(|entry| entry.action == "subscription.ended"), "{told:?}");
    // And may be bought anew.
    let url = shop.checkout(user, organization, "cheap").await.unwrap();
    shop.pay(&url);
    shop.hear_all().await;
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("cheap"));
}

#[tokio::test]
async fn a_customer_that_stripe_does_not_have_is_rid_of_its_subscription_by_the_back_office() {
    let shop = Shop::open().await;
    let (_, organization, _) = shop.subscriber("dear").await;
    let customer = shop.account().customers()[0].id.clone();
    shop.account().remove_customer(&customer);
    assert_eq!(cancel(&shop.world, organization).await.0, SubscriptionStatus::Canceled);
    assert!(features(&shop, organization).await.is_empty());
}

#[tokio::test]
async fn without_stripe_what_was_paid_for_counts_until_the_back_office_cancels_it() {
    let mut shop = Shop::open().await;
    shop.restart_in_mode(true).await;
    let (user, organization) = shop.world.organization();
    let url = shop.checkout(user, organization, "dear").await.unwrap();
    shop.pay(&url);
    shop.hear_all().await;
    shop.restart_without_stripe().await;
    assert_eq!(features(&shop, organization).await, ["reports", "sso"]);
    let administrator = shop.world.administrator;
    for (action, plan) in [(SubscriptionAction::Change, Some("cheap")), (SubscriptionAction::Reactivate, None)] {
        let change = shop.world.change(administrator, organization, action, plan, None);
        assert_refused(change.await, ErrorReason::BillingNotConfigured);
    }
    let (status, position) = cancel(&shop.world, organization).await;
    assert!(status == SubscriptionStatus::Canceled && position > 0);
    assert!(features(&shop, organization).await.is_empty());
    let granted = shop.world.change(administrator, organization, SubscriptionAction::Grant, Some("cheap"), None).await;
    assert_eq!(granted.unwrap().subscription.unwrap().plan_code.as_deref(), Some("cheap"));

    // It still runs at Stripe, and is ended there when that is set up again; what could not be asked for is not done.
    shop.restart_in_mode(true).await;
    shop.world.clock.advance(std::time::Duration::from_secs(600));
    shop.world.relay().await;
    let there = shop.account().subscriptions()[0].clone();
    assert!(there.ended_at.is_some());
    assert_eq!(there.items.data[0].price.unit_amount, 3000);
    go_on_after(&shop, DAY / 3).await;
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("cheap"));
    assert!(waiting(&shop).await.is_empty());
}

#[tokio::test]
async fn what_was_canceled_without_stripe_is_ended_there_however_late_it_is_set_up_again() {
    let mut shop = Shop::open().await;
    shop.restart_in_mode(true).await;
    let (user, organization, _) = shop.subscriber("dear").await;
    shop.restart_without_stripe().await;
    cancel(&shop.world, organization).await;
    let administrator = shop.world.administrator;
    let grant = shop.world.change(administrator, organization, SubscriptionAction::Grant, Some("cheap"), None);
    grant.await.unwrap();
    // The relay tries for a day.
    for _ in 0..2 {
        go_on_after(&shop, DAY + DAY / 24).await;
    }
    assert_eq!(waiting(&shop).await, [QuarantineReason::LeftRunning]);

    shop.restart_in_mode(true).await;
    go_on_after(&shop, DAY / 3).await;
    assert!(shop.account().subscriptions()[0].ended_at.is_some());
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("cheap"));
    assert!(waiting(&shop).await.is_empty());
}

#[tokio::test]
async fn what_was_canceled_with_another_accounts_key_is_ended_with_the_right_one() {
    let mut shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("dear").await;
    let another = shop.another_account().await;
    let right = std::mem::replace(&mut shop.stripe, another);
    shop.restart_in_mode(false).await;
    assert_eq!(cancel(&shop.world, organization).await.0, SubscriptionStatus::Canceled);

    shop.stripe = right;
    shop.restart_in_mode(false).await;
    go_on_after(&shop, DAY / 3).await;
    let there = shop.account().subscriptions().into_iter().find(|there| there.id == id).unwrap();
    assert!(there.ended_at.is_some());
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
}

#[tokio::test]
async fn what_an_organization_that_ended_without_stripe_pays_for_is_told_and_ended_once_stripe_is_set_up_again() {
    let mut shop = Shop::open().await;
    shop.restart_in_mode(true).await;
    let (user, organization, _) = shop.subscriber("dear").await;
    shop.restart_without_stripe().await;
    shop.world.organizations.ended.lock().unwrap().extend([Uuid::now_v7(), organization]);
    // The relay tries for a day; the operator is told of it once.
    for _ in 0..3 {
        go_on_after(&shop, DAY / 2 + DAY / 24).await;
    }
    let waits = shop.quarantine().await;
    assert_eq!(waits.len(), 1, "{waits:?}");
    assert_eq!((waits[0].reason(), waits[0].times), (QuarantineReason::LeftRunning, 1));
    assert_eq!(waits[0].claimed_organization_id, Some(organization.to_string()));

    shop.restart_in_mode(true).await;
    for _ in 0..2 {
        go_on_after(&shop, DAY / 3).await;
    }
    assert!(shop.account().subscriptions()[0].ended_at.is_some(), "the reading finds it running and ends it");
    assert!(waiting(&shop).await.is_empty());
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
}
