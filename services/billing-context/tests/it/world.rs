//! The service under test and what a test does with it.

use billing_context::{Operator, ProviderSettings, Settings, Upstreams};
use contracts::billing::v1::credit_administration_service_client::CreditAdministrationServiceClient;
use contracts::billing::v1::credit_service_client::CreditServiceClient;
use contracts::billing::v1::plan_service_client::PlanServiceClient;
use contracts::billing::v1::server_billing_service_client::ServerBillingServiceClient;
use contracts::billing::v1::server_key_service_client::ServerKeyServiceClient;
use contracts::billing::v1::subscription_administration_service_client::SubscriptionAdministrationServiceClient;
use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;
use contracts::billing::v1::{
    ApplyPlansRequest, ChangeSubscriptionRequest, ChangeSubscriptionResponse, ChargeRequest, ChargeResponse,
    CreateServerKeyRequest, DepositRequest, DepositResponse, FeatureType, GetBalanceRequest, GetEntitlementRequest,
    GetEntitlementResponse, GetSubscriptionRequest, GrantSubscriptionRequest, GrantSubscriptionResponse,
    ListTransactionsRequest, Plan, PlanFeature, PlanInterval, PlanType, RevokeServerKeyRequest, ServerKey,
    SetOverdraftRequest, Subscription, SubscriptionAction, Transaction,
};
use contracts::organizations::v1::access_service_server::AccessServiceServer;
use service_kit::database::DatabaseSettings;
use service_kit::policy::Requirement;
use service_kit::refusal::reason_of;
use service_kit::{CallOrigin, Channel, Clock, Entropy, ErrorReason, MasterKey, Metrics, Microservice};
use test_kit::{TestIssuer, bearer, fresh_database, service_secrets};
use tonic::{Request, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::stubs::Organizations;

pub struct World {
    pub clock: Clock,
    pub organizations: Organizations,
    pub issuer: TestIssuer,
    pub database: DatabaseSettings,
    /// Of the back office.
    pub administrator: Uuid,
    /// A server API key with every scope.
    pub key: String,
    service: Microservice,
}

/// Where the world's built-in provider shows its pages.
pub const PAGES: &str = "http://127.0.0.1:8080";

impl World {
    pub async fn new() -> Self {
        Self::with(ProviderSettings::Manual { pages: Some(PAGES.to_owned()) }).await
    }

    /// As it is outside of development: nothing can be bought.
    pub async fn without_pages() -> Self {
        Self::with(ProviderSettings::Manual { pages: None }).await
    }

    /// With this provider.
    pub async fn with(provider: ProviderSettings) -> Self {
        Self::at(test_kit::clock(), provider).await
    }

    /// With this provider, at a time that somebody else knows too.
    pub async fn at(clock: Clock, provider: ProviderSettings) -> Self {
        let issuer = TestIssuer::new(&clock);
        let organizations = Organizations::default();
        let database = fresh_database("billing").await;
        billing_context::migrate(&database).await.unwrap();
        let service = build(&database, &clock, &issuer, &organizations, provider).await;
        let administrator = Uuid::now_v7();
        organizations.administrators.lock().unwrap().insert(administrator);
        let mut world = Self { clock, organizations, issuer, database, administrator, key: String::new(), service };
        (_, world.key) = world.make_key(&["billing:charge", "billing:deposit", "billing:read"]).await;
        world
    }

    /// The same deployment, started anew with another provider.
    pub async fn restart_with(&mut self, provider: ProviderSettings) {
        self.service = build(&self.database, &self.clock, &self.issuer, &self.organizations, provider).await;
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
        self.organizations.existing.lock().unwrap().insert(organization);
        self.organizations.members.lock().unwrap().insert((user, organization));
        (user, organization)
    }

    /// Another user of the back office.
    pub fn another_administrator(&self) -> Uuid {
        let user = Uuid::now_v7();
        self.organizations.administrators.lock().unwrap().insert(user);
        user
    }

    /// Does what the service has left for its relay, until nothing is left that can be done now.
    pub async fn relay(&self) {
        while self.service.relay().unwrap().run_once().await > 0 {}
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
        let request = self.as_official(administrator, message);
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

    /// The message as the back office sends it.
    pub fn official<T>(&self, message: T) -> Request<T> {
        self.as_official(self.administrator, message)
    }

    /// The message as this user sends it, with a token that tells of a platform role.
    pub fn as_official<T>(&self, user: Uuid, message: T) -> Request<T> {
        bearer(message, &self.issuer.token_with(user, |claims| claims.roles = vec!["super_admin".to_owned()]))
    }

    /// What the command line of the deployment works with.
    pub async fn operator(&self) -> Operator {
        Operator::open(&self.database, self.clock.clone(), Entropy::system(), CallOrigin::of_command("root"))
            .await
            .unwrap()
    }

    /// A new server API key and its secret.
    pub async fn make_key(&self, scopes: &[&str]) -> (ServerKey, String) {
        let request = CreateServerKeyRequest {
            name: "a program".to_owned(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            expires_at: None,
        };
        let made = self.server_keys().create_server_key(self.official(request)).await.unwrap().into_inner();
        (made.server_key.unwrap(), made.secret)
    }

    pub async fn revoke(&self, id: &str) -> Result<(), Status> {
        let request = self.official(RevokeServerKeyRequest { server_key_id: id.to_owned() });
        self.server_keys().revoke_server_key(request).await.map(|_| ())
    }

    pub fn server_keys(&self) -> ServerKeyServiceClient<Channel> {
        ServerKeyServiceClient::new(self.public())
    }

    /// Called with a key alone, as programs outside of the deployment do.
    pub fn server_billing(&self) -> ServerBillingServiceClient<Channel> {
        ServerBillingServiceClient::new(self.public())
    }

    pub async fn charge(&self, request: ChargeRequest) -> Result<ChargeResponse, Status> {
        self.server_billing().charge(bearer(request, &self.key)).await.map(tonic::Response::into_inner)
    }

    pub async fn set_overdraft(&self, organization: Uuid, limit: i64) -> Result<i64, Status> {
        let request = self.official(SetOverdraftRequest { organization_id: organization.to_string(), limit });
        let mut client = CreditAdministrationServiceClient::new(self.public());
        client.set_overdraft(request).await.map(|answer| answer.into_inner().balance)
    }

    /// Does what the service does from time to time.
    pub async fn do_periodic_work(&self) {
        for work in self.service.periodic() {
            work.run_once().await;
        }
    }

    /// Every ledger explains its balance.
    pub async fn assert_ledgers_add_up(&self) {
        let mut faults = Vec::new();
        let operator = self.operator().await;
        let tell = |organization, fault| faults.push(format!("{organization}: {fault}"));
        let report = operator.verify_ledgers(tell, |_| ()).await.unwrap();
        assert_eq!((report.faults, faults), (0, Vec::new()));
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
        self.server_billing().deposit(bearer(request, &self.key)).await.map(tonic::Response::into_inner)
    }

    pub async fn balance(&self, user: Uuid, organization: Uuid) -> i64 {
        let request = self.signed(user, GetBalanceRequest { organization_id: organization.to_string() });
        self.credits().get_balance(request).await.unwrap().into_inner().balance
    }
}

async fn build(
    database: &DatabaseSettings,
    clock: &Clock,
    issuer: &TestIssuer,
    organizations: &Organizations,
    provider: ProviderSettings,
) -> Microservice {
    let trust = issuer.trust();
    let stub = Microservice::builder("organizations", &trust, |_| Some(Requirement::Service))
        .add(AccessServiceServer::new(organizations.clone()))
        .build();
    let settings = Settings {
        database: database.clone(),
        master_key: MasterKey::from_bytes([7; 32]),
        clock: clock.clone(),
        entropy: Entropy::system(),
        metrics: Metrics::new(),
        provider,
        return_origins: vec!["https://app.example".to_owned(), "http://127.0.0.1:8080".to_owned()],
    };
    let upstreams = Upstreams { organizations: stub.in_process().with_credential(&service_secrets()) };
    billing_context::build(settings, &trust, upstreams).await.unwrap()
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

pub fn charge_of(organization: Uuid, amount: i64) -> ChargeRequest {
    ChargeRequest {
        organization_id: organization.to_string(),
        amount,
        request_uuid: Uuid::now_v7().to_string(),
        note: None,
    }
}

pub fn deposit_of(organization: Uuid, amount: i64) -> DepositRequest {
    let ChargeRequest { organization_id, amount, request_uuid, note } = charge_of(organization, amount);
    DepositRequest { organization_id, amount, request_uuid, note }
}

/// The details that a refusal gives to programs, by name.
#[track_caller]
pub fn detail<T: std::fmt::Debug>(answer: &Result<T, Status>, name: &str) -> Option<String> {
    let details = answer.as_ref().expect_err("the call is refused").get_error_details();
    details.error_info().and_then(|info| info.metadata.get(name).cloned())
}
