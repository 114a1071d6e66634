//! Ending somebody else's membership.

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::change::MembershipChange;
use crate::domain::ids::{OrganizationId, UserId};
use crate::error::Error;
use crate::use_cases::change_membership::{Subject, end};

/// Whose membership to end.
pub struct RemoveMember {
    /// Where.
    pub organization_id: OrganizationId,
    /// Whose.
    pub user_id: UserId,
}

/// Answers the position at which the former member's tokens end.
pub async fn remove_member(context: &Context, caller: &Caller, command: RemoveMember) -> Result<i64, Error> {
    let RemoveMember { organization_id, user_id } = command;
    let subject = Subject { organization_id, target_id: user_id };
    end(context, caller, subject, MembershipChange::BeRemoved).await
}
