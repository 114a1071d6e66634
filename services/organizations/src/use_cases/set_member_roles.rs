//! Replacing the whole set of a member's roles.

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::change::MembershipChange;
use crate::domain::described::Described;
use crate::domain::ids::{OrganizationId, UserId};
use crate::error::Error;
use crate::use_cases::change_membership::{ChangedMember, Subject, change_member};

/// Which roles to give to whom.
pub struct SetMemberRoles {
    /// Where.
    pub organization_id: OrganizationId,
    /// To whom.
    pub user_id: UserId,
    /// Codes of the roles to hold from now on, each once.
    pub role_codes: Vec<String>,
}

/// All of the roles, or none of them when one is refused.
pub async fn set_member_roles(
    context: &Context,
    caller: &Caller,
    command: SetMemberRoles,
) -> Result<Described<ChangedMember>, Error> {
    let SetMemberRoles { organization_id, user_id, role_codes } = command;
    let subject = Subject { organization_id, target_id: user_id };
    change_member(context, caller, subject, MembershipChange::HoldRoles(role_codes)).await
}
