//! Buying a plan through Stripe, played by a fake: from the checkout to the token, and over the deaths of the product in
//! between.

use std::collections::BTreeSet;

use fake_stripe::{FakeStripe, Fault, Order, Paid};
use reqwest::Method;
use serde_json::{Value, json};
use service_kit::Clock;

use crate::harness::{Api, PLAN, Person, Product, Team, claims_of, eventually, offer_plans, unique};

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

/// Two years of some organizations, of which the product hears month by month in this order. How each stands in the end, and
/// how many events there were.
async fn two_years(order: impl Fn(u64) -> Order) -> (Vec<(String, String, i64)>, usize) {
    let shop = Shop::open(&[]).await;
    let account = &shop.stripe.test;
    let mut alice = Person::verified(&shop.product.api(), "alice").await;
    let mut teams = Vec::new();
    for _ in 0..14 {
        let team = Team::of(&alice).await;
        alice.act_for(&team.id).await;
        shop.pay(&alice.post("/billing/checkout", self::order()).await.expect(200));
        teams.push(team);
    }
    account.webhooks_sent().await;
    for month in 0..26 {
        account.hold_webhooks();
        let running = account.subscriptions().into_iter().enumerate().filter(|(_, it)| it.ended_at.is_none());
        for (number, subscription) in running {
            match (number + month) % 11 {
                0 => account.decline_card(&subscription.customer, true),
                1 => {
                    account.decline_card(&subscription.customer, false);
                    account.retry_payment(&subscription.id);
                }
                _ => {}
            }
            if (number + month) % 29 == 28 {
                account.set_cancel_at_period_end(&subscription.id, true);
            }
        }
        account.advance(std::time::Duration::from_secs(31 * 86_400));
        account.release_webhooks(order(u64::try_from(month).unwrap()));
        account.webhooks_sent().await;
    }
    let mut standings = Vec::new();
    for (team, there) in teams.iter().zip(account.subscriptions()) {
        alice.act_for(&team.id).await;
        let paid = account.invoices().iter().filter(|it| it.status == "paid" && it.customer == there.customer).count();
        let expected = json!(100 * paid);
        let status = there.status.to_owned();
        let stands = eventually("everything was read", async || {
            let subscription = alice.get("/billing/subscription").await.expect(200);
            let balance = alice.get("/billing/balance").await.expect(200)["balance"].clone();
            (subscription["status"] == status && balance == expected).then_some(subscription)
        })
        .await;
        standings.push((status, stands["plan_code"].as_str().unwrap().to_owned(), expected.as_i64().unwrap()));
    }
    (standings, account.events().len())
}

#[tokio::test]
async fn a_thousand_webhooks_in_order_or_mixed_and_doubled_end_where_stripe_is() {
    let ((in_order, count), (mixed, _)) = tokio::join!(
        two_years(|_| Order::AsMade),
        two_years(|month| Order::Shuffled { seed: 2026 + month, copies: 2 })
    );
    assert!(count >= 1000, "{count} events");
    assert_eq!(in_order, mixed);
    let statuses: BTreeSet<&str> = in_order.iter().map(|(status, _, _)| status.as_str()).collect();
    assert!(statuses.len() >= 2, "things end differently: {statuses:?}");
}

/// A Stripe that errs or keeps silent while a plan is bought is asked again; one purchase comes of it.
#[tokio::test]
async fn a_plan_is_bought_once_from_a_stripe_that_fails_before_and_after_it_did_something() {
    let shop = Shop::open(&[]).await;
    let mut alice = Person::verified(&shop.product.api(), "alice").await;
    for (method, path, fault) in [
        ("POST", "/v1/customers", Fault::ErrorAfterEffect),
        ("POST", "/v1/prices", Fault::ErrorAfterEffect),
        ("POST", "/v1/checkout/sessions", Fault::DropAfterEffect),
        ("GET", "/v1/subscriptions", Fault::Silence),
        ("GET", "/v1/invoices", Fault::SilenceAfterEffect),
    ] {
        shop.stripe.test.fail_next(method, path, fault);
    }
    shop.pay(&alice.post("/billing/checkout", order()).await.expect(200));
    subscription_that_is(&mut alice, "active").await;
    assert_eq!(alice.get("/billing/balance").await.expect(200)["balance"], 100);
    let stripe = &shop.stripe.test;
    assert_eq!((stripe.prices().len(), stripe.checkouts().len(), stripe.subscriptions().len()), (1, 1, 1));
}

#[tokio::test]
async fn what_does_not_fit_is_dismissed_by_the_back_office_and_its_log_says_so() {
    let shop = Shop::open(&[]).await;
    let api = shop.product.api();
    let (mut admin, alice) = tokio::join!(Person::verified(&api, "admin"), Person::verified(&api, "alice"));
    shop.product.make_administrator(&mut admin, "super_admin").await;
    shop.pay(&alice.post("/billing/checkout", order()).await.expect(200));
    let price = shop.stripe.test.prices()[0].id.clone();
    let stranger = shop.stripe.test.add_customer(None, Default::default());
    shop.stripe.test.subscribe(&stranger.id, &price, Default::default(), None);
    shop.stripe.test.webhooks_sent().await;
    let name = format!("unknown_customer:{}", stranger.id);
    let waiting = admin.get("/admin/billing/quarantine").await.expect(200);
    let waiting = waiting["events"].as_array().unwrap();
    assert!(waiting.len() == 1 && waiting[0]["event_id"] == name, "{waiting:?}");
    assert!(waiting[0]["times"].as_i64().unwrap() > 1, "several events, one entry: {waiting:?}");
    let dismiss = format!("/admin/billing/quarantine/{name}/dismiss");
    alice.post_bare(&dismiss).await.refused("FORBIDDEN", 403);
    admin.post_bare(&dismiss).await.expect(200);
    admin.post_bare(&dismiss).await.refused("NOT_FOUND", 404);
    assert_eq!(admin.get("/admin/billing/quarantine").await.expect(200)["events"], json!([]));
    let log = admin.get("/admin/audit-log?action=event.dismissed").await.expect(200);
    let entry = &log["entries"][0];
    assert_eq!(entry["action"], "event.dismissed", "{log}");
    assert!(entry["actor"].as_str().unwrap().contains(&admin.user_id), "{log}");
}
