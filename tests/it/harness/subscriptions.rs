//! Plans, given by the calls that only services may make, and credits, given by a server API key.

use contracts::billing::v1 as billing;
use contracts::billing::v1::plan_service_client::PlanServiceClient;
use contracts::billing::v1::server_billing_service_client::ServerBillingServiceClient;
use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;

use super::{Product, Rpc, as_service, random_id, signed};

/// The one plan on offer; it comes with 100 credits.
pub const PLAN: &str = "team";

/// Puts the one plan on offer. All tests offer the same, so that they don't disturb each other.
pub async fn offer_plans(rpc: &Rpc) {
    let plan = billing::Plan {
        code: PLAN.to_owned(),
        name: "Team".to_owned(),
        description: Some("For teams of any size.".to_owned()),
        price_cents: 4900,
        currency: "usd".to_owned(),
        interval: billing::PlanInterval::Monthly.into(),
        interval_count: 1,
        trial_days: 0,
        features: vec![billing::PlanFeature {
            code: "seats".to_owned(),
            name: "Seats".to_owned(),
            feature_type: billing::FeatureType::Numeric.into(),
            numeric_value: Some(25),
            unit_label: Some("seats".to_owned()),
        }],
        plan_type: billing::PlanType::SelfService.into(),
        credits_amount: 100,
        contact_url: None,
        display_order: 1,
        version: 0,
    };
    let offer = billing::ApplyPlansRequest { plans: vec![plan], check_only: false };
    PlanServiceClient::new(rpc.billing()).apply_plans(as_service(offer)).await.expect("the plan is on offer");
}

/// Puts an organization on the plan.
pub async fn subscribe(rpc: &Rpc, organization_id: &str) {
    let organization_id = organization_id.to_owned();
    let grant = billing::GrantSubscriptionRequest { organization_id, plan_code: PLAN.to_owned() };
    let granted = SubscriptionServiceClient::new(rpc.billing()).grant_subscription(as_service(grant)).await;
    granted.expect("the subscription is granted");
}

/// Adds credits and answers the new balance.
pub async fn deposit(product: &Product, organization_id: &str, amount: i64) -> i64 {
    let deposit = billing::DepositRequest {
        organization_id: organization_id.to_owned(),
        amount,
        request_uuid: random_id(),
        note: Some("A gift".to_owned()),
    };
    let request = signed(product.server_key().await, deposit);
    let deposited = ServerBillingServiceClient::new(product.rpc().billing()).deposit(request).await;
    deposited.expect("the deposit is in the ledger").into_inner().new_balance
}
