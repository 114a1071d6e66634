//! Answering whether there is such an organization.

use crate::context::Context;
use crate::domain::denial::Denial;
use crate::domain::ids::OrganizationId;
use crate::domain::organization::OrganizationStatus;
use crate::error::Error;
use crate::store;

/// Refused when there is none, or none any more.
pub async fn look_up_organization(
    context: &Context,
    organization_id: OrganizationId,
) -> Result<OrganizationStatus, Error> {
    let found = store::organizations::find(context.database.reader(), organization_id).await?;
    Ok(found.ok_or(Denial::OrganizationNotFound)?.status)
}
