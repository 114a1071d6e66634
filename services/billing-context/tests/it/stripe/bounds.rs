//! Customers of whom there is more at Stripe than is read at once.

use contracts::billing::v1::{Plan, QuarantineReason, SubscriptionAction, SubscriptionStatus};
use serde_json::json;
use uuid::Uuid;

use crate::stripe::shop::{DAY, Shop, cheap};
use crate::world::{feature, plan};

/// So many calls make a reading at most.
const MOST_CALLS: usize = 43;

/// Tells that something happened to the last customer who paid, lets everything follow, and answers how many calls that took.
async fn hear(shop: &Shop) -> usize {
    let before = shop.account().calls().len();
    let mut event = shop.latest("invoice.paid");
    event["id"] = json!(Uuid::now_v7());
    shop.send(event.to_string().as_bytes()).await.unwrap();
    shop.world.relay().await;
    shop.account().calls().len() - before
}

/// A plan that is worth more than those of lower numbers.
fn dearer(number: i64) -> Plan {
    let (price_cents, credits_amount) = (1000 + 100 * number, 100 + 10 * number);
    Plan { price_cents, credits_amount, features: vec![feature("reports")], ..plan(&format!("plan-{number}")) }
}

#[tokio::test]
async fn of_invoices_that_are_not_shown_whole_the_newest_are_read_and_the_others_have_given_theirs() {
    const MONTHS: i64 = 25;
    let shop = Shop::open().await;
    shop.world.offer((0..=MONTHS).map(dearer).collect()).await;
    let (user, organization, _) = shop.subscriber("plan-0").await;
    let administrator = shop.world.administrator;
    let mut expected = 0;
    for month in 1..=MONTHS {
        let code = format!("plan-{month}");
        let change = shop.world.change(administrator, organization, SubscriptionAction::Change, Some(&code), None);
        change.await.unwrap();
        expected += 100 + 10 * month;
        assert_eq!(shop.world.balance(user, organization).await, expected);
        shop.account().advance(DAY * 31);
        // The renewal is heard of in time, and the next month's change is read with it.
        assert!(hear(&shop).await <= MOST_CALLS);
        expected += if month == MONTHS { 100 + 10 * month } else { 0 };
    }
    assert_eq!(shop.world.balance(user, organization).await, expected);

    // From now on each change is an invoice that takes a call of its own.
    shop.account().show_lines(1);
    for _ in 0..2 {
        shop.account().advance(DAY * 31);
        expected += 100 + 10 * MONTHS;
        let calls = hear(&shop).await;
        assert!(calls > 20 && calls <= MOST_CALLS, "{calls} calls");
        assert_eq!(shop.world.balance(user, organization).await, expected);
        hear(&shop).await;
        assert_eq!(shop.world.balance(user, organization).await, expected, "hearing it again gives nothing");
    }
}

/// More invoices of another product, none of which is shown whole, than a reading completes.
fn buy_much_else(shop: &Shop, customer: &str) {
    let price = |cents| shop.account().add_price(cents, "usd", "month");
    let other = shop.account().subscribe(customer, &price(700), Default::default(), None);
    for number in 1..=22 {
        shop.account().advance(DAY / 24);
        shop.account().change_price(&other, &price(700 + 100 * number));
    }
    shop.account().end(&other);
}

#[tokio::test]
async fn a_renewal_gives_its_credits_though_none_of_the_periods_before_it_are_read() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("yearly").await;
    let customer = shop.account().customers()[0].id.clone();
    shop.account().show_lines(1);
    for years in 2..=3 {
        buy_much_else(&shop, &customer);
        hear(&shop).await;
        assert_eq!(shop.world.balance(user, organization).await, 6000 * (years - 1));
        shop.account().advance(DAY * 366);
        for _ in 0..2 {
            hear(&shop).await;
            assert_eq!(shop.world.balance(user, organization).await, 6000 * years);
        }
    }
}

#[tokio::test]
async fn an_upgrade_gives_the_difference_though_the_period_that_it_breaks_off_is_not_read() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("cheap").await;
    let customer = shop.account().customers()[0].id.clone();
    shop.account().show_lines(1);
    buy_much_else(&shop, &customer);
    let administrator = shop.world.administrator;
    let change = shop.world.change(administrator, organization, SubscriptionAction::Change, Some("yearly"), None);
    change.await.unwrap();
    for _ in 0..2 {
        hear(&shop).await;
        assert_eq!(shop.world.balance(user, organization).await, 6000);
    }
    shop.account().advance(DAY * 366);
    for _ in 0..2 {
        hear(&shop).await;
        assert_eq!(shop.world.balance(user, organization).await, 12_000);
    }
}

#[tokio::test]
async fn what_runs_is_read_however_many_have_ended_since_and_its_end_too() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let customer = shop.account().customers()[0].id.clone();
    let of_another_product = shop.account().add_price(777, "usd", "month");
    for _ in 0..300 {
        let other = shop.account().subscribe(&customer, &of_another_product, Default::default(), None);
        shop.account().end(&other);
    }
    assert!(hear(&shop).await <= MOST_CALLS);
    let stands = shop.subscription(user, organization).await;
    assert_eq!((stands.status(), stands.plan_code), (SubscriptionStatus::Active, Some(cheap().code)));
    shop.account().set_cancel_at_period_end(&id, true);
    assert!(hear(&shop).await <= MOST_CALLS);
    assert!(shop.subscription(user, organization).await.cancel_at_period_end);
    shop.account().end(&id);
    assert!(hear(&shop).await <= MOST_CALLS);
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
    assert_eq!(shop.world.balance(user, organization).await, 100);
}

#[tokio::test]
async fn what_was_left_running_and_ended_at_stripe_waits_no_longer_however_many_came_after_it() {
    let mut shop = Shop::open().await;
    shop.restart_in_mode(true).await;
    let (_, organization, id) = shop.subscriber("dear").await;
    shop.restart_without_stripe().await;
    let administrator = shop.world.administrator;
    let cancel = shop.world.change(administrator, organization, SubscriptionAction::Cancel, None, None);
    cancel.await.unwrap();
    let is_told = async |shop: &Shop| {
        let waiting = shop.quarantine().await;
        waiting.iter().any(|waiting| waiting.reason() == QuarantineReason::LeftRunning)
    };
    assert!(is_told(&shop).await);

    // Somebody ends it by hand.
    shop.account().end(&id);
    let customer = shop.account().customers()[0].id.clone();
    let of_another_product = shop.account().add_price(777, "usd", "month");
    for _ in 0..300 {
        let other = shop.account().subscribe(&customer, &of_another_product, Default::default(), None);
        shop.account().end(&other);
    }
    shop.restart_in_mode(true).await;
    shop.world.clock.advance(DAY);
    shop.world.do_periodic_work().await;
    shop.world.relay().await;
    assert!(!is_told(&shop).await);
}
