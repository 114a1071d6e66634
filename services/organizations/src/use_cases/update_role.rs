//! Changing a role of an organization's own.

use std::collections::BTreeSet;
use std::sync::Arc;

use access_policy::{BuiltInRole, Permission};
use service_kit::WriteTransaction;

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::custom_role::{CustomRole, CustomRoleChange, check_assignable};
use crate::domain::denial::Denial;
use crate::domain::described::Described;
use crate::domain::effect::{Narrowed, Widened};
use crate::domain::ids::{OrganizationId, RoleId};
use crate::domain::permission::PermissionCode;
use crate::domain::record::Record;
use crate::domain::role::Role;
use crate::domain::roles::Roles;
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter_to_change;
use crate::use_cases::take_position::{take_position, tell_widened};
use crate::use_cases::write_record::write_record;

/// What to change.
pub struct UpdateRole {
    /// Where.
    pub organization_id: OrganizationId,
    /// Which role.
    pub role_id: RoleId,
    /// The fields to change.
    pub change: CustomRoleChange,
}

/// A role after a change.
pub struct ChangedRole {
    /// The role as it stands.
    pub role: Role,
    /// Position at which its holders' older tokens end; 0 when nothing was taken away, the latest when nothing changed.
    pub position: i64,
}

/// Changes the fields that are given. Whoever edits a role must reach over it before and after, so that nobody raises
/// themselves or others by a role that they hold.
pub async fn update_role(
    context: &Context,
    caller: &Caller,
    command: UpdateRole,
) -> Result<Described<ChangedRole>, Error> {
    let UpdateRole { organization_id, role_id, change } = command;
    let now = context.clock.now();

    let transaction = context.database.begin_write().await?;
    let standing = enter_to_change(&transaction, caller, organization_id).await?;
    let acting = standing.acting()?;
    acting.require(Permission::RolesUpdate)?;
    store::catalog::keep(&transaction).await?;
    let before = find_custom(&transaction, organization_id, role_id).await?;
    let after = before.clone().changed(change, now);
    let added: BTreeSet<PermissionCode> = after.permissions.difference(&before.permissions).cloned().collect();
    let catalog = store::catalog::read(&transaction).await?;
    check_assignable(&added, &catalog)?;
    let shown = Role::Custom(Arc::new(after.clone()));
    acting.require_reach_over(&Roles::from_iter([Role::Custom(Arc::new(before.clone()))]))?;
    acting.require_reach_over(&Roles::from_iter([shown.clone()]))?;

    let Some(record) = Record::role_updated(&standing.organization, &before, &after) else {
        let position = take_position(&transaction, organization_id, Narrowed::Earlier, now).await?;
        transaction.commit().await?;
        return Ok(Described { what: ChangedRole { role: Role::Custom(Arc::new(before)), position }, catalog });
    };
    store::roles::update(&transaction, &before, &after).await?;
    write_record(context, &transaction, organization_id, &Trail::of(caller), record, now).await?;
    let (narrowed, widened) = match before.permissions.is_subset(&after.permissions) {
        false => (Narrowed::Holders(before.code), Widened::Nobody),
        true if added.is_empty() => (Narrowed::Nobody, Widened::Nobody),
        true => (Narrowed::Nobody, Widened::Everybody),
    };
    tell_widened(&transaction, organization_id, widened, now).await?;
    let position = take_position(&transaction, organization_id, narrowed, now).await?;
    transaction.commit().await?;
    Ok(Described { what: ChangedRole { role: shown, position }, catalog })
}

/// A role of the organization's own; a built-in one cannot be changed.
pub async fn find_custom(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    role_id: RoleId,
) -> Result<CustomRole, Error> {
    if BuiltInRole::from_id(role_id.uuid()).is_some() {
        return Err(Denial::RoleIsBuiltIn.into());
    }
    Ok(store::roles::find(transaction, organization_id, role_id).await?.ok_or(Denial::RoleNotFound)?)
}
