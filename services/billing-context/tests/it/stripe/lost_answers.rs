//! Calls to Stripe that go wrong, before or after they took effect.

use contracts::billing::v1::{SubscriptionAction, SubscriptionStatus};
use fake_stripe::Fault;
use service_kit::ErrorReason;

use crate::stripe::shop::Shop;
use crate::world::assert_refused;

#[tokio::test]
async fn a_checkout_whose_answers_are_lost_makes_each_thing_once() {
    for path in ["/v1/customers", "/v1/prices", "/v1/checkout/sessions"] {
        for fault in [Fault::DropAfterEffect, Fault::Error, Fault::TooMany, Fault::KeyInUse] {
            let shop = Shop::open().await;
            let (user, organization) = shop.world.organization();
            shop.account().fail_next("POST", path, fault);
            shop.checkout(user, organization, "cheap")
                .await
                .unwrap_or_else(|error| panic!("{path} {fault:?}: {error}"));
            let account = shop.account();
            let made = (account.customers().len(), account.prices().len(), account.checkouts().len());
            assert_eq!(made, (1, 1, 1), "{path} {fault:?}");
        }
    }
}

#[tokio::test]
async fn every_post_carries_a_key_and_a_repeated_one_the_same() {
    let shop = Shop::open().await;
    shop.account().fail_next("POST", "/v1/customers", Fault::DropAfterEffect);
    shop.buyer("cheap").await;
    let posts: Vec<_> = shop.account().calls().into_iter().filter(|call| call.method == "POST").collect();
    assert!(posts.iter().all(|call| call.idempotency_key.is_some()));
    let customers: Vec<_> = posts.iter().filter(|call| call.path == "/v1/customers").collect();
    assert_eq!(customers.len(), 2);
    assert!(customers[1].is_replayed && customers[0].idempotency_key == customers[1].idempotency_key);
}

#[tokio::test]
async fn a_price_is_found_again_after_stripe_has_forgotten_the_key() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    // The price is made, its answer is lost for good, and a day passes.
    for _ in 0..3 {
        shop.account().fail_next("POST", "/v1/prices", Fault::DropAfterEffect);
    }
    assert_refused(shop.checkout(user, organization, "cheap").await, ErrorReason::ServiceUnavailable);
    shop.account().expire_idempotency_keys();
    shop.checkout(user, organization, "cheap").await.unwrap();
    assert_eq!(shop.account().prices().len(), 1);
}

#[tokio::test]
async fn while_stripe_is_down_checkouts_are_unavailable_and_reading_goes_on() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("cheap").await;
    let (other_user, other) = shop.world.organization();
    for _ in 0..3 {
        shop.account().fail_next("POST", "/v1/customers", Fault::Error);
    }
    assert_refused(shop.checkout(other_user, other, "cheap").await, ErrorReason::ServiceUnavailable);
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Active);
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_made_once() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let administrator = shop.world.administrator;
    shop.account().fail_next("POST", &format!("/v1/subscriptions/{id}"), Fault::DropAfterEffect);
    let change = shop.world.change(administrator, organization, SubscriptionAction::Change, Some("dear"), None);
    change.await.unwrap();
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("dear"));
    assert_eq!(shop.account().invoices().len(), 2, "the difference is billed once");
}

#[tokio::test]
async fn a_change_that_stripe_does_not_answer_for_is_made_later_by_itself() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let administrator = shop.world.administrator;
    for _ in 0..3 {
        shop.account().fail_next("DELETE", &format!("/v1/subscriptions/{id}"), Fault::Error);
    }
    let cancel = shop.world.change(administrator, organization, SubscriptionAction::Cancel, None, Some(false));
    assert_refused(cancel.await, ErrorReason::ServiceUnavailable);
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Active);
    shop.world.clock.advance(std::time::Duration::from_secs(31));
    shop.world.relay().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
}

#[tokio::test]
async fn what_was_asked_for_first_is_not_done_after_what_was_asked_for_since() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let administrator = shop.world.administrator;
    for _ in 0..3 {
        shop.account().fail_next("POST", &format!("/v1/subscriptions/{id}"), Fault::Error);
    }
    let upgrade = shop.world.change(administrator, organization, SubscriptionAction::Change, Some("dear"), None);
    assert_refused(upgrade.await, ErrorReason::ServiceUnavailable);
    let cancel = shop.world.change(administrator, organization, SubscriptionAction::Cancel, None, Some(true));
    cancel.await.unwrap();
    for _ in 0..3 {
        shop.world.clock.advance(std::time::Duration::from_secs(600));
        shop.world.relay().await;
    }
    let subscription = shop.subscription(user, organization).await;
    assert_eq!((subscription.plan_code.as_deref(), subscription.cancel_at_period_end), (Some("cheap"), true));
    assert_eq!(shop.account().invoices().len(), 1, "nobody is billed for what was called off");
}

#[tokio::test]
async fn a_reading_that_fails_is_read_again() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.buyer("cheap").await;
    for _ in 0..3 {
        shop.account().fail_next("GET", "/v1/invoices", Fault::DropAfterEffect);
    }
    let paid = serde_json::to_vec(&shop.latest("invoice.paid")).unwrap();
    shop.send(&paid).await.unwrap();
    shop.world.relay().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::None);
    shop.world.clock.advance(std::time::Duration::from_secs(60));
    shop.world.relay().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Active);
}

#[tokio::test]
async fn what_stripe_refuses_is_neither_shown_nor_made_later() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("dear").await;
    let administrator = shop.world.administrator;
    shop.account().fail_next("POST", &format!("/v1/subscriptions/{id}"), Fault::Refusal);
    let change = shop.world.change(administrator, organization, SubscriptionAction::Change, Some("cheap"), None);
    assert_refused(change.await, ErrorReason::InternalError);
    assert_eq!(shop.subscription(user, organization).await.pending_plan_code, None);
    shop.world.clock.advance(std::time::Duration::from_secs(3600));
    shop.world.relay().await;
    assert_eq!(shop.subscription(user, organization).await.pending_plan_code, None);
    assert_eq!(shop.account().subscriptions()[0].items.data[0].price.unit_amount, 3000);
}

#[tokio::test]
async fn what_is_planned_is_shown_once_stripe_knows_of_it() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("dear").await;
    let administrator = shop.world.administrator;
    for _ in 0..3 {
        shop.account().fail_next("POST", &format!("/v1/subscriptions/{id}"), Fault::Error);
    }
    let change = shop.world.change(administrator, organization, SubscriptionAction::Change, Some("cheap"), None);
    assert_refused(change.await, ErrorReason::ServiceUnavailable);
    assert_eq!(shop.subscription(user, organization).await.pending_plan_code, None);
    shop.world.clock.advance(std::time::Duration::from_secs(60));
    shop.world.relay().await;
    assert_eq!(shop.subscription(user, organization).await.pending_plan_code.as_deref(), Some("cheap"));
}

#[tokio::test]
async fn a_plan_that_is_called_off_before_stripe_answered_for_it_does_not_begin() {
    // One that Stripe remembers for the call's key fails every try.
    for (fault, times) in [(Fault::Error, 3), (Fault::ErrorAfterEffect, 1), (Fault::DropAfterEffect, 3)] {
        let shop = Shop::open().await;
        let (user, organization, id) = shop.subscriber("dear").await;
        let administrator = shop.world.administrator;
        for _ in 0..times {
            shop.account().fail_next("POST", &format!("/v1/subscriptions/{id}"), fault);
        }
        let change = shop.world.change(administrator, organization, SubscriptionAction::Change, Some("cheap"), None);
        assert_refused(change.await, ErrorReason::ServiceUnavailable);
        let call_off = shop.world.change(administrator, organization, SubscriptionAction::Change, Some("dear"), None);
        call_off.await.unwrap();
        for _ in 0..3 {
            shop.world.clock.advance(std::time::Duration::from_secs(600));
            shop.world.relay().await;
        }
        assert_eq!(shop.subscription(user, organization).await.pending_plan_code, None, "{fault:?}");
        shop.account().advance(crate::stripe::shop::DAY * 31);
        shop.hear_all().await;
        let subscription = shop.subscription(user, organization).await;
        assert_eq!(subscription.plan_code.as_deref(), Some("dear"), "{fault:?}");
        assert_eq!(shop.account().invoices().len(), 2, "{fault:?}: nothing but the two periods is billed");
    }
}

#[tokio::test]
async fn a_plan_whose_price_is_made_without_stripe_saying_so_is_sold_all_the_same() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    shop.account().fail_next("POST", "/v1/prices", Fault::ErrorAfterEffect);
    shop.checkout(user, organization, "cheap").await.unwrap();
    assert_eq!(shop.account().prices().len(), 1);
}

#[tokio::test]
async fn what_stripe_failed_to_do_once_and_remembers_is_done_all_the_same() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    shop.account().fail_next("POST", "/v1/prices", Fault::ErrorKept);
    let url = shop.checkout(user, organization, "cheap").await.unwrap();
    assert_eq!(shop.account().prices().len(), 1);
    let id = shop.pay(&url);
    shop.hear_all().await;
    let administrator = shop.world.administrator;
    shop.account().fail_next("POST", &format!("/v1/subscriptions/{id}"), Fault::ErrorKept);
    let change = shop.world.change(administrator, organization, SubscriptionAction::Change, Some("dear"), None);
    change.await.unwrap();
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("dear"));
    assert_eq!(shop.account().invoices().len(), 2, "the difference is billed once");
}

#[tokio::test]
async fn a_customer_that_is_made_without_stripe_saying_so_keeps_nobody_from_buying() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    shop.account().fail_next("POST", "/v1/customers", Fault::ErrorAfterEffect);
    let url = shop.checkout(user, organization, "cheap").await.unwrap();
    shop.pay(&url);
    shop.hear_all().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Active);
}

#[tokio::test]
async fn a_call_that_is_never_answered_is_made_again() {
    let once = async |path, fault| {
        let shop = Shop::open().await;
        let (user, organization) = shop.world.organization();
        shop.account().fail_next("POST", path, fault);
        shop.checkout(user, organization, "cheap").await.unwrap();
        assert_eq!((shop.account().customers().len(), shop.account().checkouts().len()), (1, 1), "{path} {fault:?}");
    };
    // At the same time, as each waits until patience is lost.
    tokio::join!(
        once("/v1/customers", Fault::Silence),
        once("/v1/customers", Fault::SilenceAfterEffect),
        once("/v1/checkout/sessions", Fault::SilenceAfterEffect),
    );
}
