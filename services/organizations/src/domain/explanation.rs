//! Why a member may do something, or may not.

use crate::domain::member::{Member, MemberStatus};
use crate::domain::organization::{Organization, OrganizationStatus};
use crate::domain::permission::PermissionCode;

/// What stands in a member's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// No role gives the permission.
    Permission,
    /// The membership is suspended.
    MembershipSuspended,
    /// The account is suspended.
    UserSuspended,
    /// The organization is suspended.
    OrganizationSuspended,
}

/// The answer and its grounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What was asked about.
    pub permission: PermissionCode,
    /// Codes of the roles that give it.
    pub role_codes: Vec<String>,
    /// What stands in the way; `None` when nothing does.
    pub obstacle: Option<Obstacle>,
}

impl Explanation {
    /// As every other decision of this service would come out at this moment.
    pub fn of(organization: &Organization, member: &Member, permission: PermissionCode) -> Self {
        let giving = member.roles.iter().filter(|role| role.permits(&permission));
        let role_codes: Vec<String> = giving.map(|role| role.code().to_owned()).collect();
        let obstacle = if member.status == MemberStatus::Suspended {
            Some(Obstacle::MembershipSuspended)
        } else if organization.status == OrganizationStatus::Suspended {
            Some(Obstacle::OrganizationSuspended)
        } else if !member.has_active_account {
            Some(Obstacle::UserSuspended)
        } else if role_codes.is_empty() {
            Some(Obstacle::Permission)
        } else {
            None
        };
        Self { permission, role_codes, obstacle }
    }
}
