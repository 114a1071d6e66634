//! The service under test and what people do with it.

use std::sync::Arc;
use std::time::Duration;

use contracts::identity::v1::authentication_service_server::AuthenticationServiceServer;
use contracts::identity::v1::user_service_server::UserServiceServer;
use contracts::identity::v1::{User, UserStatus};
use contracts::invitations::v1::admission_service_client::AdmissionServiceClient;
use contracts::invitations::v1::invitation_audit_administration_service_client::InvitationAuditAdministrationServiceClient;
use contracts::invitations::v1::invitation_audit_service_client::InvitationAuditServiceClient;
use contracts::invitations::v1::invitation_service_client::InvitationServiceClient;
use contracts::invitations::v1::invite_link_service_client::InviteLinkServiceClient;
use contracts::invitations::v1::{
    AcceptInvitationByTokenRequest, AcceptInvitationByTokenResponse, AcceptInvitationRequest, AcceptInvitationResponse,
    CreateInvitationRequest, CreateInvitationResponse, CreateInvitationsRequest, CreateInviteLinkRequest,
    CreateInviteLinkResponse, DeclineInvitationByTokenRequest, DeclineInvitationRequest, Invitation, InvitationResult,
    InvitationStatus, InviteLink, JoinViaInviteLinkRequest, JoinViaInviteLinkResponse, ListInvitationsRequest,
    ListInviteLinksRequest, PreviewInvitationRequest, PreviewInvitationResponse, PreviewInviteLinkRequest,
    PreviewInviteLinkResponse, ResendInvitationRequest, RevokeInvitationRequest, RevokeInviteLinkRequest,
    SetInviteLinkActiveRequest,
};
use contracts::organizations::v1::Organization;
use contracts::organizations::v1::access_service_server::AccessServiceServer;
use invitations::{LinkPages, Settings, Upstreams};
use service_kit::policy::Requirement;
use service_kit::refusal::reason_of;
use service_kit::{Channel, Clock, Entropy, ErrorReason, MasterKey, Metrics, Microservice};
use test_kit::{TestIssuer, bearer, fresh_database, service_secrets};
use tonic::{Request, Response, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::stubs::{Organizations, SentMails, SignUps, Users};

pub const PUBLIC_URL: &str = "https://guildhall.test";
pub const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

pub struct World {
    pub clock: Clock,
    pub organizations: Organizations,
    pub users: Users,
    pub sign_ups: SignUps,
    pub mails: Arc<SentMails>,
    issuer: TestIssuer,
    service: Microservice,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// One that counts invitations, links and tries.
    pub async fn counting() -> Self {
        Self::with(|settings| settings.throttles = true).await
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let clock = test_kit::clock();
        let issuer = TestIssuer::new(&clock);
        let trust = issuer.trust();
        let (organizations, users) = (Organizations::default(), Users::default());
        let sign_ups = SignUps { users: users.clone(), ..SignUps::default() };
        let stubs = Microservice::builder("stubs", &trust, |_| Some(Requirement::Service))
            .add(AccessServiceServer::new(organizations.clone()))
            .add(UserServiceServer::new(users.clone()))
            .add(AuthenticationServiceServer::new(sign_ups.clone()))
            .build();
        let stubs = stubs.in_process().with_credential(&service_secrets());
        let database = fresh_database("invitations").await;
        invitations::migrate(&database).await.unwrap();
        let mails = Arc::new(SentMails::default());
        let mut settings = Settings {
            database,
            master_key: MasterKey::from_bytes([7; 32]),
            pages: LinkPages::of_the_gateway(&format!("{PUBLIC_URL}/")),
            mailer: mails.clone(),
            mail_templates: None,
            // Most tests do more than people do.
            throttles: false,
            clock: clock.clone(),
            entropy: Entropy::system(),
            metrics: Metrics::new(),
        };
        change(&mut settings);
        let upstreams = Upstreams { organizations: stubs.clone(), identity: stubs };
        let service = invitations::build(settings, &trust, upstreams).await.unwrap();
        Self { clock, organizations, users, sign_ups, mails, issuer, service }
    }

    pub fn invitations(&self) -> InvitationServiceClient<Channel> {
        InvitationServiceClient::new(self.service.in_process())
    }

    /// As the gateway calls.
    pub fn admissions(&self) -> AdmissionServiceClient<Channel> {
        AdmissionServiceClient::new(self.service.in_process().with_credential(&service_secrets()))
    }

    /// As anybody calls.
    pub fn admissions_from_anybody(&self) -> AdmissionServiceClient<Channel> {
        AdmissionServiceClient::new(self.service.in_process())
    }

    pub fn links(&self) -> InviteLinkServiceClient<Channel> {
        InviteLinkServiceClient::new(self.service.in_process())
    }

    pub fn audit(&self) -> InvitationAuditServiceClient<Channel> {
        InvitationAuditServiceClient::new(self.service.in_process())
    }

    pub fn audit_administration(&self) -> InvitationAuditAdministrationServiceClient<Channel> {
        InvitationAuditAdministrationServiceClient::new(self.service.in_process())
    }

    /// The service as the gateway calls it.
    pub fn as_gateway(&self) -> Channel {
        self.service.in_process().with_credential(&service_secrets())
    }

    /// The message as this user sends it, by a token that claims a platform role.
    pub fn claiming<T>(&self, user: Uuid, role: &str, message: T) -> Request<T> {
        bearer(message, &self.issuer.token_with(user, |claims| claims.roles = vec![role.to_owned()]))
    }

    /// The message as this user sends it.
    pub fn signed<T>(&self, user: Uuid, message: T) -> Request<T> {
        bearer(message, &self.issuer.token(user))
    }

    /// Lets the relay deliver what is due, until nothing is.
    pub async fn deliver(&self) {
        while self.service.relay().expect("a relay").run_once().await > 0 {}
    }

    /// A user with a proven address.
    pub fn user(&self, email: &str) -> Uuid {
        let id = Uuid::now_v7();
        let user = User {
            id: id.to_string(),
            email: email.to_owned(),
            email_verified: true,
            status: UserStatus::Active.into(),
            ..User::default()
        };
        self.users.known.lock().unwrap().insert(id, user);
        id
    }

    /// A team and its owner, Alice, whose display name is known.
    pub fn team(&self) -> (Uuid, Uuid) {
        let alice = self.user("alice@example.com");
        self.users.change(alice, |user| user.display_name = Some("Alice".to_owned()));
        (alice, self.organization_of(alice, "Acme", false))
    }

    pub fn organization_of(&self, owner: Uuid, name: &str, is_personal: bool) -> Uuid {
        let id = Uuid::now_v7();
        let organization =
            Organization { id: id.to_string(), name: name.to_owned(), is_personal, ..Organization::default() };
        let mut state = self.organizations.state.lock().unwrap();
        state.organizations.insert(id, organization);
        state.members.insert((id, owner), true);
        id
    }

    /// The organization under this name, be it renamed or brought back.
    pub fn organization_again(&self, id: Uuid, name: &str) {
        let organization = Organization { id: id.to_string(), name: name.to_owned(), ..Organization::default() };
        self.organizations.state.lock().unwrap().organizations.insert(id, organization);
    }

    pub async fn try_invite(
        &self,
        by: Uuid,
        request: CreateInvitationRequest,
    ) -> Result<CreateInvitationResponse, Status> {
        self.invitations().create_invitation(self.signed(by, request)).await.map(Response::into_inner)
    }

    /// The invitation and its secret.
    pub async fn invite(&self, by: Uuid, organization: Uuid, email: &str) -> (Invitation, String) {
        let created = self.try_invite(by, invitation_to(organization, email)).await.unwrap();
        (created.invitation.unwrap(), created.token)
    }

    /// An invitation to a role that somebody made, and its secret.
    pub async fn invite_to_role(&self, by: Uuid, organization: Uuid, email: &str, role: Uuid) -> (Invitation, String) {
        let created = self.try_invite(by, invitation_to_role(organization, email, role)).await.unwrap();
        (created.invitation.unwrap(), created.token)
    }

    pub async fn decline(&self, user: Uuid, id: &str) -> Result<(), Status> {
        let request = DeclineInvitationRequest { invitation_id: id.to_owned() };
        self.invitations().decline_invitation(self.signed(user, request)).await.map(|_| ())
    }

    pub async fn decline_by_token(&self, user: Uuid, token: &str) -> Result<(), Status> {
        let request = DeclineInvitationByTokenRequest { token: token.to_owned() };
        self.invitations().decline_invitation_by_token(self.signed(user, request)).await.map(|_| ())
    }

    pub async fn accept(&self, user: Uuid, token: &str) -> Result<AcceptInvitationByTokenResponse, Status> {
        let request = AcceptInvitationByTokenRequest { token: token.to_owned() };
        self.invitations().accept_invitation_by_token(self.signed(user, request)).await.map(Response::into_inner)
    }

    pub async fn accept_by_id(&self, user: Uuid, id: &str) -> Result<AcceptInvitationResponse, Status> {
        let request = AcceptInvitationRequest { invitation_id: id.to_owned() };
        self.invitations().accept_invitation(self.signed(user, request)).await.map(Response::into_inner)
    }

    pub async fn try_invite_all(
        &self,
        by: Uuid,
        request: CreateInvitationsRequest,
    ) -> Result<Vec<InvitationResult>, Status> {
        let answer = self.invitations().create_invitations(self.signed(by, request)).await?;
        Ok(answer.into_inner().results)
    }

    /// The invitation as it stands then, and its new secret.
    pub async fn resend(&self, by: Uuid, invitation: &Invitation) -> Result<(Invitation, String), Status> {
        let request = ResendInvitationRequest {
            organization_id: invitation.organization_id.clone(),
            invitation_id: invitation.id.clone(),
        };
        let answer = self.invitations().resend_invitation(self.signed(by, request)).await?.into_inner();
        Ok((answer.invitation.unwrap(), answer.token))
    }

    pub async fn preview(&self, token: &str) -> Result<PreviewInvitationResponse, Status> {
        let request = PreviewInvitationRequest { token: token.to_owned() };
        self.invitations().preview_invitation(request).await.map(Response::into_inner)
    }

    pub async fn revoke(&self, by: Uuid, invitation: &Invitation) -> Result<(), Status> {
        let request = RevokeInvitationRequest {
            organization_id: invitation.organization_id.clone(),
            invitation_id: invitation.id.clone(),
        };
        self.invitations().revoke_invitation(self.signed(by, request)).await.map(|_| ())
    }

    pub async fn listed(&self, by: Uuid, organization: Uuid, status: InvitationStatus) -> Vec<Invitation> {
        let request = ListInvitationsRequest {
            organization_id: organization.to_string(),
            status: status.into(),
            page_size: 200,
            page_token: String::new(),
        };
        self.invitations().list_invitations(self.signed(by, request)).await.unwrap().into_inner().invitations
    }

    pub async fn try_link(
        &self,
        by: Uuid,
        request: CreateInviteLinkRequest,
    ) -> Result<CreateInviteLinkResponse, Status> {
        self.links().create_invite_link(self.signed(by, request)).await.map(Response::into_inner)
    }

    /// The link's secret.
    pub async fn link(&self, by: Uuid, organization: Uuid, max_uses: Option<i32>) -> String {
        self.try_link(by, CreateInviteLinkRequest { max_uses, ..link_to(organization) }).await.unwrap().token
    }

    /// Turns a link off or on again.
    pub async fn switch(&self, by: Uuid, organization: Uuid, id: &str, is_active: bool) -> Result<InviteLink, Status> {
        let request = SetInviteLinkActiveRequest {
            organization_id: organization.to_string(),
            invite_link_id: id.to_owned(),
            is_active,
        };
        let answer = self.links().set_invite_link_active(self.signed(by, request)).await?;
        Ok(answer.into_inner().invite_link.unwrap())
    }

    pub async fn preview_link(&self, token: &str) -> Result<PreviewInviteLinkResponse, Status> {
        let request = PreviewInviteLinkRequest { token: token.to_owned() };
        self.links().preview_invite_link(request).await.map(Response::into_inner)
    }

    pub async fn revoke_link(&self, by: Uuid, organization: Uuid, id: &str) -> Result<(), Status> {
        let request =
            RevokeInviteLinkRequest { organization_id: organization.to_string(), invite_link_id: id.to_owned() };
        self.links().revoke_invite_link(self.signed(by, request)).await.map(|_| ())
    }

    pub async fn links_of(&self, by: Uuid, organization: Uuid) -> Vec<InviteLink> {
        let request = ListInviteLinksRequest { organization_id: organization.to_string(), ..Default::default() };
        self.links().list_invite_links(self.signed(by, request)).await.unwrap().into_inner().invite_links
    }

    pub async fn join(&self, user: Uuid, token: &str) -> Result<JoinViaInviteLinkResponse, Status> {
        let request = JoinViaInviteLinkRequest { token: token.to_owned() };
        self.links().join_via_invite_link(self.signed(user, request)).await.map(Response::into_inner)
    }
}

pub fn invitation_to(organization: Uuid, email: &str) -> CreateInvitationRequest {
    CreateInvitationRequest {
        organization_id: organization.to_string(),
        email: email.to_owned(),
        ..CreateInvitationRequest::default()
    }
}

pub fn invitation_to_role(organization: Uuid, email: &str, role: Uuid) -> CreateInvitationRequest {
    CreateInvitationRequest { role_ids: vec![role.to_string()], ..invitation_to(organization, email) }
}

pub fn link_to(organization: Uuid) -> CreateInviteLinkRequest {
    CreateInviteLinkRequest { organization_id: organization.to_string(), ..CreateInviteLinkRequest::default() }
}

#[track_caller]
pub fn assert_refused<T: std::fmt::Debug>(answer: Result<T, Status>, reason: ErrorReason) {
    let status = answer.expect_err("the call is refused");
    assert_eq!(reason_of(&status), Some(reason), "{status:?}");
}

/// Why the offer is void that was refused so, in the word for programs.
#[track_caller]
pub fn cause<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    let status = answer.expect_err("the call is refused");
    assert_eq!(reason_of(&status), Some(ErrorReason::InviteRevoked), "{status:?}");
    status.get_details_error_info().unwrap().metadata["cause"].clone()
}

/// The fields that a VALIDATION_ERROR names, in order.
#[track_caller]
pub fn refused_fields<T: std::fmt::Debug>(answer: Result<T, Status>) -> Vec<String> {
    let status = answer.expect_err("the call is refused");
    assert_eq!(reason_of(&status), Some(ErrorReason::ValidationError), "{status:?}");
    let details = status.get_details_bad_request().expect("field violations");
    details.field_violations.into_iter().map(|violation| violation.field).collect()
}
