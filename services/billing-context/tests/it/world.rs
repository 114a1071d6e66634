//! The service under test and what a test does with it.

use billing_context::{ProviderSettings, Settings, Upstreams};
use contracts::billing::v1::credit_service_client::CreditServiceClient;
use contracts::billing::v1::plan_service_client::PlanServiceClient;
use contracts::billing::v1::subscription_administration_service_client::SubscriptionAdministrationServiceClient;
use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;
use contracts::billing::v1::{
    ApplyPlansRequest, ChangeSubscriptionRequest, ChangeSubscriptionResponse, DepositRequest, DepositResponse,
    FeatureType, GetBalanceRequest, GetEntitlementRequest, GetEntitlementResponse, GetSubscriptionRequest,
    GrantSubscriptionRequest, GrantSubscriptionResponse, ListTransactionsRequest, Plan, PlanFeature, PlanInterval,
    PlanType, Subscription, SubscriptionAction, Transaction,
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

/// Where the world's built-in provider shows its pages.
pub const PAGES: &str = "http://127.0.0.1:8080";

impl World {
    pub async fn new() -> Self {
        Self::with_pages(Some(PAGES.to_owned())).await
    }

    /// As it is outside of development: nothing can be bought.
    pub async fn without_pages() -> Self {
        Self::with_pages(None).await
    }

    async fn with_pages(pages: Option<String>) -> Self {
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
            provider: ProviderSettings::Manual { pages },
            return_origins: vec!["https://app.example".to_owned(), "http://127.0.0.1:8080".to_owned()],
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

    /// A new organization and a user who may read and manage its billing.
    pub fn organization(&self) -> (Uuid, Uuid) {
        let (user, organization) = (Uuid::now_v7(), Uuid::now_v7());
        self.organizations.members.lock().unwrap().insert((user, organization));
        (user, organization)
    }

    /// A new user of the back office.
    pub fn administrator(&self) -> Uuid {
        let user = Uuid::now_v7();
        self.organizations.administrators.lock().unwrap().insert(user);
        user
    }

    /// The message as somebody of the back office sends it.
    pub fn signed_by_administrator<T>(&self, user: Uuid, message: T) -> Request<T> {
        bearer(message, &self.issuer.token_with(user, |claims| claims.roles = vec!["system_admin".to_owned()]))
    }

    /// Does what the service does by itself from time to time.
    pub async fn do_chores(&self) {
        for work in self.service.periodic() {
            work.run_once().await;
        }
    }

    /// Asks for one thing to be done to an organization's subscription.
    pub async fn change(
        &self,
        administrator: Uuid,
        organization: Uuid,
        action: SubscriptionAction,
        plan_code: Option<&str>,
        at_period_end: Option<bool>,
    ) -> Result<ChangeSubscriptionResponse, Status> {
        let message = ChangeSubscriptionRequest {
            organization_id: organization.to_string(),
            action: action.into(),
            plan_code: plan_code.map(str::to_owned),
            at_period_end,
        };
        let request = self.signed_by_administrator(administrator, message);
        let mut client = SubscriptionAdministrationServiceClient::new(self.public());
        client.change_subscription(request).await.map(tonic::Response::into_inner)
    }

    /// What a member of an organization is told of its subscription.
    pub async fn subscription(&self, user: Uuid, organization: Uuid) -> Subscription {
        let request = self.signed(user, GetSubscriptionRequest { organization_id: organization.to_string() });
        self.subscriptions().get_subscription(request).await.unwrap().into_inner().subscription.unwrap()
    }

    /// The whole ledger of an organization, oldest first.
    pub async fn ledger(&self, user: Uuid, organization: Uuid) -> Vec<Transaction> {
        let (mut entries, mut page_token) = (Vec::new(), String::new());
        loop {
            let message =
                ListTransactionsRequest { organization_id: organization.to_string(), page_size: 200, page_token };
            let page = self.credits().list_transactions(self.signed(user, message)).await.unwrap().into_inner();
            entries.extend(page.transactions);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                entries.reverse();
                return entries;
            }
        }
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
        self.plans().apply_plans(ApplyPlansRequest { plans, check_only: false }).await.unwrap();
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
        version: 0,
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
