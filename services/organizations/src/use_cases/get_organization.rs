//! Reading one organization.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::denial::Denial;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::organization::OrganizationView;
use crate::error::Error;
use crate::store;

/// The organization as it stands.
pub async fn get_organization(
    context: &Context,
    caller: UserId,
    organization_id: OrganizationId,
) -> Result<OrganizationView, Error> {
    let snapshot = context.database.begin_snapshot().await?;
    let standing =
        store::standings::find(&snapshot, organization_id, caller).await?.ok_or(Denial::OrganizationNotFound)?;
    standing.acting()?.require(Permission::OrgRead)?;
    let view = store::owners::view(&snapshot, standing.organization).await?;
    snapshot.commit().await?;
    Ok(view)
}
