//! Removing a role of an organization's own.

use std::sync::Arc;

use access_policy::Permission;

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::denial::Denial;
use crate::domain::ids::{OrganizationId, RoleId};
use crate::domain::record::Record;
use crate::domain::role::Role;
use crate::domain::roles::Roles;
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter_to_change;
use crate::use_cases::update_role::find_custom;
use crate::use_cases::write_record::write_record;

/// Removes it, unless somebody holds it or is offered it. Whoever gives or offers it waits for the same lock.
pub async fn delete_role(
    context: &Context,
    caller: &Caller,
    organization_id: OrganizationId,
    role_id: RoleId,
) -> Result<(), Error> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let standing = enter_to_change(&transaction, caller, organization_id).await?;
    let acting = standing.acting()?;
    acting.require(Permission::RolesDelete)?;
    store::catalog::keep(&transaction).await?;
    let role = find_custom(&transaction, organization_id, role_id).await?;
    acting.require_reach_over(&Roles::from_iter([Role::Custom(Arc::new(role.clone()))]))?;
    let is_in_use = store::roles::is_held(&transaction, organization_id, &role.code).await?
        || store::offers::is_offered(&transaction, organization_id, role_id, now).await?;
    if is_in_use {
        return Err(Denial::RoleInUse.into());
    }
    store::offers::forget_role(&transaction, organization_id, role_id).await?;
    store::roles::delete(&transaction, organization_id, role_id).await?;
    let record = Record::role_deleted(&standing.organization, &role);
    write_record(context, &transaction, organization_id, &Trail::of(caller), record, now).await?;
    Ok(transaction.commit().await?)
}
