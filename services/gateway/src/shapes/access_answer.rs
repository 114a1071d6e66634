//! Why a member may do something, or may not.

use contracts::organizations::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, filled};

/// The answer and its grounds.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessAnswer {
    /// Whether the member may, at this moment.
    allowed: bool,
    /// The roles that give the permission, also when something else stands in the way.
    via: Vec<AccessGround>,
    /// What stands in the way; absent when allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<AccessObstacle>,
}

/// A role that gives a permission.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessGround {
    /// Code of the role.
    role: String,
    /// Code of the permission.
    permission: String,
}

/// `permission`: no role gives it. The others: what is suspended.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccessObstacle {
    Permission,
    MembershipSuspended,
    UserSuspended,
    OrganizationSuspended,
}

impl TryFrom<proto::ExplainAccessResponse> for AccessAnswer {
    type Error = Incomplete;

    fn try_from(answer: proto::ExplainAccessResponse) -> Result<Self, Incomplete> {
        let missing = answer.missing.map(|_| answer.missing().try_into()).transpose()?;
        let ground =
            |ground: proto::AccessGround| AccessGround { role: ground.role_code, permission: ground.permission };
        Ok(Self { allowed: answer.allowed, via: answer.via.into_iter().map(ground).collect(), missing })
    }
}

impl TryFrom<proto::AccessObstacle> for AccessObstacle {
    type Error = Incomplete;

    fn try_from(obstacle: proto::AccessObstacle) -> Result<Self, Incomplete> {
        let obstacle = match obstacle {
            proto::AccessObstacle::Permission => Some(Self::Permission),
            proto::AccessObstacle::MembershipSuspended => Some(Self::MembershipSuspended),
            proto::AccessObstacle::UserSuspended => Some(Self::UserSuspended),
            proto::AccessObstacle::OrganizationSuspended => Some(Self::OrganizationSuspended),
            proto::AccessObstacle::Unspecified => None,
        };
        filled(obstacle, "the obstacle")
    }
}
