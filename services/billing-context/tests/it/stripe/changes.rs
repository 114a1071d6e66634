//! What happens at Stripe, by people or by time, and what the back office has done there.

use contracts::billing::v1::{QuarantineReason, SubscriptionAction, SubscriptionStatus};
use fake_stripe::Fault;
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::stripe::shop::{DAY, Shop};
use crate::world::assert_refused;

async fn stands(shop: &Shop, user: Uuid, organization: Uuid) -> (SubscriptionStatus, String, bool) {
    let subscription = shop.subscription(user, organization).await;
    (subscription.status(), subscription.plan_code.unwrap_or_default(), subscription.cancel_at_period_end)
}

#[tokio::test]
async fn a_late_payment_is_past_due_then_unpaid_and_good_again_when_it_comes() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("dear").await;
    let customer = shop.account().customers()[0].id.clone();
    shop.account().decline_card(&customer, true);
    shop.account().advance(DAY * 31);
    shop.hear_all().await;
    assert_eq!(stands(&shop, user, organization).await.0, SubscriptionStatus::PastDue);
    assert_eq!(shop.world.entitlement(organization).await.features, ["reports", "sso"], "it still counts");

    shop.account().give_up(&id, true);
    shop.hear_all().await;
    assert_eq!(stands(&shop, user, organization).await.0, SubscriptionStatus::Unpaid);
    let entitlement = shop.world.entitlement(organization).await;
    assert!(entitlement.features.is_empty() && entitlement.position > 0, "older tokens end");

    shop.account().decline_card(&customer, false);
    assert!(shop.account().retry_payment(&id));
    shop.hear_all().await;
    assert_eq!(stands(&shop, user, organization).await.0, SubscriptionStatus::Active);
}

#[tokio::test]
async fn cancelling_in_the_portal_can_be_taken_back_until_the_period_is_over() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    for cancel in [true, false, true] {
        shop.account().set_cancel_at_period_end(&id, cancel);
        shop.hear_all().await;
        let expected = (SubscriptionStatus::Active, "cheap".to_owned(), cancel);
        assert_eq!(stands(&shop, user, organization).await, expected);
    }
    shop.account().advance(DAY * 31);
    shop.hear_all().await;
    let expected = (SubscriptionStatus::Canceled, "cheap".to_owned(), false);
    assert_eq!(stands(&shop, user, organization).await, expected);
    assert!(shop.world.entitlement(organization).await.features.is_empty());
}

#[tokio::test]
async fn the_back_office_changes_cancels_and_reactivates_at_stripe() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let administrator = shop.world.administrator;
    let act = async |action, plan_code, at_period_end| {
        shop.world.change(administrator, organization, action, plan_code, at_period_end).await.unwrap()
    };
    // Up, at once, with the difference billed.
    let changed = act(SubscriptionAction::Change, Some("dear"), None).await;
    assert_eq!(changed.subscription.unwrap().plan_code.as_deref(), Some("dear"), "the answer comes after the change");
    assert_eq!(shop.account().invoices().last().unwrap().billing_reason, "subscription_update");
    assert_eq!(shop.world.balance(user, organization).await, 500);

    let canceled = act(SubscriptionAction::Cancel, None, Some(true)).await;
    assert!(canceled.subscription.unwrap().cancel_at_period_end);
    assert!(shop.account().subscriptions()[0].cancel_at_period_end);
    let reactivated = act(SubscriptionAction::Reactivate, None, None).await;
    assert!(!reactivated.subscription.unwrap().cancel_at_period_end);

    let ended = act(SubscriptionAction::Cancel, None, Some(false)).await;
    assert_eq!(ended.subscription.unwrap().status(), SubscriptionStatus::Canceled);
    assert!(ended.position > 0 || shop.world.entitlement(organization).await.position > 0);
    assert_eq!(shop.account().subscriptions()[0].id, id);
    assert!(shop.account().subscriptions()[0].ended_at.is_some());
}

#[tokio::test]
async fn a_plan_that_is_less_begins_with_the_next_period_and_nothing_moves_before() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("dear").await;
    let administrator = shop.world.administrator;
    shop.world.change(administrator, organization, SubscriptionAction::Change, Some("cheap"), None).await.unwrap();
    shop.hear_all().await;
    assert_eq!(stands(&shop, user, organization).await.1, "dear");
    assert_eq!(shop.subscription(user, organization).await.pending_plan_code.as_deref(), Some("cheap"));
    assert_eq!(shop.world.entitlement(organization).await.features, ["reports", "sso"]);
    assert_eq!(shop.account().invoices().len(), 1);

    shop.account().advance(DAY * 31);
    shop.hear_all().await;
    assert_eq!(stands(&shop, user, organization).await.1, "cheap");
    assert_eq!(shop.subscription(user, organization).await.pending_plan_code, None);
    assert_eq!(shop.account().invoices().last().unwrap().amount_paid, 900);
    assert_eq!(shop.world.balance(user, organization).await, 600);
}

#[tokio::test]
async fn a_shorter_period_begins_when_the_longer_one_that_was_paid_for_is_over() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("yearly").await;
    let paid_until = shop.subscription(user, organization).await.current_period_end;
    shop.account().advance(DAY * 100);
    let administrator = shop.world.administrator;
    let change = shop.world.change(administrator, organization, SubscriptionAction::Change, Some("cheap"), Some(true));
    change.await.unwrap();
    shop.hear_all().await;
    let subscription = shop.subscription(user, organization).await;
    assert_eq!(subscription.plan_code.as_deref(), Some("yearly"));
    assert_eq!(subscription.status(), SubscriptionStatus::Active, "what only puts billing off is no trial");
    assert_eq!((subscription.trial_ends_at, subscription.current_period_end), (None, paid_until));
    assert_eq!(shop.account().invoices().iter().map(|invoice| invoice.amount_paid).sum::<i64>(), 30_000);
    assert_eq!(shop.world.balance(user, organization).await, 6000, "the running period has given its credits");

    shop.account().advance(DAY * 270);
    shop.hear_all().await;
    let subscription = shop.subscription(user, organization).await;
    assert_eq!((subscription.status(), subscription.plan_code.as_deref()), (SubscriptionStatus::Active, Some("cheap")));
    assert_eq!(shop.account().invoices().iter().map(|invoice| invoice.amount_paid).sum::<i64>(), 30_900);
    assert_eq!(shop.world.balance(user, organization).await, 6100);
}

#[tokio::test]
async fn a_change_that_was_planned_is_called_off_without_being_billed() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("dear").await;
    let administrator = shop.world.administrator;
    for plan_code in ["cheap", "dear"] {
        let change = shop.world.change(administrator, organization, SubscriptionAction::Change, Some(plan_code), None);
        change.await.unwrap();
        shop.hear_all().await;
    }
    assert_eq!(shop.subscription(user, organization).await.pending_plan_code, None);
    assert_eq!(stands(&shop, user, organization).await.1, "dear");
    assert_eq!(shop.account().invoices().len(), 1, "nothing was billed");
    shop.account().advance(DAY * 31);
    shop.hear_all().await;
    assert_eq!(shop.account().invoices().last().unwrap().amount_paid, 3000);
    assert_eq!(stands(&shop, user, organization).await.1, "dear");
}

#[tokio::test]
async fn a_plan_that_is_chosen_in_the_portal_counts_at_once() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let (other_user, other, _) = shop.subscriber("dear").await;
    assert_eq!(stands(&shop, other_user, other).await.1, "dear");
    let dear = shop.account().prices().into_iter().find(|price| price.unit_amount == 3000).unwrap().id;
    let portal = shop.portal(user, organization).await.unwrap();
    let press = format!("{portal}?do=change&subscription={id}&price={dear}");
    let pressed = reqwest::Client::new().post(press).send().await.unwrap();
    assert!(pressed.status().is_success());
    shop.hear_all().await;
    assert_eq!(stands(&shop, user, organization).await.1, "dear");
}

#[tokio::test]
async fn an_organization_that_ends_pays_no_longer_whatever_was_under_way() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("cheap").await;
    let (late_user, late) = shop.world.organization();
    let late_page = shop.checkout(late_user, late, "dear").await.unwrap();
    shop.world.organizations.ended.lock().unwrap().extend([organization, late]);
    shop.world.do_periodic_work().await;
    // Paid after the organization had gone.
    shop.pay(&late_page);
    shop.world.clock.advance(DAY / 24);
    shop.hear_all().await;
    assert!(shop.account().subscriptions().iter().all(|subscription| subscription.ended_at.is_some()));
    assert_eq!(stands(&shop, user, organization).await.0, SubscriptionStatus::Canceled);
    assert_eq!(stands(&shop, late_user, late).await.0, SubscriptionStatus::None);
    // Somebody has to give back what was paid.
    let waiting = shop.quarantine().await;
    assert_eq!((waiting.len(), waiting[0].reason()), (1, QuarantineReason::OrganizationGone));
    assert_eq!(waiting[0].claimed_organization_id, Some(late.to_string()));
}

#[tokio::test]
async fn changing_back_and_forth_gives_nothing_more() {
    let shop = Shop::open().await;
    shop.buyer("yearly").await;
    shop.buyer("dear").await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let price = |amount: i64| shop.account().prices().into_iter().find(|it| it.unit_amount == amount).unwrap().id;
    for (amount, balance) in
        [(3000, 500), (900, 500), (3000, 500), (900, 500), (30_000, 6000), (900, 6000), (30_000, 6000)]
    {
        shop.account().change_price(&id, &price(amount));
        shop.hear_all().await;
        assert_eq!(shop.world.balance(user, organization).await, balance, "on {amount}");
        shop.account().advance(DAY);
    }
}

#[tokio::test]
async fn an_upgrade_whose_payment_is_declined_does_not_count() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("cheap").await;
    let (administrator, customer) = (shop.world.administrator, shop.account().customers()[0].id.clone());
    shop.account().decline_card(&customer, true);
    let change = shop.world.change(administrator, organization, SubscriptionAction::Change, Some("dear"), None);
    assert_refused(change.await, ErrorReason::Conflict);
    shop.account().decline_card(&customer, false);
    // Nor later, by itself.
    shop.world.clock.advance(DAY / 24);
    shop.hear_all().await;
    let expected = (SubscriptionStatus::Active, "cheap".to_owned(), false);
    assert_eq!(stands(&shop, user, organization).await, expected);
    assert_eq!(shop.account().invoices().len(), 1);
    let change = shop.world.change(administrator, organization, SubscriptionAction::Change, Some("dear"), None);
    change.await.unwrap();
    assert_eq!(stands(&shop, user, organization).await.1, "dear");
}

#[tokio::test]
async fn one_that_gave_way_and_counts_again_takes_the_place_of_the_one_after_it() {
    let shop = Shop::open().await;
    let (user, organization, first) = shop.subscriber("cheap").await;
    let customer = shop.account().customers()[0].clone();
    shop.account().decline_card(&customer.id, true);
    shop.account().advance(DAY * 31);
    shop.account().give_up(&first, true);
    shop.account().decline_card(&customer.id, false);
    let price = shop.account().prices()[0].id.clone();
    let second = shop.account().subscribe(&customer.id, &price, customer.metadata.clone(), None);
    for _ in 0..6 {
        shop.account().fail_next("DELETE", "/v1/subscriptions", Fault::Error);
    }
    shop.hear_all().await;
    assert_eq!(stands(&shop, user, organization).await.0, SubscriptionStatus::Active);

    shop.account().give_up(&second, true);
    shop.account().retry_payment(&first);
    shop.hear_all().await;
    assert_eq!(stands(&shop, user, organization).await.0, SubscriptionStatus::Active);
    let counts = shop.account().subscriptions().into_iter().find(|it| it.id == first).unwrap();
    let end = shop.subscription(user, organization).await.current_period_end.unwrap().seconds;
    assert_eq!(end, counts.items.data[0].current_period_end);
}

#[tokio::test]
async fn an_event_that_never_came_does_not_count_for_ever() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    shop.account().end(&id);
    shop.world.clock.advance(DAY);
    shop.world.do_periodic_work().await;
    shop.world.relay().await;
    assert_eq!(stands(&shop, user, organization).await.0, SubscriptionStatus::Canceled);
}
