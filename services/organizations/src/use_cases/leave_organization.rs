//! Ending one's own membership.

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::change::MembershipChange;
use crate::domain::ids::OrganizationId;
use crate::error::Error;
use crate::use_cases::change_membership::{Subject, end};

/// Answers the position at which the caller's tokens for the organization end.
pub async fn leave_organization(
    context: &Context,
    caller: &Caller,
    organization_id: OrganizationId,
) -> Result<i64, Error> {
    let subject = Subject { organization_id, target_id: caller.user_id };
    end(context, caller, subject, MembershipChange::Leave).await
}
