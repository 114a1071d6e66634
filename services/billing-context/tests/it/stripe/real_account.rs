//! The same against Stripe's own test mode, when `GUILDHALL_TEST_STRIPE_KEY` holds a secret key of it: that the fake and
//! Stripe agree about what is asked and answered. Nobody can pay on Stripe's page here, so the subscription is made by a
//! call with a card for tests.

use billing_context::{ProviderSettings, StripeSettings, WebhookSecrets};
use contracts::billing::v1::checkout_service_client::CheckoutServiceClient;
use contracts::billing::v1::webhook_service_client::WebhookServiceClient;
use contracts::billing::v1::{
    Plan, ReceiveStripeEventRequest, StartCheckoutRequest, SubscriptionAction, SubscriptionStatus, WebhookOutcome,
};
use fake_stripe::{API_VERSION, sign};
use secrecy::SecretString;
use serde_json::{Value, json};
use service_kit::Clock;
use uuid::Uuid;

use crate::stripe::shop::{SECRET, cheap, dear};
use crate::world::World;

struct Account {
    key: String,
}

impl Account {
    async fn call(&self, method: reqwest::Method, path: &str, form: &[(&str, &str)]) -> Value {
        let request = reqwest::Client::new()
            .request(method, format!("https://api.stripe.com{path}"))
            .bearer_auth(&self.key)
            .header("stripe-version", API_VERSION)
            .form(form);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert!(answer.get("error").is_none(), "{path}: {answer}");
        answer
    }
}

#[tokio::test]
async fn stripes_test_mode_agrees_with_the_fake() {
    let Ok(key) = std::env::var("GUILDHALL_TEST_STRIPE_KEY") else {
        println!("passed over: GUILDHALL_TEST_STRIPE_KEY is not set");
        return;
    };
    assert!(key.starts_with("sk_test_") || key.starts_with("rk_test_"), "a key of test mode, and no other");
    let account = Account { key: key.clone() };
    let settings = StripeSettings::read(
        &SecretString::from(key),
        WebhookSecrets::parse(&SecretString::from(SECRET)).unwrap(),
        None,
        None,
    )
    .unwrap();
    let world = World::at(Clock::system(), ProviderSettings::Stripe(Box::new(settings))).await;
    // Codes of its own, so that runs do not meet at the account.
    let run = Uuid::now_v7().simple().to_string();
    let (low, high) = (format!("low-{run}"), format!("high-{run}"));
    world.offer(vec![Plan { code: low.clone(), ..cheap() }, Plan { code: high.clone(), ..dear() }]).await;

    let (user, organization) = world.organization();
    let request = StartCheckoutRequest {
        organization_id: organization.to_string(),
        plan_code: low.clone(),
        success_url: "https://app.example/done".to_owned(),
        cancel_url: "https://app.example/back".to_owned(),
    };
    let mut checkout = CheckoutServiceClient::new(world.public());
    let url = checkout.start_checkout(world.signed(user, request)).await.unwrap().into_inner().checkout_url;
    assert!(url.starts_with("https://checkout.stripe.com/"), "{url}");

    let found = account.call(reqwest::Method::GET, "/v1/prices?limit=100&active=true", &[]).await;
    let ours = |price: &&Value| price["metadata"]["plan_code"] == json!(low);
    let price = found["data"].as_array().unwrap().iter().find(ours).expect("the plan's price");
    assert_eq!((&price["unit_amount"], &price["recurring"]["interval"]), (&json!(900), &json!("month")));
    let sessions = account.call(reqwest::Method::GET, "/v1/checkout/sessions?limit=20", &[]).await;
    let ours = |session: &&Value| session["client_reference_id"] == json!(organization.to_string());
    let customer = sessions["data"].as_array().unwrap().iter().find(ours).unwrap()["customer"].as_str().unwrap();

    let card =
        account.call(reqwest::Method::POST, "/v1/payment_methods/pm_card_visa/attach", &[("customer", customer)]).await;
    let form = [
        ("customer", customer),
        ("items[0][price]", price["id"].as_str().unwrap()),
        ("default_payment_method", card["id"].as_str().unwrap()),
    ];
    account.call(reqwest::Method::POST, "/v1/subscriptions", &form).await;
    hear(&world, customer).await;
    assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::Active);
    assert_eq!(world.balance(user, organization).await, 100);

    let administrator = world.administrator;
    let act =
        |action, plan_code, at_period_end| world.change(administrator, organization, action, plan_code, at_period_end);
    act(SubscriptionAction::Change, Some(high.as_str()), None).await.unwrap();
    assert_eq!(world.subscription(user, organization).await.plan_code, Some(high.clone()));
    assert_eq!(world.balance(user, organization).await, 500);
    act(SubscriptionAction::Change, Some(low.as_str()), None).await.unwrap();
    let planned = world.subscription(user, organization).await;
    assert_eq!((planned.plan_code, planned.pending_plan_code), (Some(high.clone()), Some(low.clone())));
    act(SubscriptionAction::Cancel, None, Some(true)).await.unwrap();
    assert!(world.subscription(user, organization).await.cancel_at_period_end);
    act(SubscriptionAction::Reactivate, None, None).await.unwrap();
    assert!(!world.subscription(user, organization).await.cancel_at_period_end);
    act(SubscriptionAction::Cancel, None, Some(false)).await.unwrap();
    assert_eq!(world.subscription(user, organization).await.status(), SubscriptionStatus::Canceled);
}

/// Stripe cannot reach this machine, so an event is made up; what it leads to is read from Stripe all the same.
async fn hear(world: &World, customer: &str) {
    let object = json!({ "customer": customer });
    let id = format!("evt_{}", Uuid::now_v7().simple());
    let event =
        json!({ "id": id, "type": "invoice.paid", "livemode": false, "created": 1, "data": { "object": object } });
    let payload = event.to_string().into_bytes();
    let signature = sign(SECRET, world.clock.now().seconds(), &payload);
    let request = ReceiveStripeEventRequest { payload, signature };
    let mut client = WebhookServiceClient::new(world.public());
    let outcome = client.receive_stripe_event(request).await.unwrap().into_inner().outcome();
    assert_eq!(outcome, WebhookOutcome::Heeded);
    world.relay().await;
}
