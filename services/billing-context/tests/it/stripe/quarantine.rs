//! What does not fit waits for the operator and changes nothing.

use contracts::billing::v1::quarantine_service_client::QuarantineServiceClient;
use contracts::billing::v1::{ListQuarantineRequest, QuarantineReason, SubscriptionStatus, WebhookOutcome};
use serde_json::{Value, json};
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::stripe::shop::Shop;
use crate::world::assert_refused;

async fn set_aside(shop: &Shop, event: &Value) -> QuarantineReason {
    assert_eq!(shop.send(event.to_string().as_bytes()).await.unwrap(), WebhookOutcome::SetAside);
    let waiting = shop.quarantine().await;
    let found = waiting.iter().find(|waiting| waiting.event_id == event["id"]).expect("it waits");
    found.reason()
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
    let id = event["id"].as_str().unwrap();
    assert_refused(shop.replay(id).await, ErrorReason::Conflict);
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
    assert_refused(shop.replay(event["id"].as_str().unwrap()).await, ErrorReason::Conflict);
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
    assert_refused(shop.replay(event["id"].as_str().unwrap()).await, ErrorReason::Conflict);
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
        let object = json!({ "customer": "cus_nobody" });
        let event =
            json!({ "id": id, "type": "invoice.paid", "livemode": false, "created": 1, "data": { "object": object } });
        shop.send(event.to_string().as_bytes()).await.unwrap();
        sent.push(id);
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
