//! Making a member an owner, or an owner an ordinary member.

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::change::MembershipChange;
use crate::domain::described::Described;
use crate::domain::ids::{OrganizationId, UserId};
use crate::error::Error;
use crate::use_cases::change_membership::{ChangedMember, Subject, change_member};

/// Which coarse role to give to whom.
pub struct SetMemberRole {
    /// Where.
    pub organization_id: OrganizationId,
    /// To whom.
    pub user_id: UserId,
    /// Owner, or else ordinary member.
    pub makes_owner: bool,
}

/// Adds or takes away org_owner; other roles stay.
pub async fn set_member_role(
    context: &Context,
    caller: &Caller,
    command: SetMemberRole,
) -> Result<Described<ChangedMember>, Error> {
    let SetMemberRole { organization_id, user_id, makes_owner } = command;
    let subject = Subject { organization_id, target_id: user_id };
    let change = if makes_owner { MembershipChange::BecomeOwner } else { MembershipChange::CeaseToBeOwner };
    change_member(context, caller, subject, change).await
}
