//! What somebody loses while a token is made for them.

use contracts::billing::v1 as billing;
use contracts::identity::v1 as identity;
use contracts::organizations::v1 as organizations;
use token_verification::{OwningService, Position};
use tonic::Status;

use super::member::{Member, ROLES, claims_of};
use crate::contest::told;
use crate::house::House;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// One role is exchanged for another.
    Role,
    /// A permission of the own role is exchanged for another.
    Permission,
    Membership,
    /// The membership rests.
    Suspended,
    Session,
    /// The organization's plan.
    Plan,
    /// Nobody acts for the organization.
    SuspendedOrganization,
}

/// By chance one of these: those that need no making good are the most.
pub const LOSSES: [Loss; 14] = [
    Loss::Role,
    Loss::Role,
    Loss::Role,
    Loss::Role,
    Loss::Permission,
    Loss::Permission,
    Loss::Permission,
    Loss::Membership,
    Loss::Suspended,
    Loss::Session,
    Loss::Plan,
    Loss::Plan,
    Loss::SuspendedOrganization,
    Loss::SuspendedOrganization,
];

/// Which came first, as the token tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It says what was there before the loss.
    Before,
    /// It says what is left, or there is none.
    After,
}

impl Loss {
    pub const fn ends_sessions(self) -> bool {
        matches!(self, Self::Session)
    }

    const fn owner(self) -> OwningService {
        match self {
            Self::Session => OwningService::Identity,
            Self::Plan => OwningService::Billing,
            _ => OwningService::Organizations,
        }
    }

    /// Takes it away; answers the position of that.
    pub async fn befall(self, house: &House, member: &Member) -> Position {
        let (organization_id, user_id) = (member.team.clone(), member.user_id.clone());
        let number = match self {
            Self::Role => {
                let role_codes = vec![ROLES[1 - member.role].to_owned(), Member::OWN_ROLE.to_owned()];
                let message = organizations::SetMemberRolesRequest { organization_id, user_id, role_codes };
                let answer = house.memberships().set_member_roles(member.owner.call(message)).await;
                answer.unwrap().into_inner().position
            }
            Self::Permission => {
                let message = organizations::UpdateRoleRequest {
                    organization_id,
                    role_id: member.role_id.clone(),
                    permissions: Some(member.permissions_after()),
                    ..Default::default()
                };
                house.roles().update_role(member.owner.call(message)).await.unwrap().into_inner().position
            }
            Self::Membership => {
                let message = organizations::RemoveMemberRequest { organization_id, user_id };
                house.memberships().remove_member(member.owner.call(message)).await.unwrap().into_inner().position
            }
            Self::Suspended => {
                let status = organizations::MemberStatus::Suspended.into();
                let message = organizations::SetMemberStatusRequest { organization_id, user_id, status };
                let answer = house.memberships().set_member_status(member.owner.call(message)).await;
                answer.unwrap().into_inner().position
            }
            Self::Session => {
                let message = identity::EndSessionRequest { session_id: member.session_id() };
                house.sessions().end_session(member.elsewhere.call(message)).await.unwrap().into_inner().position
            }
            Self::Plan => {
                let action = billing::SubscriptionAction::Cancel.into();
                let message = billing::ChangeSubscriptionRequest { organization_id, action, ..Default::default() };
                let mut client = house.subscription_administration();
                client.change_subscription(member.administrator.call(message)).await.unwrap().into_inner().position
            }
            Self::SuspendedOrganization => {
                let message = organizations::SuspendOrganizationRequest { organization_id, reason: None };
                let mut client = house.organization_administration();
                client.suspend_organization(member.administrator.call(message)).await.unwrap().into_inner().position
            }
        };
        assert!(number > 0, "{self:?} answers no position");
        Position { service: self.owner(), number }
    }

    /// What the token of a race with it says. `member` is as before the loss.
    pub fn found(self, member: &Member, minted: &Result<String, Status>) -> Found {
        let refusal = match self {
            Self::Role | Self::Permission | Self::Plan => None,
            Self::Membership => Some("ORGANIZATION_NOT_FOUND"),
            Self::Suspended => Some("NOT_ORGANIZATION_MEMBER"),
            Self::Session => Some("TOKEN_REVOKED"),
            Self::SuspendedOrganization => Some("ORGANIZATION_SUSPENDED"),
        };
        let token = match minted {
            Ok(token) => token,
            Err(status) => {
                let told = told(&Err(status.clone()));
                assert_eq!(Some(told), refusal, "{self:?}: {status:?}");
                return Found::After;
            }
        };
        let claims = claims_of(token);
        let says = |list: &str, code: &str| claims[list].as_array().unwrap().iter().any(|held| held == code);
        let (was, is) = match self {
            Self::Role => (says("roles", ROLES[member.role]), says("roles", ROLES[1 - member.role])),
            Self::Permission => {
                (says("permissions", member.permission()), says("permissions", member.other_permission()))
            }
            // Billing that is not heard in time is as good as none: nothing is said of a plan that has changed.
            Self::Plan => (claims["subscription"]["status"] == "active", claims["subscription"]["status"] != "active"),
            // There is nothing else that a token could say.
            Self::Membership | Self::Suspended | Self::Session | Self::SuspendedOrganization => (true, false),
        };
        assert_ne!(was, is, "{self:?}: neither what was nor what is: {claims}");
        if was { Found::Before } else { Found::After }
    }

    /// Lets the member be who they were, as far as the next round needs it.
    pub async fn make_good(self, house: &House, member: &mut Member) {
        match self {
            Self::Role => member.role = 1 - member.role,
            Self::Permission => member.permission = 1 - member.permission,
            Self::Membership => member.join(house).await,
            Self::Suspended => {
                let message = organizations::SetMemberStatusRequest {
                    organization_id: member.team.clone(),
                    user_id: member.user_id.clone(),
                    status: organizations::MemberStatus::Active.into(),
                };
                house.memberships().set_member_status(member.owner.call(message)).await.unwrap();
            }
            Self::Session => member.sign_in(house).await,
            Self::Plan => member.subscribe(house).await,
            Self::SuspendedOrganization => {
                let message =
                    organizations::ReactivateOrganizationRequest { organization_id: member.team.clone(), reason: None };
                let mut client = house.organization_administration();
                client.reactivate_organization(member.administrator.call(message)).await.unwrap();
            }
        }
    }
}
