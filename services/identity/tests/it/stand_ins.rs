//! Organizations and billing as identity sees them, in memory, with switches for trouble.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use contracts::billing::v1 as billing;
use contracts::billing::v1::entitlement_change_service_server::EntitlementChangeServiceServer;
use contracts::billing::v1::server_key_service_server::{ServerKeyService, ServerKeyServiceServer};
use contracts::billing::v1::subscription_service_server::{SubscriptionService, SubscriptionServiceServer};
use contracts::organizations::v1 as organizations;
use contracts::organizations::v1::access_service_server::{AccessService, AccessServiceServer};
use contracts::organizations::v1::organization_change_service_server::OrganizationChangeServiceServer;
use service_kit::authentication::server_key;
use service_kit::policy::Requirement;
use service_kit::{Channel, ErrorReason, Microservice, Refusal, Trust};
use tonic::{Request, Response, Status};

use crate::changes_told::ChangesTold;

/// What the organizations stand-in knows and does.
#[derive(Default)]
pub struct OrganizationsState {
    pub is_down: bool,
    /// Fails `GetAccess` alone: a crash between two calls.
    pub access_is_down: bool,
    /// How often `GetAccess` was asked.
    pub access_asked: usize,
    /// (user, organization) → what `GetAccess` answers.
    pub access: HashMap<(String, String), Result<organizations::GetAccessResponse, ErrorReason>>,
    /// Every pair that `EnsurePersonalOrganization` made, in order.
    pub personal: Vec<(String, String)>,
    pub sole_owners: HashSet<String>,
    pub departed: Vec<String>,
    /// Those of them who handed over what they owned.
    pub evicted: Vec<String>,
    /// Those of them whom whoever runs the deployment deletes.
    pub deleted_by_operator: Vec<String>,
    /// Profiles in the order in which they were told.
    pub profiles: Vec<organizations::UserProfile>,
    /// User → the newest profile that `RecordProfile` was told of.
    pub recorded: HashMap<String, organizations::UserProfile>,
}

#[derive(Clone, Default)]
pub struct Organizations(Arc<Mutex<OrganizationsState>>);

impl Organizations {
    pub fn state(&self) -> MutexGuard<'_, OrganizationsState> {
        self.0.lock().unwrap()
    }

    pub fn channel(&self, trust: &Trust, changes: &ChangesTold) -> Channel {
        let builder = Microservice::builder("organizations", trust, for_services)
            .add(AccessServiceServer::new(self.clone()))
            .add(OrganizationChangeServiceServer::new(changes.clone()));
        builder.build().in_process().with_credential(&trust.service_secrets)
    }

    /// Lets the user act as a manager for a team organization.
    pub fn admit(&self, user_id: &str, organization_id: &str) {
        let access = access("Acme", "acme", organization_id, false, &["org_manager", "seller"], &["org:read"]);
        self.state().access.insert((user_id.to_owned(), organization_id.to_owned()), Ok(access));
    }

    /// Takes the user's right to the organization away.
    pub fn refuse(&self, user_id: &str, organization_id: &str, reason: ErrorReason) {
        self.state().access.insert((user_id.to_owned(), organization_id.to_owned()), Err(reason));
    }
}

fn for_services(_: &str) -> Option<Requirement> {
    Some(Requirement::Service)
}

fn access(
    name: &str,
    slug: &str,
    organization_id: &str,
    is_personal: bool,
    role_codes: &[&str],
    permissions: &[&str],
) -> organizations::GetAccessResponse {
    let role = if is_personal { organizations::OrgRole::Owner } else { organizations::OrgRole::Member };
    organizations::GetAccessResponse {
        organization: Some(organizations::Organization {
            id: organization_id.to_owned(),
            name: name.to_owned(),
            slug: slug.to_owned(),
            is_personal,
            ..Default::default()
        }),
        role: role.into(),
        role_codes: role_codes.iter().map(ToString::to_string).collect(),
        permissions: permissions.iter().map(ToString::to_string).collect(),
        position: 7,
    }
}

fn down() -> Status {
    Status::unavailable("nobody listens")
}

#[tonic::async_trait]
impl AccessService for Organizations {
    async fn ensure_personal_organization(
        &self,
        request: Request<organizations::EnsurePersonalOrganizationRequest>,
    ) -> Result<Response<organizations::EnsurePersonalOrganizationResponse>, Status> {
        let mut state = self.state();
        if state.is_down {
            return Err(down());
        }
        let request = request.into_inner();
        let profile = request.profile.unwrap();
        let pair = (profile.user_id, request.organization_id);
        if !state.personal.contains(&pair) {
            state.personal.push(pair.clone());
        }
        let answer = access(&profile.email, "personal", &pair.1, true, &["org_owner"], &["org:read", "org:update"]);
        let organization = answer.organization.clone();
        state.access.insert(pair, Ok(answer));
        Ok(Response::new(organizations::EnsurePersonalOrganizationResponse { organization }))
    }

    async fn get_access(
        &self,
        request: Request<organizations::GetAccessRequest>,
    ) -> Result<Response<organizations::GetAccessResponse>, Status> {
        let mut state = self.state();
        state.access_asked += 1;
        if state.is_down || state.access_is_down {
            return Err(down());
        }
        let request = request.into_inner();
        match state.access.get(&(request.user_id, request.organization_id)) {
            Some(Ok(answer)) => Ok(Response::new(answer.clone())),
            Some(Err(reason)) => Err(Refusal::new(*reason, "refused").into()),
            None => Err(Refusal::new(ErrorReason::OrganizationNotFound, "refused").into()),
        }
    }

    async fn call_off_join(
        &self,
        _: Request<organizations::CallOffJoinRequest>,
    ) -> Result<Response<organizations::CallOffJoinResponse>, Status> {
        Err(Status::unimplemented("not asked by identity"))
    }

    async fn depart_user(
        &self,
        request: Request<organizations::DepartUserRequest>,
    ) -> Result<Response<organizations::DepartUserResponse>, Status> {
        let mut state = self.state();
        if state.is_down {
            return Err(down());
        }
        let organizations::DepartUserRequest { user_id, hand_over, by_operator } = request.into_inner();
        if hand_over {
            state.evicted.push(user_id.clone());
        }
        if !hand_over && state.sole_owners.contains(&user_id) {
            let refusal = Refusal::new(ErrorReason::SoleOwner, "refused").with("organizations", r#"[{"name":"Acme"}]"#);
            return Err(refusal.into());
        }
        if by_operator {
            state.deleted_by_operator.push(user_id.clone());
        }
        state.departed.push(user_id);
        Ok(Response::new(organizations::DepartUserResponse { position: 9 }))
    }

    async fn authorize(
        &self,
        _: Request<organizations::AuthorizeRequest>,
    ) -> Result<Response<organizations::AuthorizeResponse>, Status> {
        Err(Status::unimplemented("identity does not ask"))
    }

    async fn open_offer(
        &self,
        _: Request<organizations::OpenOfferRequest>,
    ) -> Result<Response<organizations::OpenOfferResponse>, Status> {
        Err(Status::unimplemented("identity does not ask"))
    }

    async fn close_offer(
        &self,
        _: Request<organizations::CloseOfferRequest>,
    ) -> Result<Response<organizations::CloseOfferResponse>, Status> {
        Err(Status::unimplemented("identity does not ask"))
    }

    async fn look_up_organization(
        &self,
        _: Request<organizations::LookUpOrganizationRequest>,
    ) -> Result<Response<organizations::LookUpOrganizationResponse>, Status> {
        Err(Status::unimplemented("only billing asks"))
    }

    async fn authorize_back_office(
        &self,
        _: Request<organizations::AuthorizeBackOfficeRequest>,
    ) -> Result<Response<organizations::AuthorizeBackOfficeResponse>, Status> {
        Err(Status::unimplemented("identity does not ask"))
    }

    async fn check_offer(
        &self,
        _: Request<organizations::CheckOfferRequest>,
    ) -> Result<Response<organizations::CheckOfferResponse>, Status> {
        Err(Status::unimplemented("identity does not ask"))
    }

    async fn add_member(
        &self,
        _: Request<organizations::AddMemberRequest>,
    ) -> Result<Response<organizations::AddMemberResponse>, Status> {
        Err(Status::unimplemented("identity does not ask"))
    }

    async fn record_profile(
        &self,
        request: Request<organizations::RecordProfileRequest>,
    ) -> Result<Response<organizations::RecordProfileResponse>, Status> {
        let mut state = self.state();
        if state.is_down {
            return Err(down());
        }
        let profile = request.into_inner().profile.unwrap();
        state.profiles.push(profile.clone());
        let latest = state.recorded.get(&profile.user_id);
        if latest.is_some_and(|latest| latest.version >= profile.version) {
            return Ok(Response::new(organizations::RecordProfileResponse {}));
        }
        if !profile.is_active && state.sole_owners.contains(&profile.user_id) {
            let refusal = Refusal::new(ErrorReason::SoleOwner, "refused").with("organizations", r#"[{"name":"Acme"}]"#);
            return Err(refusal.into());
        }
        state.recorded.insert(profile.user_id.clone(), profile);
        Ok(Response::new(organizations::RecordProfileResponse {}))
    }

    async fn list_ended_organizations(
        &self,
        _: Request<organizations::ListEndedOrganizationsRequest>,
    ) -> Result<Response<organizations::ListEndedOrganizationsResponse>, Status> {
        Err(Status::unimplemented("not asked by identity"))
    }
}

/// How billing behaves.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Up,
    Down,
    /// Never answers.
    Silent,
}

pub struct BillingState {
    pub mood: Mood,
    pub plan_code: &'static str,
    pub position: i64,
    /// Keys that may hear the feed.
    pub keys: HashSet<String>,
}

#[derive(Clone)]
pub struct Billing(Arc<Mutex<BillingState>>);

impl Default for Billing {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(BillingState { mood: Mood::Up, plan_code: "pro", position: 5, keys: HashSet::new() })))
    }
}

impl Billing {
    pub fn state(&self) -> MutexGuard<'_, BillingState> {
        self.0.lock().unwrap()
    }

    pub fn channel(&self, trust: &Trust, changes: &ChangesTold) -> Channel {
        let builder = Microservice::builder("billing-context", trust, for_services_and_keys)
            .add(SubscriptionServiceServer::new(self.clone()))
            .add(ServerKeyServiceServer::new(self.clone()))
            .add(EntitlementChangeServiceServer::new(changes.clone()));
        builder.build().in_process().with_credential(&trust.service_secrets)
    }
}

#[tonic::async_trait]
impl SubscriptionService for Billing {
    async fn get_entitlement(
        &self,
        _: Request<billing::GetEntitlementRequest>,
    ) -> Result<Response<billing::GetEntitlementResponse>, Status> {
        let (mood, plan_code, position) = {
            let state = self.state();
            (state.mood, state.plan_code, state.position)
        };
        match mood {
            Mood::Up => {}
            Mood::Down => return Err(down()),
            Mood::Silent => std::future::pending().await,
        }
        let subscription = billing::Subscription {
            status: billing::SubscriptionStatus::Active.into(),
            plan_code: Some(plan_code.to_owned()),
            plan_name: Some("Plan".to_owned()),
            current_period_end: Some(prost_types::Timestamp { seconds: 1_800_000_000, nanos: 0 }),
            cancel_at_period_end: true,
            trial_ends_at: None,
            pending_plan_code: None,
        };
        let features = Vec::new();
        Ok(Response::new(billing::GetEntitlementResponse { subscription: Some(subscription), features, position }))
    }

    async fn get_subscription(
        &self,
        _: Request<billing::GetSubscriptionRequest>,
    ) -> Result<Response<billing::GetSubscriptionResponse>, Status> {
        Err(Status::unimplemented("identity does not ask"))
    }

    async fn grant_subscription(
        &self,
        _: Request<billing::GrantSubscriptionRequest>,
    ) -> Result<Response<billing::GrantSubscriptionResponse>, Status> {
        Err(Status::unimplemented("identity does not ask"))
    }
}

fn for_services_and_keys(path: &str) -> Option<Requirement> {
    if path.ends_with("/AuthorizeServerKey") { Some(Requirement::ServerKey) } else { for_services(path) }
}

#[tonic::async_trait]
impl ServerKeyService for Billing {
    async fn authorize_server_key(
        &self,
        request: Request<billing::AuthorizeServerKeyRequest>,
    ) -> Result<Response<billing::AuthorizeServerKeyResponse>, Status> {
        assert_eq!(request.get_ref().scope, "revocations:read");
        let key = server_key(&request)?.expose();
        let (mood, is_known) = {
            let state = self.state();
            (state.mood, state.keys.contains(&key))
        };
        match mood {
            Mood::Up if is_known => Ok(Response::new(billing::AuthorizeServerKeyResponse {})),
            Mood::Up => Err(Refusal::new(ErrorReason::TokenRevoked, "refused").into()),
            Mood::Down => Err(down()),
            Mood::Silent => std::future::pending().await,
        }
    }

    async fn create_server_key(
        &self,
        _: Request<billing::CreateServerKeyRequest>,
    ) -> Result<Response<billing::CreateServerKeyResponse>, Status> {
        Err(Status::unimplemented("identity does not ask"))
    }

    async fn list_server_keys(
        &self,
        _: Request<billing::ListServerKeysRequest>,
    ) -> Result<Response<billing::ListServerKeysResponse>, Status> {
        Err(Status::unimplemented("identity does not ask"))
    }

    async fn revoke_server_key(
        &self,
        _: Request<billing::RevokeServerKeyRequest>,
    ) -> Result<Response<billing::RevokeServerKeyResponse>, Status> {
        Err(Status::unimplemented("identity does not ask"))
    }
}
