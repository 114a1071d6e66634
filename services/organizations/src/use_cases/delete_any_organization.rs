//! Ending any team organization, whoever still belongs to it.

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::change::MembershipChange;
use crate::domain::ids::OrganizationId;
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::use_cases::change_membership::{Subject, change_membership};
use crate::use_cases::enter::enter_back_office;
use crate::use_cases::take_position::take_position;

/// Answers the position at which tokens for the organization end.
pub async fn delete_any_organization(
    context: &Context,
    caller: &Caller,
    organization_id: OrganizationId,
) -> Result<i64, Error> {
    let transaction = context.database.begin_write().await?;
    enter_back_office(&transaction, caller).await?.require_system_admin()?;
    let subject = Subject { organization_id, target_id: caller.user_id };
    let (change, trail) = (MembershipChange::EndOrganization, Trail::of(caller));
    let changed = change_membership(context, &transaction, subject, Some(caller), &change, &trail).await?;
    // Asked again: the role may have gone while this waited for the organization.
    enter_back_office(&transaction, caller).await?.require_system_admin()?;
    let position = take_position(&transaction, organization_id, changed.narrowed, context.clock.now()).await?;
    transaction.commit().await?;
    Ok(position)
}
