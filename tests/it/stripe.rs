//! Buying a plan through Stripe, played by a fake: from the checkout to the token, and over the deaths of the product in
//! between.

use fake_stripe::{FakeStripe, Paid};
use reqwest::Method;
use serde_json::{Value, json};
use service_kit::Clock;

use crate::harness::{Api, PLAN, Person, Product, claims_of, eventually, offer_plans, unique};

const SECRET: &str = "whsec_acceptance";

struct Shop {
    product: Product,
    stripe: FakeStripe,
}

impl Shop {
    /// A product that sells through a fake Stripe, which sends it events unless they are held back.
    async fn open(settings: &[(&str, &str)]) -> Self {
        let stripe = FakeStripe::start(0, Clock::system(), &unique()).await.unwrap();
        let own = [
            ("GUILDHALL_STRIPE_SECRET_KEY", stripe.test.secret_key()),
            ("GUILDHALL_STRIPE_WEBHOOK_SECRET", SECRET),
            ("GUILDHALL_STRIPE_API_BASE", stripe.base_url()),
        ];
        let product = Product::own(&[&own, settings].concat()).await;
        offer_plans(&product.rpc()).await;
        let shop = Self { product, stripe };
        shop.listen();
        shop
    }

    /// Events go to where the product is now: its ports change with every start.
    fn listen(&self) {
        let url = format!("{}/api/v1/webhooks/stripe", self.product.address());
        self.stripe.test.send_webhooks_to(&url, SECRET);
    }

    /// Starts the product again without a place to die at.
    async fn start_again(&mut self) {
        self.product.set("GUILDHALL_FAIL_POINT", None);
        self.product.start_again().await;
        self.listen();
    }

    fn pay(&self, answer: &Value) {
        let url = answer["checkout_url"].as_str().unwrap();
        assert!(url.starts_with(self.stripe.base_url()), "{url}");
        let paid = self.stripe.test.complete_checkout(url.rsplit('/').next().unwrap());
        assert!(matches!(paid, Some(Paid::Yes(_))), "{paid:?}");
    }
}

fn order() -> Value {
    let (success_url, cancel_url) = ("https://acceptance.test/done", "https://shop.example/back");
    json!({ "plan_code": PLAN, "success_url": success_url, "cancel_url": cancel_url })
}

async fn subscription_that_is(person: &mut Person, status: &str) -> Value {
    eventually(&format!("the subscription is {status}"), async || {
        let answer = person.get("/billing/subscription").await;
        if answer.status == 401 {
            // The token tells of a plan that is over.
            answer.refused("TOKEN_STALE", 401);
            person.refresh(json!({})).await;
            return None;
        }
        let subscription = answer.expect(200);
        (subscription["status"] == status).then_some(subscription)
    })
    .await
}

#[tokio::test]
async fn a_plan_is_bought_changed_at_the_portal_and_told_in_tokens() {
    let shop = Shop::open(&[]).await;
    let mut alice = Person::verified(&shop.product.api(), "alice").await;
    let answer = alice.post("/billing/checkout", order()).await.expect(200);
    assert_eq!(alice.get("/billing/subscription").await.expect(200)["status"], "none");
    shop.pay(&answer);
    let subscription = subscription_that_is(&mut alice, "active").await;
    assert_eq!(subscription["plan_code"], PLAN);
    alice.refresh(json!({})).await;
    let claims = claims_of(&alice.access_token);
    assert_eq!(
        (&claims["subscription"]["status"], &claims["subscription"]["plan_code"]),
        (&json!("active"), &json!(PLAN))
    );
    assert_eq!(alice.get("/billing/balance").await.expect(200)["balance"], 100);
    alice.post("/billing/checkout", order()).await.refused("CONFLICT", 409);

    let portal = alice.post("/billing/portal", json!({ "return_url": "https://acceptance.test/" })).await.expect(200);
    let subscribed = &shop.stripe.test.subscriptions()[0].id;
    let press = format!("{}?do=cancel&subscription={subscribed}", portal["url"].as_str().unwrap());
    assert!(reqwest::Client::new().post(press).send().await.unwrap().status().is_success());
    eventually("the subscription ends with its period", async || {
        let subscription = alice.get("/billing/subscription").await.expect(200);
        (subscription["cancel_at_period_end"] == true).then_some(())
    })
    .await;
    shop.stripe.test.advance(std::time::Duration::from_secs(32 * 86_400));
    subscription_that_is(&mut alice, "canceled").await;
    alice.refresh(json!({})).await;
    assert_eq!(claims_of(&alice.access_token)["subscription"]["status"], "canceled");
    shop.product.assert_ledgers_add_up().await;
}

#[tokio::test]
async fn what_stripe_did_not_sign_is_refused_and_what_does_not_fit_waits_for_the_back_office() {
    let shop = Shop::open(&[]).await;
    let api = shop.product.api();
    let forged = json!({ "id": "evt_forged", "type": "invoice.paid" });
    api.json(Method::POST, "/webhooks/stripe", None, Some(&forged)).await.refused("SIGNATURE_INVALID", 400);

    let (mut admin, mut alice) = tokio::join!(Person::verified(&api, "admin"), Person::verified(&api, "alice"));
    shop.product.make_administrator(&mut admin, "super_admin").await;
    shop.pay(&alice.post("/billing/checkout", order()).await.expect(200));
    subscription_that_is(&mut alice, "active").await;
    let stranger = shop.stripe.test.add_customer(None, Default::default());
    let price = shop.stripe.test.prices()[0].id.clone();
    shop.stripe.test.subscribe(&stranger.id, &price, Default::default(), None);
    let waiting = eventually("the stranger's events wait", async || {
        let answer = admin.get("/admin/billing/quarantine?page_size=200").await.expect(200);
        answer["events"].as_array().unwrap().iter().find(|event| event["customer_id"] == stranger.id).cloned()
    })
    .await;
    assert_eq!((&waiting["reason"], &waiting["is_live"]), (&json!("unknown_customer"), &json!(false)));
    let replay = format!("/admin/billing/quarantine/{}/replay", waiting["event_id"].as_str().unwrap());
    admin.post_bare(&replay).await.refused("CONFLICT", 409);
    alice.post_bare(&replay).await.refused("FORBIDDEN", 403);
    admin.post_bare("/admin/billing/quarantine/evt_none/replay").await.refused("NOT_FOUND", 404);
}

#[tokio::test]
async fn killed_after_it_has_read_stripe_the_product_reads_again_when_it_starts() {
    let mut shop = Shop::open(&[("GUILDHALL_FAIL_POINT", "read-stripe-customer/begin:abort")]).await;
    let alice = Person::verified(&shop.product.api(), "alice").await;
    shop.pay(&alice.post("/billing/checkout", order()).await.expect(200));
    shop.product.died().await;
    // Whatever else Stripe would tell is lost: what was taken has to do.
    shop.stripe.test.lose_webhooks();
    shop.stripe.test.hold_webhooks();
    // The relay that died holds its work for a minute.
    shop.product.set("GUILDHALL_CLOCK_AHEAD_SECONDS", Some("120"));
    shop.start_again().await;
    let mut alice = alice.at(&shop.product.api());
    subscription_that_is(&mut alice, "active").await;
    assert_eq!(alice.get("/billing/balance").await.expect(200)["balance"], 100);
}

#[tokio::test]
async fn killed_after_stripe_made_a_customer_the_next_checkout_is_the_same_customers() {
    let mut shop = Shop::open(&[("GUILDHALL_FAIL_POINT", "StartCheckout/begin:2:abort")]).await;
    let alice = Person::verified(&shop.product.api(), "alice").await;
    let cut_off = shop.product.api();
    let answer = cut_off.try_json(Method::POST, "/billing/checkout", Some(&alice.access_token), &order()).await;
    assert!(answer.is_none_or(|answer| answer.status >= 500));
    shop.product.died().await;
    assert_eq!(shop.stripe.test.customers().len(), 1, "Stripe has it and nobody here knows");
    shop.start_again().await;
    let mut alice = alice.at(&shop.product.api());
    shop.pay(&alice.post("/billing/checkout", order()).await.expect(200));
    subscription_that_is(&mut alice, "active").await;
    assert_eq!(shop.stripe.test.customers().len(), 1);
}

#[tokio::test]
async fn killed_after_stripe_canceled_the_product_learns_of_it_when_it_starts() {
    let mut shop = Shop::open(&[]).await;
    let api = shop.product.api();
    let (mut admin, mut alice) = tokio::join!(Person::verified(&api, "admin"), Person::verified(&api, "alice"));
    shop.product.make_administrator(&mut admin, "super_admin").await;
    shop.pay(&alice.post("/billing/checkout", order()).await.expect(200));
    subscription_that_is(&mut alice, "active").await;
    shop.stripe.test.webhooks_sent().await;

    shop.product.set("GUILDHALL_FAIL_POINT", Some("ChangeSubscription/begin:2:abort"));
    shop.product.stop().await;
    shop.product.start_again().await;
    shop.stripe.test.hold_webhooks();
    let path = format!("/admin/organizations/{}/subscription", alice.personal_id);
    let cancel = json!({ "action": "cancel", "at_period_end": false });
    let api: Api = shop.product.api();
    let answer = api.try_json(Method::POST, &path, Some(&admin.access_token), &cancel).await;
    assert!(answer.is_none_or(|answer| answer.status >= 500));
    shop.product.died().await;
    assert!(shop.stripe.test.subscriptions()[0].ended_at.is_some(), "Stripe canceled, and no event will say so");

    shop.product.set("GUILDHALL_CLOCK_AHEAD_SECONDS", Some("120"));
    shop.start_again().await;
    subscription_that_is(&mut alice.at(&shop.product.api()), "canceled").await;
}
