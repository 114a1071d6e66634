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
