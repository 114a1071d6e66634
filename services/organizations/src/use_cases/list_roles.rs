//! Reading the roles that an organization's members can hold.

use access_policy::{BuiltInRole, Permission};
use serde::{Deserialize, Serialize};
use service_kit::pages::{Page, PageRequest};

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::described::Described;
use crate::domain::ids::OrganizationId;
use crate::domain::permission::Catalog;
use crate::domain::role::Role;
use crate::domain::role_book::RoleBook;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter;

/// Which page of which organization.
pub struct ListRoles {
    /// Where.
    pub organization_id: OrganizationId,
    /// Which page.
    pub page: PageRequest<RoleCursor>,
}

/// The last role of a page.
#[derive(Clone, Serialize, Deserialize)]
pub struct RoleCursor {
    code: String,
}

/// What page tokens of this list are good for.
pub fn scope(organization_id: OrganizationId) -> String {
    format!("roles of {organization_id}")
}

/// Built-in roles first, the mightiest at the top; then the organization's own by code. `size_of` tells how many bytes
/// one takes in the answer.
pub async fn list_roles(
    context: &Context,
    caller: &Caller,
    command: ListRoles,
    size_of: fn(&Role, &Catalog) -> usize,
) -> Result<Described<Page<Role>>, Error> {
    let ListRoles { organization_id, page } = command;
    let snapshot = context.database.begin_snapshot().await?;
    enter(&snapshot, caller, organization_id).await?.acting()?.require(Permission::RolesRead)?;
    let last = page.after.map(|cursor| cursor.code);
    let mut roles = built_in_after(last.as_deref());
    let last_custom = last.as_deref().filter(|code| BuiltInRole::from_code(code).is_none());
    let custom = store::roles::list(&snapshot, organization_id, last_custom, page.size + 1).await?;
    roles.extend(RoleBook::with(custom).into_roles());
    let catalog = store::catalog::read(&snapshot).await?;
    snapshot.commit().await?;

    let cursor = |role: &Role| RoleCursor { code: role.code().to_owned() };
    let bytes_of = |role: &Role| size_of(role, &catalog);
    let page = context.page_tokens.page_within_bounds(&scope(organization_id), page.size, roles, cursor, bytes_of);
    Ok(Described { what: page, catalog })
}

/// What follows the role of this code, which is one of the organization's own when it is not built in.
fn built_in_after(code: Option<&str>) -> Vec<Role> {
    let built_in = BuiltInRole::ALL.into_iter();
    let Some(code) = code else { return built_in.map(Role::BuiltIn).collect() };
    built_in.skip_while(|role| role.code() != code).skip(1).map(Role::BuiltIn).collect()
}
