//! Ending a team organization.

use crate::context::Context;
use crate::domain::change::MembershipChange;
use crate::domain::ids::{OrganizationId, UserId};
use crate::error::Error;
use crate::use_cases::change_membership::{Subject, end};

/// Answers the position at which tokens for the organization end.
pub async fn delete_organization(
    context: &Context,
    caller: UserId,
    organization_id: OrganizationId,
) -> Result<i64, Error> {
    let subject = Subject { organization_id, actor_id: caller, target_id: caller };
    end(context, subject, MembershipChange::EndOrganization).await
}
