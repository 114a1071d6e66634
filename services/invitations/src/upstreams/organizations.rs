//! The organizations service: who may invite, and who is a member.

use std::time::Duration;

use access_policy::Permission;
use contracts::organizations::v1 as proto;
use contracts::organizations::v1::access_service_client::AccessServiceClient;
use service_kit::refusal::{ErrorReason, detail_of, pass_on_to_user, reason_of};
use service_kit::{Channel, Refusal};
use tonic::Status;
use uuid::Uuid;

use crate::domain::{Cause, Offer, Offering, OrganizationId, Refused, Role, RoleId, UserId};
use crate::error::InvitationError;
use crate::upstreams::{failed, is_definite};

/// All that is asked there can be repeated. Less than the relay leaves to a call that began a crossing.
const PATIENCE: Duration = Duration::from_secs(8);

#[derive(Clone)]
pub struct Organizations {
    access: AccessServiceClient<Channel>,
}

/// A membership to make.
pub struct Joining {
    /// Stands for this joining; repeating it makes no second membership.
    pub join_id: Uuid,
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub role_ids: Vec<RoleId>,
    pub granted_by: UserId,
}

/// An organization as organizations shows it; only passed on.
pub type JoinedOrganization = proto::Organization;

/// A membership that exists.
pub struct Admission {
    pub organization: Option<JoinedOrganization>,
    pub role: Role,
}

/// Why there is no membership.
pub enum NotAdmitted {
    /// Organization or roles are gone, or whoever made the offer may no longer grant it.
    OfferVoid(Cause),
    /// There was one by this joining, and it has ended.
    Ended,
    /// The user's account is gone for good.
    UserGone,
    /// Not now; the offer itself stands.
    NotNow(Status),
    /// Nobody knows whether there is one; asking again with the same id is safe.
    Unanswered(Status),
}

impl Organizations {
    pub fn new(channel: Channel) -> Self {
        Self { access: AccessServiceClient::new(channel.waiting_at_most(PATIENCE)) }
    }

    /// Refused unless the user may do this in the organization now.
    pub async fn authorize(
        &self,
        user: UserId,
        organization: OrganizationId,
        permission: Permission,
    ) -> Result<(), InvitationError> {
        self.ask(user, organization, permission, None).await.map(|_| ())
    }

    /// Refused unless the user may enter the back office now.
    pub async fn authorize_back_office(&self, user: UserId) -> Result<(), InvitationError> {
        let request = proto::AuthorizeBackOfficeRequest { user_id: user.to_string() };
        let answer = self.access.clone().authorize_back_office(request).await.map_err(failed)?;
        if answer.into_inner().is_allowed { Ok(()) } else { Err(Refused::NotOfTheBackOffice.into()) }
    }

    /// Refused unless the user may invite people and grant these roles now.
    pub async fn let_invite(
        &self,
        user: UserId,
        organization: OrganizationId,
        role_ids: &[RoleId],
        role: Role,
    ) -> Result<Offer, InvitationError> {
        let grant = grant(role_ids, role);
        let answer = self.ask(user, organization, Permission::MembersInvite, Some(grant)).await?;
        let role_ids: Result<Vec<RoleId>, _> = answer.granted_roles.iter().map(|role| role.id.parse()).collect();
        match (answer.organization, role_ids) {
            (Some(organization), Ok(role_ids)) if !role_ids.is_empty() => {
                Ok(Offer { organization_name: organization.name, is_personal: organization.is_personal, role_ids })
            }
            _ => Err(InvitationError::Unanswered(Refusal::internal("an answer without organization or roles").into())),
        }
    }

    /// Asks like `let_invite`, and has the roles kept from being deleted until each offer is closed or expires. The offers
    /// differ in their ids alone.
    pub async fn open_offers(&self, offerings: &[Offering]) -> Result<(), InvitationError> {
        let Some((offering, more)) = offerings.split_first() else { return Ok(()) };
        let request = proto::OpenOfferRequest {
            offer_id: offering.id.to_string(),
            more_offer_ids: more.iter().map(|offering| offering.id.to_string()).collect(),
            user_id: offering.offered_by.to_string(),
            organization_id: offering.organization_id.to_string(),
            grant: Some(grant(&offering.role_ids, Role::of(&offering.role_ids))),
            expires_at: offering.expires.map(Into::into),
        };
        self.access.clone().open_offer(request).await.map(|_| ()).map_err(failed)
    }

    /// Why an offer is void by now; none while it stands.
    pub async fn check_offer(&self, offering: &Offering) -> Result<Option<Cause>, InvitationError> {
        let request = proto::CheckOfferRequest {
            organization_id: offering.organization_id.to_string(),
            grant: Some(grant(&offering.role_ids, Role::of(&offering.role_ids))),
            granted_by: offering.offered_by.to_string(),
        };
        match self.access.clone().check_offer(request).await {
            Ok(_) => Ok(None),
            Err(status) => void_cause(&status).map(Some).ok_or_else(|| failed(status)),
        }
    }

    /// Lets the roles of an offer go; fine when there is no such offer.
    pub async fn close_offer(&self, id: Uuid, organization: OrganizationId) -> Result<(), InvitationError> {
        let request = proto::CloseOfferRequest { offer_id: id.to_string(), organization_id: organization.to_string() };
        match self.access.clone().close_offer(request).await {
            Ok(_) => Ok(()),
            // The roles went with it.
            Err(status) if reason_of(&status) == Some(ErrorReason::OrganizationNotFound) => Ok(()),
            Err(status) => Err(failed(status)),
        }
    }

    /// Has the membership made.
    pub async fn admit(&self, joining: &Joining) -> Result<Admission, NotAdmitted> {
        let request = proto::AddMemberRequest {
            join_id: joining.join_id.to_string(),
            organization_id: joining.organization_id.to_string(),
            user_id: joining.user_id.to_string(),
            grant: Some(grant(&joining.role_ids, Role::of(&joining.role_ids))),
            granted_by: joining.granted_by.to_string(),
        };
        let answer = self.access.clone().add_member(request).await.map_err(not_admitted)?.into_inner();
        let role = read_role(answer.member.map_or(0, |member| member.role));
        Ok(Admission { organization: answer.organization, role })
    }

    /// Has a joining come to nothing, wherever its requests are; answers whether it had made a membership before.
    pub async fn call_off(&self, join_id: Uuid, organization: OrganizationId) -> Result<bool, InvitationError> {
        let request =
            proto::CallOffJoinRequest { join_id: join_id.to_string(), organization_id: organization.to_string() };
        match self.access.clone().call_off_join(request).await {
            Ok(answer) => Ok(answer.into_inner().has_joined),
            // Nobody joins it any more.
            Err(status) if reason_of(&status) == Some(ErrorReason::OrganizationNotFound) => Ok(false),
            Err(status) => Err(InvitationError::Unanswered(pass_on_to_user(status))),
        }
    }

    /// The membership of somebody who joined before; ALREADY_USED when it has ended since.
    pub async fn membership(&self, user: UserId, organization: OrganizationId) -> Result<Admission, InvitationError> {
        let request = proto::GetAccessRequest { user_id: user.to_string(), organization_id: organization.to_string() };
        match self.access.clone().get_access(request).await {
            Ok(answer) => {
                let answer = answer.into_inner();
                Ok(Admission { organization: answer.organization, role: read_role(answer.role) })
            }
            Err(status) if reason_of(&status) == Some(ErrorReason::OrganizationNotFound) => {
                Err(Refused::AlreadyUsed.into())
            }
            Err(status) => Err(failed(status)),
        }
    }

    async fn ask(
        &self,
        user: UserId,
        organization: OrganizationId,
        permission: Permission,
        grant: Option<proto::RoleGrant>,
    ) -> Result<proto::AuthorizeResponse, InvitationError> {
        let request = proto::AuthorizeRequest {
            user_id: user.to_string(),
            organization_id: organization.to_string(),
            permission: permission.code().to_owned(),
            grant,
        };
        Ok(self.access.clone().authorize(request).await.map_err(failed)?.into_inner())
    }
}

fn grant(role_ids: &[RoleId], role: Role) -> proto::RoleGrant {
    let role = match role {
        Role::Owner => proto::OrgRole::Owner,
        Role::Member => proto::OrgRole::Member,
    };
    proto::RoleGrant { role_ids: role_ids.iter().map(ToString::to_string).collect(), role: role.into() }
}

fn read_role(role: i32) -> Role {
    if role == i32::from(proto::OrgRole::Owner) { Role::Owner } else { Role::Member }
}

/// Why the offer that was refused so is void, if it is.
fn void_cause(status: &Status) -> Option<Cause> {
    Some(match reason_of(status)? {
        ErrorReason::OrganizationNotFound | ErrorReason::PersonalOrganization => Cause::OrganizationGone,
        ErrorReason::RoleNotFound => Cause::RoleGone,
        ErrorReason::InviteRevoked => {
            let told = detail_of(status, "cause").and_then(|word| Cause::from_word(&word));
            told.unwrap_or(Cause::InviterLostPermission)
        }
        _ => return None,
    })
}

fn not_admitted(status: Status) -> NotAdmitted {
    if let Some(cause) = void_cause(&status) {
        return NotAdmitted::OfferVoid(cause);
    }
    match reason_of(&status) {
        Some(ErrorReason::InviteAlreadyUsed) => NotAdmitted::Ended,
        Some(ErrorReason::UserNotFound) => NotAdmitted::UserGone,
        _ if is_definite(&status) => NotAdmitted::NotNow(status),
        _ => NotAdmitted::Unanswered(pass_on_to_user(status)),
    }
}
