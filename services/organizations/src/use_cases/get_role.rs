//! Reading one role.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::described::Described;
use crate::domain::ids::{OrganizationId, RoleId};
use crate::domain::role::Role;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter;

/// A built-in role, or one of the organization's own.
pub async fn get_role(
    context: &Context,
    caller: &Caller,
    organization_id: OrganizationId,
    role_id: RoleId,
) -> Result<Described<Role>, Error> {
    let snapshot = context.database.begin_snapshot().await?;
    enter(&snapshot, caller, organization_id).await?.acting()?.require(Permission::RolesRead)?;
    let role = store::roles::by_ids(&snapshot, organization_id, &[role_id]).await?.by_id(role_id)?;
    let catalog = store::catalog::read(&snapshot).await?;
    snapshot.commit().await?;
    Ok(Described { what: role, catalog })
}
