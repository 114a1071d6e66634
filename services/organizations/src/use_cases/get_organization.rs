//! Reading one organization.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::ids::OrganizationId;
use crate::domain::organization::OrganizationView;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter;

/// The organization as it stands.
pub async fn get_organization(
    context: &Context,
    caller: &Caller,
    organization_id: OrganizationId,
) -> Result<OrganizationView, Error> {
    let snapshot = context.database.begin_snapshot().await?;
    let standing = enter(&snapshot, caller, organization_id).await?;
    standing.acting()?.require(Permission::OrgRead)?;
    let view = store::owners::view(&snapshot, standing.organization).await?;
    snapshot.commit().await?;
    Ok(view)
}
