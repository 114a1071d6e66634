//! Changing what an organization says of itself.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::acting::Acting;
use crate::domain::denial::Denial;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::organization::{OrganizationChange, OrganizationView};
use crate::error::Error;
use crate::store;

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
    caller: UserId,
    command: UpdateOrganization,
) -> Result<OrganizationView, Error> {
    let UpdateOrganization { organization_id, change } = command;
    let transaction = context.database.begin_write().await?;
    let organization =
        store::organizations::lock(&transaction, organization_id).await?.ok_or(Denial::OrganizationNotFound)?;
    let member = store::members::find(&transaction, organization_id, caller).await?;
    Acting::of(&organization, member.as_ref())?.require(Permission::OrgUpdate)?;

    let organization = organization.changed(change, context.clock.now());
    store::organizations::update(&transaction, &organization)
        .await
        .map_err(|error| Error::denied_if_taken(error, Denial::SlugTaken))?;
    let view = store::owners::view(&transaction, organization).await?;
    transaction.commit().await?;
    Ok(view)
}
