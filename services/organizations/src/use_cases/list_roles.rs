//! Reading the roles that an organization's members can hold.

use access_policy::Permission;
use serde::{Deserialize, Serialize};
use service_kit::pages::{Page, PageRequest};

use crate::context::Context;
use crate::domain::denial::Denial;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::role::Role;
use crate::error::Error;
use crate::store;

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

/// Built-in roles first, the mightiest at the top.
pub async fn list_roles(context: &Context, caller: UserId, command: ListRoles) -> Result<Page<Role>, Error> {
    let ListRoles { organization_id, page } = command;
    let snapshot = context.database.begin_snapshot().await?;
    let standing =
        store::standings::find(&snapshot, organization_id, caller).await?.ok_or(Denial::OrganizationNotFound)?;
    standing.acting()?.require(Permission::RolesRead)?;
    snapshot.commit().await?;

    let mut roles = Role::all();
    if let Some(last) = page.after {
        let seen = roles.iter().position(|role| role.code() == last.code).map_or(0, |last| last + 1);
        roles.drain(..seen);
    }
    let cursor = |role: &Role| RoleCursor { code: role.code().to_owned() };
    Ok(context.page_tokens.page(&scope(organization_id), page.size, roles, cursor))
}
