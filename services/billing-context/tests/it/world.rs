//! The service under test and what a test does with it.

use billing_context::{Settings, Upstreams};
use contracts::billing::v1::credit_service_client::CreditServiceClient;
use contracts::billing::v1::plan_service_client::PlanServiceClient;
use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;
use contracts::billing::v1::{
    ApplyPlansRequest, DepositRequest, DepositResponse, FeatureType, GetBalanceRequest, GetEntitlementRequest,
    GetEntitlementResponse, GrantSubscriptionRequest, GrantSubscriptionResponse, Plan, PlanFeature, PlanInterval,
    PlanType,
};
use contracts::organizations::v1::access_service_server::AccessServiceServer;
use service_kit::policy::Requirement;
use service_kit::refusal::reason_of;
use service_kit::{Channel, Clock, Entropy, ErrorReason, MasterKey, Microservice};
use test_kit::{TestIssuer, bearer, fresh_database, service_secrets};
use tonic::{Request, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::stubs::Organizations;

pub struct World {
    pub clock: Clock,
    pub organizations: Organizations,
    pub issuer: TestIssuer,
    service: Microservice,
}

impl World {
    pub async fn new() -> Self {
        let clock = test_kit::clock();
        let issuer = TestIssuer::new(&clock);
        let trust = issuer.trust();
        let organizations = Organizations::default();
        let stub = Microservice::builder("organizations", &trust, |_| Some(Requirement::Service))
            .add(AccessServiceServer::new(organizations.clone()))
            .build();
        let database = fresh_database("billing").await;
        billing_context::migrate(&database).await.unwrap();
        let settings = Settings {
            database,
            master_key: MasterKey::from_bytes([7; 32]),
            clock: clock.clone(),
            entropy: Entropy::system(),
        };
        let upstreams = Upstreams { organizations: stub.in_process().with_credential(&service_secrets()) };
        let service = billing_context::build(settings, &trust, upstreams).await.unwrap();
        Self { clock, organizations, issuer, service }
    }

    /// Calls as anybody.
    pub fn public(&self) -> Channel {
        self.service.in_process()
    }

    /// Calls as another service of the deployment.
    pub fn internal(&self) -> Channel {
        self.service.in_process().with_credential(&service_secrets())
    }

    /// A new organization and a user who may read its billing.
    pub fn organization(&self) -> (Uuid, Uuid) {
        let (user, organization) = (Uuid::now_v7(), Uuid::now_v7());
        self.organizations.readers.lock().unwrap().insert((user, organization));
        (user, organization)
    }

    /// The message as this user sends it.
    pub fn signed<T>(&self, user: Uuid, message: T) -> Request<T> {
        bearer(message, &self.issuer.token(user))
    }

    pub fn plans(&self) -> PlanServiceClient<Channel> {
        PlanServiceClient::new(self.internal())
    }

    pub fn subscriptions(&self) -> SubscriptionServiceClient<Channel> {
        SubscriptionServiceClient::new(self.internal())
    }

    pub fn credits(&self) -> CreditServiceClient<Channel> {
        CreditServiceClient::new(self.internal())
    }

    pub async fn offer(&self, plans: Vec<Plan>) {
        self.plans().apply_plans(ApplyPlansRequest { plans }).await.unwrap();
    }

    pub async fn grant(&self, organization: Uuid, plan_code: &str) -> Result<GrantSubscriptionResponse, Status> {
        let request =
            GrantSubscriptionRequest { organization_id: organization.to_string(), plan_code: plan_code.to_owned() };
        self.subscriptions().grant_subscription(request).await.map(tonic::Response::into_inner)
    }

    pub async fn entitlement(&self, organization: Uuid) -> GetEntitlementResponse {
        let request = GetEntitlementRequest { organization_id: organization.to_string() };
        self.subscriptions().get_entitlement(request).await.unwrap().into_inner()
    }

    pub async fn deposit(&self, request: DepositRequest) -> Result<DepositResponse, Status> {
        self.credits().deposit(request).await.map(tonic::Response::into_inner)
    }

    pub async fn balance(&self, user: Uuid, organization: Uuid) -> i64 {
        let request = self.signed(user, GetBalanceRequest { organization_id: organization.to_string() });
        self.credits().get_balance(request).await.unwrap().into_inner().balance
    }
}

/// A plan that is right in every field.
pub fn plan(code: &str) -> Plan {
    Plan {
        code: code.to_owned(),
        name: format!("The {code} plan"),
        description: Some("For teams".to_owned()),
        price_cents: 1900,
        currency: "usd".to_owned(),
        interval: PlanInterval::Monthly.into(),
        interval_count: 1,
        trial_days: 0,
        features: vec![feature("sso"), seats(10)],
        plan_type: PlanType::SelfService.into(),
        credits_amount: 0,
        contact_url: None,
        display_order: 1,
    }
}

pub fn feature(code: &str) -> PlanFeature {
    PlanFeature {
        code: code.to_owned(),
        name: code.to_uppercase(),
        feature_type: FeatureType::Boolean.into(),
        numeric_value: None,
        unit_label: None,
    }
}

pub fn seats(number: i64) -> PlanFeature {
    PlanFeature {
        feature_type: FeatureType::Numeric.into(),
        numeric_value: Some(number),
        unit_label: Some("seats".to_owned()),
        ..feature("seats")
    }
}

#[track_caller]
pub fn assert_refused<T: std::fmt::Debug>(answer: Result<T, Status>, reason: ErrorReason) {
    let status = answer.expect_err("the call is refused");
    assert_eq!(reason_of(&status), Some(reason), "{status:?}");
}

/// The fields that a VALIDATION_ERROR names, in order.
#[track_caller]
pub fn refused_fields<T: std::fmt::Debug>(answer: Result<T, Status>) -> Vec<String> {
    let status = answer.expect_err("the call is refused");
    assert_eq!(reason_of(&status), Some(ErrorReason::ValidationError), "{status:?}");
    let details = status.get_details_bad_request().expect("field violations");
    details.field_violations.into_iter().map(|violation| violation.field).collect()
}
