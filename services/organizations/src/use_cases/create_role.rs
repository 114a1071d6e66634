//! Making a role of an organization's own.

use std::collections::BTreeSet;
use std::sync::Arc;

use access_policy::Permission;

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::custom_role::{CustomRole, MOST_CUSTOM_ROLES, RoleCode, check_assignable};
use crate::domain::denial::Denial;
use crate::domain::described::Described;
use crate::domain::ids::{OrganizationId, RoleId};
use crate::domain::permission::PermissionCode;
use crate::domain::record::Record;
use crate::domain::role::Role;
use crate::domain::roles::Roles;
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter_to_change;
use crate::use_cases::write_record::write_record;

/// What to make.
pub struct CreateRole {
    /// Where.
    pub organization_id: OrganizationId,
    /// Its short name, for ever.
    pub code: RoleCode,
    /// The name that people see.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What its holders may do.
    pub permissions: BTreeSet<PermissionCode>,
}

/// Makes it, if the caller holds all that it is to hold.
pub async fn create_role(context: &Context, caller: &Caller, command: CreateRole) -> Result<Described<Role>, Error> {
    let CreateRole { organization_id, code, name, description, permissions } = command;
    let now = context.clock.now();

    let transaction = context.database.begin_write().await?;
    let standing = enter_to_change(&transaction, caller, organization_id).await?;
    let acting = standing.acting()?;
    acting.require(Permission::RolesCreate)?;
    store::catalog::keep(&transaction).await?;
    let catalog = store::catalog::read(&transaction).await?;
    check_assignable(&permissions, &catalog)?;
    let id = RoleId::generate(&context.entropy, now);
    let role = CustomRole { code, id, organization_id, name, description, permissions, created: now, updated: now };
    let shown = Role::Custom(Arc::new(role.clone()));
    acting.require_reach_over(&Roles::from_iter([shown.clone()]))?;
    if store::roles::count(&transaction, organization_id).await? >= MOST_CUSTOM_ROLES {
        return Err(Denial::TooManyRoles.into());
    }
    if !store::roles::insert(&transaction, &role).await? {
        return Err(Denial::RoleExists.into());
    }
    let record = Record::role_created(&standing.organization, &role);
    write_record(context, &transaction, organization_id, &Trail::of(caller), record, now).await?;
    transaction.commit().await?;
    Ok(Described { what: shown, catalog })
}
