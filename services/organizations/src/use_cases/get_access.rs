//! Answering what a user holds in an organization, for tokens.

use std::collections::BTreeSet;

use service_kit::positions;

use crate::context::Context;
use crate::domain::acting::admit;
use crate::domain::denial::Denial;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::organization::OrganizationView;
use crate::domain::permission::{Catalog, PermissionCode};
use crate::domain::roles::Roles;
use crate::error::Error;
use crate::store;

/// Whose access, and where.
pub struct GetAccess {
    /// Who.
    pub user_id: UserId,
    /// Where.
    pub organization_id: OrganizationId,
}

/// What the user holds there.
pub struct Access {
    /// The organization.
    pub view: OrganizationView,
    /// The roles held.
    pub roles: Roles,
    /// What they permit.
    pub permissions: BTreeSet<PermissionCode>,
    /// The position of the snapshot.
    pub position: i64,
}

/// Reads facts and position as of one instant, so that a later narrowing has a higher position.
/// Whether the account is in use is identity's to know, who asks.
pub async fn get_access(context: &Context, command: GetAccess) -> Result<Access, Error> {
    let snapshot = context.database.begin_snapshot().await?;
    let standing = store::standings::find(&snapshot, command.organization_id, command.user_id)
        .await?
        .ok_or(Denial::OrganizationNotFound)?;
    let roles = admit(&standing.organization, standing.somebody.member())?.roles.clone();
    // Only what services registered is to be looked up, and built-in roles name none of it but for everything.
    let catalog = match roles.hold_everything() || roles.iter().any(|role| role.organization_id().is_some()) {
        true => store::catalog::read(&snapshot).await?,
        false => Catalog::with([]),
    };
    let mut permissions = roles.permissions(&catalog);
    permissions.retain(|code| catalog.find(code).is_some());
    let view = store::owners::view(&snapshot, standing.organization).await?;
    let position = positions::current(&snapshot).await?;
    snapshot.commit().await?;
    Ok(Access { view, roles, permissions, position })
}
