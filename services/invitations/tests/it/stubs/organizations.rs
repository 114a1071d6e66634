//! Organizations: who may invite, and who is a member.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use access_policy::BuiltInRole;
use contracts::organizations::v1 as proto;
use contracts::organizations::v1::access_service_server::AccessService;
use service_kit::{ErrorReason, Refusal};
use tokio::sync::{Notify, RwLock};
use tonic::{Request, Response, Status};
use uuid::Uuid;

/// Whether and when a call fails.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Outage {
    #[default]
    None,
    /// Nothing happens.
    Before,
    /// What was asked for is done, and the answer lost.
    After,
}

#[derive(Default)]
pub struct State {
    pub organizations: HashMap<Uuid, proto::Organization>,
    /// By (organization, user): whether the member may invite.
    pub members: HashMap<(Uuid, Uuid), bool>,
    pub owners: HashSet<(Uuid, Uuid)>,
    pub suspended: HashSet<Uuid>,
    /// Users with a platform role.
    pub back_office: HashSet<Uuid>,
    pub departed: HashSet<Uuid>,
    pub joins: HashMap<Uuid, (Uuid, Uuid)>,
    /// Joinings that come to nothing.
    pub called_off: HashSet<Uuid>,
    pub outage: Outage,
    pub custom_roles: HashSet<Uuid>,
    /// Those that hold more than anybody who offers them.
    pub grown_roles: HashSet<Uuid>,
    /// Those that are open, by id.
    pub offers: HashMap<Uuid, proto::OpenOfferRequest>,
    pub closings: Vec<proto::CloseOfferRequest>,
    /// Calls that opened offers.
    pub openings: usize,
    /// Of opening and closing offers alone.
    pub offer_outage: Outage,
    pub grants: Vec<proto::AddMemberRequest>,
}

#[derive(Clone, Default)]
pub struct Organizations {
    pub state: Arc<Mutex<State>>,
    /// Whoever holds it makes the answers to opened offers wait.
    pub gate: Arc<RwLock<()>>,
    pub has_opened: Arc<Notify>,
}

impl Organizations {
    pub fn members_of(&self, organization: Uuid) -> Vec<Uuid> {
        let state = self.state.lock().unwrap();
        state.members.keys().filter(|(of, _)| *of == organization).map(|(_, user)| *user).collect()
    }

    pub fn set_outage(&self, outage: Outage) {
        self.state.lock().unwrap().outage = outage;
    }

    pub fn set_offer_outage(&self, outage: Outage) {
        self.state.lock().unwrap().offer_outage = outage;
    }

    /// A role that somebody made; the id tells no organization apart.
    pub fn custom_role(&self) -> Uuid {
        let id = Uuid::now_v7();
        self.state.lock().unwrap().custom_roles.insert(id);
        id
    }

    /// The ids of the offers that keep roles from being deleted.
    pub fn open_offers(&self) -> Vec<String> {
        self.state.lock().unwrap().offers.keys().map(Uuid::to_string).collect()
    }

    pub fn closings(&self) -> usize {
        self.state.lock().unwrap().closings.len()
    }

    pub fn remove(&self, organization: Uuid, user: Uuid) {
        self.state.lock().unwrap().members.remove(&(organization, user));
    }

    pub fn set_may_invite(&self, organization: Uuid, user: Uuid, may_invite: bool) {
        self.state.lock().unwrap().members.insert((organization, user), may_invite);
    }
}

fn refused(reason: ErrorReason) -> Status {
    Refusal::new(reason, "Refused by the stub.").into()
}

fn uuid(text: &str) -> Uuid {
    text.parse().unwrap()
}

impl State {
    fn roles_of(&self, grant: &proto::RoleGrant) -> Result<Vec<proto::Role>, Status> {
        let mut ids: Vec<Uuid> = grant.role_ids.iter().map(|id| uuid(id)).collect();
        if grant.role() == proto::OrgRole::Owner && !ids.contains(&BuiltInRole::Owner.id()) {
            ids.push(BuiltInRole::Owner.id());
        }
        if ids.is_empty() {
            ids.push(BuiltInRole::Member.id());
        }
        let is_known = |id: &Uuid| BuiltInRole::from_id(*id).is_some() || self.custom_roles.contains(id);
        if !ids.iter().all(is_known) {
            return Err(refused(ErrorReason::RoleNotFound));
        }
        ids.dedup();
        Ok(ids.into_iter().map(|id| proto::Role { id: id.to_string(), ..proto::Role::default() }).collect())
    }

    fn let_invite(&self, user: Uuid, organization: Uuid) -> Result<(), Status> {
        let member = self.members.get(&(organization, user));
        let may_invite = *member.ok_or_else(|| refused(ErrorReason::OrganizationNotFound))?;
        if may_invite { Ok(()) } else { Err(refused(ErrorReason::InsufficientPermissions)) }
    }

    /// Whether the offer stands, in the words of organizations.
    fn offered(
        &self,
        organization: Uuid,
        granted_by: Uuid,
        grant: &proto::RoleGrant,
    ) -> Result<Vec<proto::Role>, Status> {
        let withdrawn = |cause: &str| -> Status {
            Refusal::new(ErrorReason::InviteRevoked, "Refused by the stub.").with("cause", cause).into()
        };
        if !self.organizations.contains_key(&organization) {
            return Err(refused(ErrorReason::OrganizationNotFound));
        }
        if self.suspended.contains(&organization) {
            return Err(refused(ErrorReason::OrganizationSuspended));
        }
        let roles = self.roles_of(grant)?;
        match self.members.get(&(organization, granted_by)) {
            None => Err(withdrawn("inviter_left")),
            Some(false) => Err(withdrawn("inviter_lost_permission")),
            Some(true) if roles.iter().any(|role| self.grown_roles.contains(&uuid(&role.id))) => {
                Err(withdrawn("role_above_inviter"))
            }
            Some(true) => Ok(roles),
        }
    }

    pub fn add(&mut self, request: &proto::AddMemberRequest) -> Result<proto::AddMemberResponse, Status> {
        let (join, user) = (uuid(&request.join_id), uuid(&request.user_id));
        let organization = uuid(&request.organization_id);
        let pair = (organization, user);
        if self.departed.contains(&user) {
            return Err(refused(ErrorReason::UserNotFound));
        }
        let found = self.organizations.get(&organization).cloned();
        let found = found.ok_or_else(|| refused(ErrorReason::OrganizationNotFound))?;
        match self.joins.get(&join) {
            Some(_) if !self.members.contains_key(&pair) => return Err(refused(ErrorReason::InviteAlreadyUsed)),
            Some(_) => {}
            None => {
                let roles = self.offered(organization, uuid(&request.granted_by), request.grant.as_ref().unwrap())?;
                if self.members.contains_key(&pair) {
                    return Err(refused(ErrorReason::AlreadyAMember));
                }
                if self.called_off.contains(&join) {
                    return Err(refused(ErrorReason::InviteAlreadyUsed));
                }
                self.joins.insert(join, pair);
                self.members.insert(pair, false);
                if roles.iter().any(|role| uuid(&role.id) == BuiltInRole::Owner.id()) {
                    self.owners.insert(pair);
                }
            }
        }
        let member = proto::Member { role: self.role_of(pair).into(), ..proto::Member::default() };
        Ok(proto::AddMemberResponse { member: Some(member), organization: Some(found) })
    }

    fn role_of(&self, pair: (Uuid, Uuid)) -> proto::OrgRole {
        if self.owners.contains(&pair) { proto::OrgRole::Owner } else { proto::OrgRole::Member }
    }
}

#[tonic::async_trait]
impl AccessService for Organizations {
    async fn authorize(
        &self,
        request: Request<proto::AuthorizeRequest>,
    ) -> Result<Response<proto::AuthorizeResponse>, Status> {
        let request = request.into_inner();
        let (user, organization) = (uuid(&request.user_id), uuid(&request.organization_id));
        let state = self.state.lock().unwrap();
        let member = state.members.get(&(organization, user));
        let may_invite = *member.ok_or_else(|| refused(ErrorReason::OrganizationNotFound))?;
        if request.permission != "org:members:read" && !may_invite {
            return Err(refused(ErrorReason::InsufficientPermissions));
        }
        let granted_roles = request.grant.as_ref().map(|grant| state.roles_of(grant)).transpose()?.unwrap_or_default();
        if granted_roles.iter().any(|role| state.grown_roles.contains(&uuid(&role.id))) {
            return Err(refused(ErrorReason::RoleAboveCaller));
        }
        let organization = state.organizations.get(&organization).cloned();
        Ok(Response::new(proto::AuthorizeResponse { organization, granted_roles, position: 1 }))
    }

    async fn open_offer(
        &self,
        request: Request<proto::OpenOfferRequest>,
    ) -> Result<Response<proto::OpenOfferResponse>, Status> {
        let request = request.into_inner();
        let answer = {
            let mut state = self.state.lock().unwrap();
            if state.offer_outage == Outage::Before {
                return Err(Status::unavailable("down"));
            }
            let organization = uuid(&request.organization_id);
            state.let_invite(uuid(&request.user_id), organization)?;
            let granted_roles = state.roles_of(request.grant.as_ref().unwrap())?;
            for id in std::iter::once(&request.offer_id).chain(&request.more_offer_ids) {
                state.offers.insert(uuid(id), request.clone());
            }
            state.openings += 1;
            if state.offer_outage == Outage::After {
                return Err(Status::unavailable("the connection was lost"));
            }
            proto::OpenOfferResponse { organization: state.organizations.get(&organization).cloned(), granted_roles }
        };
        self.has_opened.notify_one();
        let _open = self.gate.read().await;
        Ok(Response::new(answer))
    }

    async fn close_offer(
        &self,
        request: Request<proto::CloseOfferRequest>,
    ) -> Result<Response<proto::CloseOfferResponse>, Status> {
        let request = request.into_inner();
        let mut state = self.state.lock().unwrap();
        state.closings.push(request.clone());
        if state.offer_outage == Outage::Before {
            return Err(Status::unavailable("down"));
        }
        if !state.organizations.contains_key(&uuid(&request.organization_id)) {
            return Err(refused(ErrorReason::OrganizationNotFound));
        }
        if let Some(offer) = state.offers.remove(&uuid(&request.offer_id)) {
            assert_eq!(offer.organization_id, request.organization_id);
        }
        if state.offer_outage == Outage::After {
            return Err(Status::unavailable("the connection was lost"));
        }
        Ok(Response::new(proto::CloseOfferResponse {}))
    }

    async fn look_up_organization(
        &self,
        _: Request<proto::LookUpOrganizationRequest>,
    ) -> Result<Response<proto::LookUpOrganizationResponse>, Status> {
        Err(Status::unimplemented("only billing asks"))
    }

    async fn authorize_back_office(
        &self,
        request: Request<proto::AuthorizeBackOfficeRequest>,
    ) -> Result<Response<proto::AuthorizeBackOfficeResponse>, Status> {
        let user = uuid(&request.get_ref().user_id);
        let is_allowed = self.state.lock().unwrap().back_office.contains(&user);
        Ok(Response::new(proto::AuthorizeBackOfficeResponse { is_allowed }))
    }

    async fn check_offer(
        &self,
        request: Request<proto::CheckOfferRequest>,
    ) -> Result<Response<proto::CheckOfferResponse>, Status> {
        let request = request.into_inner();
        let state = self.state.lock().unwrap();
        let (organization, granted_by) = (uuid(&request.organization_id), uuid(&request.granted_by));
        state.offered(organization, granted_by, request.grant.as_ref().unwrap())?;
        Ok(Response::new(proto::CheckOfferResponse {}))
    }

    async fn add_member(
        &self,
        request: Request<proto::AddMemberRequest>,
    ) -> Result<Response<proto::AddMemberResponse>, Status> {
        let request = request.into_inner();
        let mut state = self.state.lock().unwrap();
        state.grants.push(request.clone());
        if state.outage == Outage::Before {
            return Err(Status::unavailable("down"));
        }
        let answer = state.add(&request);
        if state.outage == Outage::After {
            return Err(Status::unavailable("the connection was lost"));
        }
        answer.map(Response::new)
    }

    async fn call_off_join(
        &self,
        request: Request<proto::CallOffJoinRequest>,
    ) -> Result<Response<proto::CallOffJoinResponse>, Status> {
        let request = request.into_inner();
        let join = uuid(&request.join_id);
        let mut state = self.state.lock().unwrap();
        if state.outage == Outage::Before {
            return Err(Status::unavailable("down"));
        }
        if !state.organizations.contains_key(&uuid(&request.organization_id)) {
            return Err(refused(ErrorReason::OrganizationNotFound));
        }
        let has_joined = state.joins.contains_key(&join);
        if !has_joined {
            state.called_off.insert(join);
        }
        if state.outage == Outage::After {
            return Err(Status::unavailable("the connection was lost"));
        }
        Ok(Response::new(proto::CallOffJoinResponse { has_joined }))
    }

    async fn get_access(
        &self,
        request: Request<proto::GetAccessRequest>,
    ) -> Result<Response<proto::GetAccessResponse>, Status> {
        let request = request.into_inner();
        let pair = (uuid(&request.organization_id), uuid(&request.user_id));
        let state = self.state.lock().unwrap();
        if !state.members.contains_key(&pair) {
            return Err(refused(ErrorReason::OrganizationNotFound));
        }
        Ok(Response::new(proto::GetAccessResponse {
            organization: state.organizations.get(&pair.0).cloned(),
            role: state.role_of(pair).into(),
            ..proto::GetAccessResponse::default()
        }))
    }

    async fn ensure_personal_organization(
        &self,
        _: Request<proto::EnsurePersonalOrganizationRequest>,
    ) -> Result<Response<proto::EnsurePersonalOrganizationResponse>, Status> {
        Err(Status::unimplemented("not asked by invitations"))
    }

    async fn depart_user(
        &self,
        _: Request<proto::DepartUserRequest>,
    ) -> Result<Response<proto::DepartUserResponse>, Status> {
        Err(Status::unimplemented("not asked by invitations"))
    }

    async fn record_profile(
        &self,
        _: Request<proto::RecordProfileRequest>,
    ) -> Result<Response<proto::RecordProfileResponse>, Status> {
        Err(Status::unimplemented("not asked by invitations"))
    }

    async fn list_ended_organizations(
        &self,
        _: Request<proto::ListEndedOrganizationsRequest>,
    ) -> Result<Response<proto::ListEndedOrganizationsResponse>, Status> {
        Err(Status::unimplemented("not asked by invitations"))
    }
}
