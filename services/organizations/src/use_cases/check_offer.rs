//! Whether an offer would still make somebody a member.

use crate::context::Context;
use crate::domain::denial::Denial;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::offer::offered;
use crate::domain::roles::RoleGrant;
use crate::error::Error;
use crate::store;

/// Who offers what, and where.
pub struct CheckOffer {
    /// Where.
    pub organization_id: OrganizationId,
    /// The roles offered.
    pub grant: RoleGrant,
    /// Who offers them.
    pub granted_by: UserId,
}

/// Refuses what `AddMember` would refuse of the offer, as of one instant, and changes nothing.
pub async fn check_offer(context: &Context, command: CheckOffer) -> Result<(), Error> {
    let CheckOffer { organization_id, grant, granted_by } = command;
    let snapshot = context.database.begin_snapshot().await?;
    let organization =
        store::organizations::find(&snapshot, organization_id).await?.ok_or(Denial::OrganizationNotFound)?;
    if organization.is_personal() {
        return Err(Denial::PersonalOrganization.into());
    }
    let book = store::roles::by_ids(&snapshot, organization_id, &grant.role_ids).await?;
    let granter = store::members::find(&snapshot, organization_id, granted_by).await?;
    offered(&organization, granter, &grant, &book)?;
    Ok(snapshot.commit().await?)
}
