//! Changing what an organization says of itself.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::denial::Denial;
use crate::domain::ids::OrganizationId;
use crate::domain::organization::{OrganizationChange, OrganizationView};
use crate::domain::record::Record;
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter_to_change;
use crate::use_cases::find_free_slug::released_before;
use crate::use_cases::write_record::write_record;

/// What to change.
pub struct UpdateOrganization {
    /// Where.
    pub organization_id: OrganizationId,
    /// The fields to change.
    pub change: OrganizationChange,
}

/// Changes the fields that are given and keeps the others.
pub async fn update_organization(
    context: &Context,
    caller: &Caller,
    command: UpdateOrganization,
) -> Result<OrganizationView, Error> {
    let UpdateOrganization { organization_id, change } = command;
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let standing = enter_to_change(&transaction, caller, organization_id).await?;
    standing.acting()?.require(Permission::OrgUpdate)?;
    let before = standing.organization;
    let after = before.clone().changed(change, now)?;
    let Some(record) = Record::organization_updated(&before, &after) else {
        let view = store::owners::view(&transaction, before).await?;
        transaction.commit().await?;
        return Ok(view);
    };
    store::organizations::update(&transaction, &after, released_before(now))
        .await
        .map_err(|error| Error::denied_if_taken(error, Denial::SlugTaken))?;
    write_record(context, &transaction, organization_id, &Trail::of(caller), record, now).await?;
    let view = store::owners::view(&transaction, after).await?;
    transaction.commit().await?;
    Ok(view)
}
