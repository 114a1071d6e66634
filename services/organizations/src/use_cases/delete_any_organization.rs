//! Ending any team organization, whoever still belongs to it.

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::change::MembershipChange;
use crate::domain::ids::OrganizationId;
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::store;
use crate::use_cases::change_membership::{Subject, WantedBy, end_within};
use crate::use_cases::enter::enter_back_office;

/// Answers the position at which tokens for the organization end.
pub async fn delete_any_organization(
    context: &Context,
    caller: &Caller,
    organization_id: OrganizationId,
) -> Result<i64, Error> {
    let transaction = context.database.begin_write().await?;
    // The role is asked for afterwards, as it may go while this waits.
    store::organizations::lock(&transaction, organization_id).await?;
    enter_back_office(&transaction, caller).await?.require_system_admin()?;
    let subject = Subject { organization_id, target_id: caller.user_id };
    let (wanted_by, trail) = (WantedBy::Caller(caller), Trail::of(caller));
    let end = MembershipChange::EndOrganization;
    let position = end_within(context, &transaction, wanted_by, subject, end, &trail).await?;
    transaction.commit().await?;
    Ok(position)
}
