//! What does not fit waits for the operator and changes nothing.

use contracts::billing::v1::quarantine_service_client::QuarantineServiceClient;
use contracts::billing::v1::{
    DismissEventRequest, ListQuarantineRequest, QuarantineReason, QuarantinedEvent, SubscriptionStatus, WebhookOutcome,
};
use serde_json::{Value, json};
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::audit::log_of;
use crate::stripe::shop::{DAY, Shop};
use crate::world::assert_refused;

async fn set_aside(shop: &Shop, event: &Value) -> QuarantineReason {
    assert_eq!(shop.send(event.to_string().as_bytes()).await.unwrap(), WebhookOutcome::SetAside);
    let waiting = shop.quarantine().await;
    let is_meant = |waiting: &&QuarantinedEvent| waiting.stripe_event_id.as_deref() == event["id"].as_str();
    waiting.iter().find(is_meant).expect("it waits").reason()
}

/// The name under which this waits.
fn name(reason: &str, event: &Value) -> String {
    format!("{reason}:{}", event["data"]["object"]["customer"].as_str().unwrap())
}

#[tokio::test]
async fn an_event_of_a_customer_that_nobody_is_waits() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    // Made by hand at Stripe, with an organization's id beside it.
    let metadata = [("organization_id".to_owned(), organization.to_string())].into();
    shop.subscriber("cheap").await;
    let customer = shop.account().add_customer(Some("someone@example.com"), metadata);
    let price = shop.account().prices()[0].id.clone();
    shop.account().subscribe(&customer.id, &price, customer.metadata.clone(), None);
    let event = shop.latest("customer.subscription.created");
    assert_eq!(set_aside(&shop, &event).await, QuarantineReason::UnknownCustomer);
    shop.world.relay().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::None);
    assert_refused(shop.replay(&name("unknown_customer", &event)).await, ErrorReason::Conflict);
    assert_eq!(shop.quarantine().await.len(), 1, "it still waits");
}

#[tokio::test]
async fn an_event_that_names_another_organization_than_its_customers_waits() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.buyer("cheap").await;
    let mut event = shop.latest("customer.subscription.created");
    event["data"]["object"]["metadata"]["organization_id"] = json!(Uuid::now_v7());
    assert_eq!(set_aside(&shop, &event).await, QuarantineReason::OrganizationMismatch);
    shop.world.relay().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::None);
    assert_refused(shop.replay(&name("organization_mismatch", &event)).await, ErrorReason::Conflict);
}

#[tokio::test]
async fn an_event_of_the_other_mode_waits() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.buyer("cheap").await;
    let mut event = shop.latest("invoice.paid");
    event["livemode"] = json!(true);
    assert_eq!(set_aside(&shop, &event).await, QuarantineReason::WrongMode);
    shop.world.relay().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::None);
    assert_refused(shop.replay(&name("wrong_mode", &event)).await, ErrorReason::Conflict);
}

#[tokio::test]
async fn a_subscription_on_a_price_of_nobodys_waits_and_the_one_before_stays() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let foreign = shop.account().add_price(777, "usd", "month");
    shop.account().change_price(&id, &foreign);
    shop.hear_all().await;
    assert_eq!(shop.subscription(user, organization).await.plan_code.as_deref(), Some("cheap"));
    let waiting = shop.quarantine().await;
    assert_eq!((waiting.len(), waiting[0].reason()), (1, QuarantineReason::UnknownPrice));
    assert_eq!(waiting[0].claimed_organization_id.as_deref(), Some(organization.to_string().as_str()));

    // Whoever put it there puts it right; the operator has it looked at again.
    let cheap = shop.account().prices().into_iter().find(|price| price.unit_amount == 900).unwrap().id;
    shop.account().change_price(&id, &cheap);
    assert_eq!(shop.replay(&waiting[0].event_id).await.unwrap().event.unwrap().event_id, waiting[0].event_id);
    assert!(shop.quarantine().await.is_empty());
    assert_refused(shop.replay(&waiting[0].event_id).await, ErrorReason::NotFound);
}

#[tokio::test]
async fn a_subscription_whose_price_became_nobodys_ends_all_the_same() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let foreign = shop.account().add_price(777, "usd", "month");
    shop.account().change_price(&id, &foreign);
    shop.account().set_cancel_at_period_end(&id, true);
    shop.hear_all().await;
    assert!(shop.subscription(user, organization).await.cancel_at_period_end);
    shop.account().end(&id);
    shop.hear_all().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
    assert_eq!(shop.world.balance(user, organization).await, 100);
}

#[tokio::test]
async fn a_customer_that_stripe_does_not_have_takes_nothing_away() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("cheap").await;
    let late = shop.latest("invoice.paid");
    let customer = shop.account().customers()[0].id.clone();
    let mut again = late.clone();
    again["id"] = json!("evt_later");
    shop.account().remove_customer(&customer);
    shop.send(again.to_string().as_bytes()).await.unwrap();
    shop.world.relay().await;
    assert_eq!(shop.subscription(user, organization).await.status(), SubscriptionStatus::Active);
    let waiting = shop.quarantine().await;
    assert_eq!((waiting.len(), waiting[0].reason()), (1, QuarantineReason::CustomerMissing));
}

#[tokio::test]
async fn quarantine_is_the_back_offices() {
    let shop = Shop::open().await;
    let (user, _) = shop.world.organization();
    let request = || ListQuarantineRequest { page_size: 0, page_token: String::new() };
    let mut client = QuarantineServiceClient::new(shop.world.public());
    assert_refused(client.list_quarantine(shop.world.signed(user, request())).await, ErrorReason::Forbidden);
    // Somebody whose token still says so, and whose role is gone.
    let former = shop.world.as_official(user, request());
    assert_refused(client.list_quarantine(former).await, ErrorReason::Forbidden);
}

#[tokio::test]
async fn quarantine_is_listed_in_pages_oldest_first() {
    let shop = Shop::open().await;
    let mut sent = Vec::new();
    for number in 0..5 {
        let id = format!("evt_{number}");
        let customer = format!("cus_nobody_{number}");
        let object = json!({ "customer": customer });
        let event =
            json!({ "id": id, "type": "invoice.paid", "livemode": false, "created": 1, "data": { "object": object } });
        shop.send(event.to_string().as_bytes()).await.unwrap();
        sent.push(format!("unknown_customer:{customer}"));
    }
    let administrator = shop.world.administrator;
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = shop.world.as_official(administrator, ListQuarantineRequest { page_size: 2, page_token });
        let mut client = QuarantineServiceClient::new(shop.world.public());
        let page = client.list_quarantine(request).await.unwrap().into_inner();
        seen.extend(page.events.into_iter().map(|event| event.event_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, sent);
}

fn of_another_product(number: usize) -> Value {
    let object = json!({ "customer": "cus_of_another_product" });
    let id = format!("evt_{number}");
    json!({ "id": id, "type": "invoice.paid", "livemode": false, "created": number, "data": { "object": object } })
}

#[tokio::test]
async fn what_is_told_of_one_customer_for_one_reason_is_one_entry_that_counts_up() {
    let shop = Shop::open().await;
    let begin = shop.world.clock.now();
    for number in 0..50 {
        shop.send(of_another_product(number).to_string().as_bytes()).await.unwrap();
        shop.world.clock.advance(std::time::Duration::from_secs(1));
    }
    let waiting = shop.quarantine().await;
    assert_eq!(waiting.len(), 1);
    let entry = &waiting[0];
    assert_eq!((entry.event_id.as_str(), entry.times), ("unknown_customer:cus_of_another_product", 50));
    assert_eq!(entry.stripe_event_id.as_deref(), Some("evt_49"));
    let seconds = |at: Option<prost_types::Timestamp>| at.unwrap().seconds - begin.seconds();
    let (first, last) = (entry.received_at, entry.last_received_at);
    assert_eq!((seconds(first), seconds(last)), (0, 49));
}

#[tokio::test]
async fn what_nobody_tells_for_ninety_days_is_forgotten_and_what_is_to_be_seen_to_is_not() {
    let shop = Shop::open().await;
    shop.send(of_another_product(1).to_string().as_bytes()).await.unwrap();
    let (_, _, id) = shop.subscriber("cheap").await;
    let foreign = shop.account().add_price(777, "usd", "month");
    shop.account().change_price(&id, &foreign);
    shop.hear_all().await;
    for _ in 0..2 {
        shop.world.clock.advance(DAY * 60);
        shop.world.do_periodic_work().await;
        if shop.quarantine().await.len() == 2 {
            shop.send(of_another_product(2).to_string().as_bytes()).await.unwrap();
        }
    }
    assert_eq!(shop.quarantine().await.len(), 2, "told again after 60 days");
    shop.world.clock.advance(DAY * 91);
    shop.world.do_periodic_work().await;
    let reasons: Vec<_> = shop.quarantine().await.iter().map(QuarantinedEvent::reason).collect();
    assert_eq!(reasons, [QuarantineReason::UnknownPrice]);
}

#[tokio::test]
async fn what_is_dismissed_waits_no_longer_however_often_it_is_told_again() {
    let shop = Shop::open().await;
    let (user, organization, id) = shop.subscriber("cheap").await;
    let foreign = shop.account().add_price(777, "usd", "month");
    shop.account().change_price(&id, &foreign);
    shop.send(of_another_product(1).to_string().as_bytes()).await.unwrap();
    shop.hear_all().await;
    let price = format!("unknown_price:{id}");
    for name in ["unknown_customer:cus_of_another_product", &price] {
        assert_eq!(shop.dismiss(name).await.unwrap().event.unwrap().event_id, name);
        assert_refused(shop.dismiss(name).await, ErrorReason::NotFound);
        assert_refused(shop.replay(name).await, ErrorReason::NotFound);
    }
    assert!(shop.quarantine().await.is_empty());
    // Told again, by an event and by a reading.
    shop.send(of_another_product(2).to_string().as_bytes()).await.unwrap();
    shop.world.clock.advance(DAY);
    shop.world.do_periodic_work().await;
    shop.world.relay().await;
    assert!(shop.quarantine().await.is_empty());
    let told = log_of(&shop.world, user, organization).await;
    let told = told.iter().find(|entry| entry.action == "event.dismissed").expect("the log says so");
    assert_eq!(told.target_id, price);
}

#[tokio::test]
async fn what_was_put_right_after_it_was_dismissed_waits_when_it_goes_wrong_again() {
    let shop = Shop::open().await;
    let (_, _, id) = shop.subscriber("cheap").await;
    let (foreign, ours) = (shop.account().add_price(777, "usd", "month"), shop.account().prices()[0].id.clone());
    shop.account().change_price(&id, &foreign);
    shop.hear_all().await;
    shop.dismiss(&format!("unknown_price:{id}")).await.unwrap();
    shop.account().change_price(&id, &ours);
    shop.hear_all().await;
    assert!(shop.quarantine().await.is_empty());
    shop.account().change_price(&id, &foreign);
    shop.hear_all().await;
    let reasons: Vec<_> = shop.quarantine().await.iter().map(QuarantinedEvent::reason).collect();
    assert_eq!(reasons, [QuarantineReason::UnknownPrice]);
}

#[tokio::test]
async fn what_was_dismissed_waits_again_when_it_names_another_organization() {
    let shop = Shop::open().await;
    let tell = async |number: usize, organization: Uuid| {
        let mut event = of_another_product(number);
        event["data"]["object"]["metadata"] = json!({ "organization_id": organization });
        shop.send(event.to_string().as_bytes()).await.unwrap();
        shop.quarantine().await.len()
    };
    let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
    tell(1, one).await;
    shop.dismiss("unknown_customer:cus_of_another_product").await.unwrap();
    assert_eq!(tell(2, one).await, 0);
    // An event that names none says nothing new.
    shop.send(of_another_product(3).to_string().as_bytes()).await.unwrap();
    assert_eq!(tell(4, one).await, 0);
    assert_eq!(tell(5, other).await, 1);
}

#[tokio::test]
async fn dismissing_needs_the_back_office_and_no_stripe() {
    let mut shop = Shop::open().await;
    shop.send(of_another_product(1).to_string().as_bytes()).await.unwrap();
    let (user, _) = shop.world.organization();
    let name = "unknown_customer:cus_of_another_product";
    let request = DismissEventRequest { event_id: name.to_owned() };
    let mut client = QuarantineServiceClient::new(shop.world.public());
    assert_refused(client.dismiss_event(shop.world.as_official(user, request)).await, ErrorReason::Forbidden);
    shop.restart_without_stripe().await;
    assert_eq!(shop.quarantine().await.len(), 1);
    shop.dismiss(name).await.unwrap();
    assert!(shop.quarantine().await.is_empty());
}
