//! Taking a plan by the built-in provider's pages, looking after it, and the back office's hand on it.

use serde_json::json;

use crate::harness::{PLAN, PageReader, Person, Product, Team, claims_of, eventually, offer_plans};

const DONE: &str = "http://localhost:5173/billing?done=1";
const BACK: &str = "http://localhost:5173/billing";

/// The path of an address of the product's own pages.
fn path_of(url: &serde_json::Value) -> String {
    let url = url.as_str().expect("an address");
    let rest = url.split_once("://").expect("a whole address").1;
    rest[rest.find('/').expect("a path")..].to_owned()
}

#[tokio::test]
async fn an_owner_takes_a_plan_and_looks_after_it_on_pages_and_tokens_tell_of_it() {
    let product = Product::shared().await;
    let api = product.api();
    offer_plans(&product.rpc()).await;
    let mut alice = Person::verified(&api, "alice").await;
    let team = Team::of(&alice).await;
    alice.act_for(&team.id).await;
    assert_eq!(alice.get("/billing/subscription").await.expect(200)["status"], "none");

    let order = json!({ "plan_code": PLAN, "success_url": DONE, "cancel_url": BACK });
    let started = alice.post("/billing/checkout", order).await.expect(200);
    let mut page = PageReader::open(&api, &path_of(&started["checkout_url"])).await;
    page.reads(200, &["Take Team", "49.00 USD", "every month", "25 seats", "Nothing is paid"]);
    page.send("/dev/checkout", &[]).await;
    page.reads(200, &["You have taken Team", "Continue to localhost"]);
    assert!(!page.has_form("/dev/checkout"));

    let subscription = alice.get("/billing/subscription").await.expect(200);
    assert_eq!((&subscription["status"], &subscription["plan_code"]), (&json!("active"), &json!(PLAN)));
    assert_eq!(alice.get("/billing/balance").await.expect(200)["balance"], 100);
    alice.act_for_on_plan(&team.id, "active").await;
    let claims = claims_of(&alice.access_token);
    assert_eq!(
        (&claims["subscription"]["status"], &claims["subscription"]["plan_code"]),
        (&json!("active"), &json!(PLAN))
    );

    let opened = alice.post("/billing/portal", json!({ "return_url": BACK })).await.expect(200);
    let mut page = PageReader::open_in_an_old_browser(&api, &path_of(&opened["url"])).await;
    page.reads(200, &["Team", "active", "Cancel it for then"]);
    page.send("/dev/billing/cancel", &[]).await;
    page.reads(200, &["It ends at", "Keep it after all"]);
    assert_eq!(alice.get("/billing/subscription").await.expect(200)["cancel_at_period_end"], true);
    page.send("/dev/billing/reactivate", &[]).await;
    page.reads(200, &["It goes on at"]);
    assert_eq!(alice.get("/billing/subscription").await.expect(200)["cancel_at_period_end"], false);

    let log = alice.get(&team.path("/audit-log?page_size=200")).await.expect(200);
    let actions: Vec<_> = log["entries"].as_array().unwrap().iter().map(|entry| entry["action"].clone()).collect();
    for action in [
        "checkout.started",
        "subscription.started",
        "subscription.cancellation_planned",
        "subscription.reactivated",
        "organization.created",
    ] {
        assert!(actions.contains(&json!(action)), "{action} is not among {actions:?}");
    }
}

#[tokio::test]
async fn a_checkout_leads_back_to_known_places_and_a_page_of_no_checkout_shows_nothing() {
    let product = Product::shared().await;
    let api = product.api();
    offer_plans(&product.rpc()).await;
    let mut alice = Person::verified(&api, "alice").await;
    alice.act_for(&Team::of(&alice).await.id).await;
    let order = json!({ "plan_code": PLAN, "success_url": "https://evil.example/", "cancel_url": BACK });
    let details = alice.post("/billing/checkout", order).await.refused("VALIDATION_ERROR", 400);
    assert_eq!(details["fields"][0]["field"], "success_url");
    let unknown = json!({ "plan_code": "no-such-plan", "success_url": DONE, "cancel_url": BACK });
    alice.post("/billing/checkout", unknown).await.refused("PLAN_NOT_FOUND", 404);
    alice.post("/billing/portal", json!({ "return_url": "//evil.example" })).await.refused("VALIDATION_ERROR", 400);
    for path in ["/dev/checkout", "/dev/billing"] {
        let nothing = format!("{path}?token={}", "A".repeat(43));
        PageReader::open(&api, &nothing).await.reads(404, &["There is nothing here"]);
    }
}

#[tokio::test]
async fn the_back_office_grants_cancels_and_reactivates_and_reads_who_did() {
    let product = Product::shared().await;
    let api = product.api();
    offer_plans(&product.rpc()).await;
    let (mut admin, mut alice) = tokio::join!(Person::verified(&api, "admin"), Person::verified(&api, "alice"));
    product.make_administrator(&mut admin, "super_admin").await;
    let team = Team::of(&alice).await;
    alice.act_for(&team.id).await;
    eventually("the back office opens", async || (admin.get("/admin/plans").await.status == 200).then_some(())).await;

    let path = format!("/admin/organizations/{}/subscription", team.id);
    let granted = admin.post(&path, json!({ "action": "grant", "plan_code": PLAN })).await.expect(200);
    assert_eq!((&granted["status"], &granted["plan_code"]), (&json!("active"), &json!(PLAN)));
    let planned = admin.post(&path, json!({ "action": "cancel", "at_period_end": true })).await.expect(200);
    assert_eq!(planned["cancel_at_period_end"], true);
    assert_eq!(alice.get("/billing/subscription").await.expect(200), planned);
    admin.post(&path, json!({ "action": "reactivate" })).await.expect(200);
    let ended = admin.post(&path, json!({ "action": "cancel" })).await;
    assert!(ended.header("guildhall-position").is_some_and(|position| position.starts_with("b:")));
    assert_eq!(ended.expect(200)["status"], "canceled");
    admin.post(&path, json!({ "action": "reactivate" })).await.refused("CONFLICT", 409);
    let nowhere = "/admin/organizations/01890a5d-ac96-774b-bcce-b302099a8057/subscription";
    let grant = json!({ "action": "grant", "plan_code": PLAN });
    admin.post(nowhere, grant).await.refused("ORGANIZATION_NOT_FOUND", 404);
    alice.refresh(json!({})).await;
    alice.post(&path, json!({ "action": "reactivate" })).await.refused("FORBIDDEN", 403);

    let log = admin.get(&format!("/admin/audit-log?actor={}&page_size=200", admin.user_id)).await.expect(200);
    let actions: Vec<_> = log["entries"].as_array().unwrap().iter().map(|entry| entry["action"].clone()).collect();
    assert!(actions.contains(&json!("subscription.ended")), "{actions:?}");

    // What the public list shows can be given back as it is.
    let plans = admin.get("/admin/plans").await.expect(200);
    assert_eq!(plans, api.get("/billing/plans").await.expect(200));
    let replaced = admin.put("/admin/plans", json!({ "plans": plans["plans"] })).await.expect(200);
    assert_eq!(replaced, plans);
}

#[tokio::test]
async fn an_organization_that_is_deleted_has_no_plan_any_more() {
    use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;
    use contracts::billing::v1::{GetEntitlementRequest, SubscriptionStatus};

    use crate::harness::{as_service, subscribe};

    let product = Product::shared().await;
    let (api, rpc) = (product.api(), product.rpc());
    offer_plans(&rpc).await;
    let alice = Person::verified(&api, "alice").await;
    let team = Team::of(&alice).await;
    subscribe(&rpc, &team.id).await;
    alice.delete(&team.path("")).await.expect(204);
    eventually("billing follows", async || {
        let request = as_service(GetEntitlementRequest { organization_id: team.id.clone() });
        let answer = SubscriptionServiceClient::new(rpc.billing()).get_entitlement(request).await.unwrap().into_inner();
        let is_over = answer.subscription.unwrap().status() == SubscriptionStatus::Canceled;
        (is_over && answer.features.is_empty()).then_some(())
    })
    .await;
}
