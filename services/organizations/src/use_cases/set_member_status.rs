//! Suspending a membership and reactivating it.

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::change::MembershipChange;
use crate::domain::described::Described;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::member::MemberStatus;
use crate::error::Error;
use crate::use_cases::change_membership::{ChangedMember, Subject, change_member};

/// Which status to give to whom.
pub struct SetMemberStatus {
    /// Where.
    pub organization_id: OrganizationId,
    /// To whom.
    pub user_id: UserId,
    /// Active or suspended.
    pub status: MemberStatus,
}

/// Gives the status; the roles stay for the day of reactivation.
pub async fn set_member_status(
    context: &Context,
    caller: &Caller,
    command: SetMemberStatus,
) -> Result<Described<ChangedMember>, Error> {
    let SetMemberStatus { organization_id, user_id, status } = command;
    let subject = Subject { organization_id, target_id: user_id };
    change_member(context, caller, subject, MembershipChange::HaveStatus(status)).await
}
