//! Answering whether a user may do something at this moment.

use service_kit::positions;

use crate::context::Context;
use crate::domain::denial::Denial;
use crate::domain::described::Described;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::organization::OrganizationView;
use crate::domain::permission::PermissionCode;
use crate::domain::roles::{RoleGrant, Roles};
use crate::error::Error;
use crate::store;

/// Who wants to do what, and where.
pub struct Authorize {
    /// Who.
    pub user_id: UserId,
    /// Where.
    pub organization_id: OrganizationId,
    /// The permission that it takes.
    pub permission: PermissionCode,
    /// Roles about to be offered to somebody.
    pub grant: Option<RoleGrant>,
}

/// The user may.
pub struct Authorized {
    /// The organization.
    pub view: OrganizationView,
    /// The roles that the grant stands for; none without one.
    pub granted: Roles,
    /// The position of the snapshot.
    pub position: i64,
}

/// Reads everything from the database as of one instant; a token's claims play no part.
pub async fn authorize(context: &Context, command: Authorize) -> Result<Described<Authorized>, Error> {
    let snapshot = context.database.begin_snapshot().await?;
    let standing = store::standings::find(&snapshot, command.organization_id, command.user_id)
        .await?
        .ok_or(Denial::OrganizationNotFound)?;
    let acting = standing.acting()?;
    let catalog = store::catalog::read(&snapshot).await?;
    catalog.find(&command.permission).ok_or(Denial::UnknownPermission)?;
    acting.require(command.permission)?;
    let granted = match &command.grant {
        None => Roles::default(),
        Some(_) if standing.organization.is_personal() => return Err(Denial::PersonalOrganization.into()),
        Some(grant) => {
            let book = store::roles::by_ids(&snapshot, command.organization_id, &grant.role_ids).await?;
            Roles::granted(grant, &book)?
        }
    };
    acting.require_reach_over(&granted)?;

    let view = store::owners::view(&snapshot, standing.organization).await?;
    let position = positions::current(&snapshot).await?;
    snapshot.commit().await?;
    Ok(Described { what: Authorized { view, granted, position }, catalog })
}
