//! Letting somebody offer roles, which then stay until the offer has ended.

use access_policy::Permission;
use service_kit::Timestamp;

use crate::context::Context;
use crate::domain::acting::Somebody;
use crate::domain::denial::Denial;
use crate::domain::described::Described;
use crate::domain::ids::{OfferId, OrganizationId, RoleId, UserId};
use crate::domain::organization::OrganizationView;
use crate::domain::role::Role;
use crate::domain::roles::{RoleGrant, Roles};
use crate::error::Error;
use crate::store;

/// Who offers what, and where.
pub struct OpenOffer {
    /// Each stands for an offer of the same roles; never none.
    pub offer_ids: Vec<OfferId>,
    /// Who.
    pub user_id: UserId,
    /// Where.
    pub organization_id: OrganizationId,
    /// The roles.
    pub grant: RoleGrant,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
}

/// The user may.
pub struct Offered {
    /// The organization.
    pub view: OrganizationView,
    /// The roles that the grant stands for.
    pub granted: Roles,
}

/// Asks what `Authorize` asks, while the organization is locked, so that no role of the offer goes in between.
pub async fn open_offer(context: &Context, command: OpenOffer) -> Result<Described<Offered>, Error> {
    let OpenOffer { offer_ids, user_id, organization_id, grant, expires } = command;
    let transaction = context.database.begin_write().await?;
    let organization =
        store::organizations::lock(&transaction, organization_id).await?.ok_or(Denial::OrganizationNotFound)?;
    let somebody = Somebody::User(store::members::find(&transaction, organization_id, user_id).await?);
    let acting = somebody.acting(&organization)?;
    acting.require(Permission::MembersInvite)?;
    if organization.is_personal() {
        return Err(Denial::PersonalOrganization.into());
    }
    let book = store::roles::by_ids(&transaction, organization_id, &grant.role_ids).await?;
    let granted = Roles::granted(&grant, &book)?;
    acting.require_reach_over(&granted)?;

    let custom: Vec<RoleId> = granted.iter().filter(|role| role.organization_id().is_some()).map(Role::id).collect();
    store::offers::open(&transaction, organization_id, &offer_ids, &custom, expires, context.clock.now()).await?;
    let view = store::owners::view(&transaction, organization).await?;
    let catalog = store::catalog::read(&transaction).await?;
    transaction.commit().await?;
    Ok(Described { what: Offered { view, granted }, catalog })
}

/// Lets the roles of an offer go.
pub async fn close_offer(context: &Context, organization_id: OrganizationId, offer_id: OfferId) -> Result<(), Error> {
    let transaction = context.database.begin_write().await?;
    store::offers::close(&transaction, organization_id, offer_id).await?;
    Ok(transaction.commit().await?)
}
