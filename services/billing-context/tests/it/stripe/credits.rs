//! Credits that come with what is paid for, once for each period.

use contracts::billing::v1::SubscriptionStatus;

use crate::stripe::shop::{DAY, Shop};

#[tokio::test]
async fn every_period_that_is_paid_for_gives_its_credits_once() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("cheap").await;
    for periods in 2..=4 {
        shop.account().advance(DAY * 31);
        shop.hear_all().await;
        shop.hear_all().await;
        assert_eq!(shop.world.balance(user, organization).await, periods * 100);
    }
}

#[tokio::test]
async fn periods_that_passed_unheard_are_made_up_for() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.buyer("cheap").await;
    shop.account().advance(DAY * 31 * 5);
    shop.account().end(&id);
    let paid = i64::try_from(shop.account().invoices().len()).unwrap();
    assert!(paid > 4);
    shop.hear_all().await;
    assert_eq!(shop.world.balance(user, organization).await, paid * 100);
    shop.hear_all().await;
    assert_eq!(shop.world.balance(user, organization).await, paid * 100);
}

#[tokio::test]
async fn a_period_that_is_not_paid_for_gives_nothing_until_it_is() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let customer = shop.account().customers()[0].id.clone();
    shop.account().decline_card(&customer, true);
    shop.account().advance(DAY * 65);
    shop.hear_all().await;
    assert_eq!(shop.world.balance(user, organization).await, 100);
    shop.account().decline_card(&customer, false);
    shop.account().retry_payment(&id);
    shop.hear_all().await;
    assert_eq!(shop.world.balance(user, organization).await, 300, "both that were owed for");
}

#[tokio::test]
async fn a_renewal_gives_its_credits_when_it_is_paid_and_not_when_it_begins() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("cheap").await;
    shop.account().keep_drafts(true);
    shop.account().advance(DAY * 31);
    shop.hear_all().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Active);
    assert_eq!(shop.world.balance(user, organization).await, 100, "the new period is not paid for yet");
    shop.account().collect_drafts();
    shop.hear_all().await;
    assert_eq!(shop.world.balance(user, organization).await, 200);

    let customer = shop.account().customers()[0].id.clone();
    shop.account().decline_card(&customer, true);
    shop.account().advance(DAY * 31);
    shop.account().collect_drafts();
    shop.hear_all().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::PastDue);
    assert_eq!(shop.world.balance(user, organization).await, 200);
}

#[tokio::test]
async fn an_upgrade_within_a_period_gives_the_difference_however_late_it_is_heard() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.buyer("cheap").await;
    let administrator = shop.world.administrator;
    shop.hear_all().await;
    let action = contracts::billing::v1::SubscriptionAction::Change;
    shop.world.change(administrator, organization, action, Some("dear"), None).await.unwrap();
    assert_eq!(shop.world.balance(user, organization).await, 500);
    shop.account().advance(DAY * 31);
    shop.hear_all().await;
    assert_eq!(shop.world.balance(user, organization).await, 1000);
    shop.account().end(&id);
    shop.hear_all().await;
    assert_eq!(shop.world.balance(user, organization).await, 1000, "what is over gives nothing twice");
}

#[tokio::test]
async fn an_invoice_of_more_lines_than_are_shown_with_it_is_read_whole() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    shop.account().show_lines(1);
    let dear = shop.subscriber("dear").await;
    let price = shop.account().prices().into_iter().find(|price| price.unit_amount == 3000).unwrap().id;
    // What is given back for the cheap plan comes first, and what is owed for the dear one after it.
    shop.account().change_price(&id, &price);
    shop.hear_all().await;
    let all_at_once = Shop::open().await;
    let (other_user, other, other_id) = all_at_once.subscriber("cheap").await;
    all_at_once.subscriber("dear").await;
    let price = all_at_once.account().prices().into_iter().find(|price| price.unit_amount == 3000).unwrap().id;
    all_at_once.account().change_price(&other_id, &price);
    all_at_once.hear_all().await;
    let expected = all_at_once.world.balance(other_user, other).await;
    assert!(expected > 100);
    assert_eq!(shop.world.balance(user, organization).await, expected);
    assert_eq!(shop.world.balance(dear.0, dear.1).await, 500);
}

#[tokio::test]
async fn a_customer_of_more_invoices_than_are_read_gets_the_credits_of_new_periods_once() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let turn = |periods: usize| {
        let until = shop.account().invoices().len() + periods;
        while shop.account().invoices().len() < until {
            shop.account().advance(DAY * 28);
        }
    };
    let hear = async || {
        let mut event = shop.latest("invoice.paid");
        event["id"] = serde_json::json!(uuid::Uuid::now_v7());
        shop.send(event.to_string().as_bytes()).await.unwrap();
        shop.world.relay().await;
        shop.world.balance(user, organization).await
    };
    turn(990);
    assert_eq!(hear().await, 99_100);
    for _ in 0..3 {
        turn(8);
        let periods = i64::try_from(shop.account().invoices().len()).unwrap();
        assert_eq!(hear().await, periods * 100);
        assert_eq!(hear().await, periods * 100, "hearing it again gives nothing");
    }
    assert_eq!(shop.account().invoices().len(), 1015);
    assert_eq!(shop.account().subscriptions()[0].id, id);
}
