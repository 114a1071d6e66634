//! From a checkout to a subscription.

use contracts::billing::v1::{Plan, SubscriptionAction, SubscriptionStatus};
use fake_stripe::Fault;
use service_kit::ErrorReason;

use crate::stripe::shop::{DAY, Shop, cheap};
use crate::world::{assert_refused, plan};

#[tokio::test]
async fn a_paid_checkout_becomes_a_subscription_once_its_event_is_heard() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    let url = shop.checkout(user, organization, "dear").await.unwrap();
    assert!(url.starts_with(shop.stripe.base_url()), "{url}");
    shop.hear_all().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::None, "nothing is paid yet");

    shop.pay(&url);
    shop.hear_all().await;
    let subscription = shop.subscription(user, organization).await;
    assert_eq!(subscription.status(), SubscriptionStatus::Active);
    assert_eq!(subscription.plan_code.as_deref(), Some("dear"));
    let end = shop.account().subscriptions()[0].items.data[0].current_period_end;
    assert_eq!(subscription.current_period_end.unwrap().seconds, end);
    assert_eq!(shop.world.entitlement(organization).await.features, ["reports", "sso"]);
    assert_eq!(shop.world.balance(user, organization).await, 500);
}

#[tokio::test]
async fn every_checkout_of_an_organization_is_its_one_customers() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    for plan_code in ["cheap", "dear", "yearly", "cheap"] {
        shop.checkout(user, organization, plan_code).await.unwrap();
    }
    let customers = shop.account().customers();
    assert_eq!(customers.len(), 1);
    assert_eq!(customers[0].metadata["organization_id"], organization.to_string());
    assert_eq!(customers[0].email, None, "nobody is found by an address");
    assert_eq!(shop.account().prices().len(), 3, "a price for each version of a plan");
}

#[tokio::test]
async fn checkouts_of_one_organization_at_once_get_one_customer_and_one_price() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    let starts: Vec<_> = (0..8).map(|_| shop.checkout(user, organization, "cheap")).collect();
    for url in futures_util::future::join_all(starts).await {
        url.unwrap();
    }
    assert_eq!((shop.account().customers().len(), shop.account().prices().len()), (1, 1));
    let customer = &shop.account().customers()[0].id;
    assert!(shop.account().checkouts().iter().all(|session| session.customer == *customer));
}

#[tokio::test]
async fn a_trial_is_given_once() {
    let shop = Shop::open().await;
    shop.world.offer(vec![Plan { trial_days: 14, ..cheap() }]).await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let subscription = shop.subscription(user, organization).await;
    assert_eq!(subscription.status(), SubscriptionStatus::Trialing);
    assert_eq!(subscription.trial_ends_at, subscription.current_period_end);

    shop.account().end(&id);
    shop.hear_all().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
    let url = shop.checkout(user, organization, "cheap").await.unwrap();
    shop.pay(&url);
    shop.hear_all().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Active);
}

#[tokio::test]
async fn subscribers_keep_the_price_that_they_took() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("cheap").await;
    shop.world.offer(vec![Plan { price_cents: 1200, credits_amount: 7, name: "Dearer".to_owned(), ..cheap() }]).await;
    // For both: the newcomer's checkout is told by our clock when to expire.
    shop.world.clock.advance(DAY * 31);
    shop.account().advance(std::time::Duration::ZERO);
    shop.hear_all().await;
    assert_eq!(shop.account().invoices().last().unwrap().amount_paid, 900);
    assert_eq!(shop.subscription(user, organization).await.plan_name.as_deref(), Some("The cheap plan"));

    let (newcomer, other, _) = shop.subscriber("cheap").await;
    assert_eq!(shop.account().invoices().last().unwrap().amount_paid, 1200);
    assert_eq!(shop.subscription(newcomer, other).await.plan_name.as_deref(), Some("Dearer"));
    assert_eq!(shop.world.balance(newcomer, other).await, 7);
}

#[tokio::test]
async fn what_is_paid_for_takes_the_place_of_what_was_granted() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    shop.world.grant(organization, "cheap").await.unwrap();
    let url = shop.checkout(user, organization, "dear").await.unwrap();
    shop.pay(&url);
    shop.hear_all().await;
    let subscription = shop.subscription(user, organization).await;
    assert_eq!(subscription.plan_code.as_deref(), Some("dear"));
    assert_refused(shop.world.grant(organization, "cheap").await, ErrorReason::Conflict);

    // What ended last is what is told of, whatever it took the place of.
    shop.account().advance(DAY);
    shop.hear_all().await;
    let bought = shop.account().subscriptions()[0].id.clone();
    shop.account().end(&bought);
    shop.hear_all().await;
    let ended = shop.subscription(user, organization).await;
    assert_eq!((ended.status(), ended.plan_code.as_deref()), (SubscriptionStatus::Canceled, Some("dear")));
}

#[tokio::test]
async fn a_second_subscription_whose_cancellation_was_given_up_is_canceled_when_it_is_read_again() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    let first = shop.checkout(user, organization, "cheap").await.unwrap();
    let second = shop.checkout(user, organization, "dear").await.unwrap();
    shop.pay(&first);
    let second = shop.pay(&second);
    let path = format!("/v1/subscriptions/{second}");
    shop.account().fail_next("DELETE", &path, Fault::Refusal);
    shop.hear_all().await;
    shop.dismiss(&format!("second_subscription:{second}")).await.unwrap();
    shop.world.clock.advance(DAY / 3);
    shop.world.do_periodic_work().await;
    shop.world.relay().await;
    let there = shop.account().subscriptions().into_iter().find(|there| there.id == second).unwrap();
    assert!(there.ended_at.is_some());
    assert!(shop.quarantine().await.is_empty(), "it stays dismissed");
}

#[tokio::test]
async fn a_second_subscription_is_canceled_and_told_to_the_operator() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    let first = shop.checkout(user, organization, "cheap").await.unwrap();
    let second = shop.checkout(user, organization, "dear").await.unwrap();
    let (first, second) = (shop.pay(&first), shop.pay(&second));
    shop.hear_all().await;
    shop.hear_all().await;

    let ended: Vec<(String, bool)> =
        shop.account().subscriptions().into_iter().map(|it| (it.id, it.ended_at.is_some())).collect();
    assert_eq!(ended, [(first, false), (second.clone(), true)]);
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("cheap"));
    let waiting = shop.quarantine().await;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert_eq!(waiting[0].event_id, format!("second_subscription:{second}"));

    // Its money is given back, so it gives nothing, also after the operator has seen to it.
    shop.replay(&waiting[0].event_id).await.unwrap();
    shop.account().advance(DAY / 24);
    shop.hear_all().await;
    assert_eq!(shop.world.balance(user, organization).await, 100);
}

#[tokio::test]
async fn trials_that_are_taken_at_once_give_the_credits_of_one() {
    let shop = Shop::open().await;
    shop.world.offer(vec![Plan { trial_days: 14, ..cheap() }]).await;
    let (user, organization) = shop.world.organization();
    let mut pages = Vec::new();
    for _ in 0..4 {
        pages.push(shop.checkout(user, organization, "cheap").await.unwrap());
    }
    pages.iter().for_each(|page| drop(shop.pay(page)));
    for _ in 0..3 {
        shop.hear_all().await;
        shop.account().advance(DAY / 24);
    }
    let running = shop.account().subscriptions().iter().filter(|it| it.ended_at.is_none()).count();
    assert_eq!((running, shop.world.balance(user, organization).await), (1, 100));
}

#[tokio::test]
async fn trials_that_are_taken_one_after_the_other_give_the_credits_of_one() {
    let shop = Shop::open().await;
    shop.world.offer(vec![Plan { trial_days: 14, ..cheap() }]).await;
    let (user, organization) = shop.world.organization();
    let bought = shop.pay(&shop.checkout(user, organization, "cheap").await.unwrap());
    shop.hear_all().await;
    let (customer, price) = (shop.account().customers()[0].clone(), shop.account().prices()[0].id.clone());
    shop.account().end(&bought);
    for _ in 0..2 {
        // Checkouts that slipped their end.
        let bought = shop.account().subscribe(&customer.id, &price, customer.metadata.clone(), Some(14));
        shop.hear_all().await;
        shop.account().end(&bought);
        shop.hear_all().await;
        shop.account().advance(std::time::Duration::from_secs(1));
    }
    assert_eq!(shop.world.balance(user, organization).await, 100);
}

#[tokio::test]
async fn a_plan_that_costs_nothing_gives_its_credits_once_however_often_it_is_taken() {
    let shop = Shop::open().await;
    shop.world.offer(vec![Plan { price_cents: 0, ..cheap() }]).await;
    let (user, organization) = shop.world.organization();
    for _ in 0..3 {
        let page = shop.checkout(user, organization, "cheap").await.unwrap();
        let bought = shop.pay(&page);
        shop.hear_all().await;
        shop.account().end(&bought);
        shop.hear_all().await;
    }
    assert_eq!(shop.world.balance(user, organization).await, 100);
}

#[tokio::test]
async fn a_plan_without_periods_cannot_be_sold_by_stripe_and_nothing_is_left_open() {
    let shop = Shop::open().await;
    let custom = contracts::billing::v1::PlanInterval::Custom.into();
    shop.world.offer(vec![Plan { interval: custom, ..plan("custom") }]).await;
    let (user, organization) = shop.world.organization();
    assert!(shop.checkout(user, organization, "custom").await.is_err());
    assert!(shop.account().checkouts().is_empty());
}

#[tokio::test]
async fn a_customer_that_was_removed_at_stripe_is_made_anew_for_a_checkout() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    shop.checkout(user, organization, "cheap").await.unwrap();
    let gone = shop.account().customers()[0].id.clone();
    shop.account().remove_customer(&gone);
    let url = shop.checkout(user, organization, "cheap").await.unwrap();
    shop.pay(&url);
    shop.hear_all().await;
    assert_ne!(shop.account().customers()[0].id, gone);
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Active);
}

#[tokio::test]
async fn the_portal_is_stripes() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("cheap").await;
    let url = shop.portal(user, organization).await.unwrap();
    assert!(url.starts_with(&format!("{}/portal/", shop.stripe.base_url())), "{url}");
    let (stranger, _) = shop.world.organization();
    assert_refused(shop.portal(stranger, organization).await, ErrorReason::OrganizationNotFound);
}

#[tokio::test]
async fn a_portal_whose_settings_nobody_saved_says_whose_it_is_to_save_them() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("cheap").await;
    shop.account().set_portal(false);
    let refused = shop.portal(user, organization).await;
    assert!(refused.as_ref().unwrap_err().message().contains("Customer portal"), "{refused:?}");
    assert_refused(refused, ErrorReason::BillingNotConfigured);
    shop.account().set_portal(true);
    shop.portal(user, organization).await.unwrap();
}

#[tokio::test]
async fn the_portal_of_a_customer_that_was_removed_at_stripe_says_so() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("cheap").await;
    let customer = shop.account().customers()[0].id.clone();
    shop.account().remove_customer(&customer);
    assert_refused(shop.portal(user, organization).await, ErrorReason::Conflict);
    // As it says: the back office cancels what is left, and a plan is taken again.
    let administrator = shop.world.administrator;
    let cancel = shop.world.change(administrator, organization, SubscriptionAction::Cancel, None, None);
    cancel.await.unwrap();
    let url = shop.checkout(user, organization, "dear").await.unwrap();
    shop.pay(&url);
    shop.hear_all().await;
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("dear"));
    shop.portal(user, organization).await.unwrap();
}
