//! Making a user a member: the step at which an accepted offer becomes true.

use access_policy::Permission;
use service_kit::WriteTransaction;

use crate::context::Context;
use crate::domain::acting::Acting;
use crate::domain::denial::Denial;
use crate::domain::ids::{JoinId, MembershipId, OrganizationId, UserId};
use crate::domain::member::{Member, MemberStatus};
use crate::domain::organization::{Organization, OrganizationStatus, OrganizationView};
use crate::domain::roles::{RoleGrant, Roles};
use crate::domain::user::User;
use crate::error::Error;
use crate::store;

/// Who joins, and on whose offer.
pub struct AddMember {
    /// Stands for this joining.
    pub join_id: JoinId,
    /// Where.
    pub organization_id: OrganizationId,
    /// Who joins.
    pub user_id: UserId,
    /// The roles offered.
    pub grant: RoleGrant,
    /// Who offered them.
    pub granted_by: UserId,
}

/// The membership exists.
pub struct Added {
    /// The member.
    pub member: Member,
    /// The organization joined.
    pub view: OrganizationView,
}

/// Makes the membership once, however often the joining is repeated. Everything that the offer rested
/// on is asked again while the organization is locked.
pub async fn add_member(context: &Context, command: AddMember) -> Result<Added, Error> {
    let AddMember { join_id, organization_id, user_id, grant, granted_by } = command;
    let now = context.clock.now();

    let transaction = context.database.begin_write().await?;
    let user = User::present(store::users::lock(&transaction, user_id).await?)?;
    let organization =
        store::organizations::lock(&transaction, organization_id).await?.ok_or(Denial::OrganizationNotFound)?;
    let existing = store::members::find(&transaction, organization_id, user_id).await?;
    if let Some(joined) = store::joins::find(&transaction, join_id).await? {
        let member = existing.filter(|member| member.id == joined).ok_or(Denial::OfferUsed)?;
        let view = store::owners::view(&transaction, organization).await?;
        transaction.commit().await?;
        return Ok(Added { member, view });
    }
    if !user.is_active {
        return Err(Denial::UserSuspended.into());
    }
    if organization.is_personal() {
        return Err(Denial::PersonalOrganization.into());
    }
    let roles = offered(&transaction, &organization, granted_by, &grant).await?;
    if existing.is_some() {
        return Err(Denial::AlreadyAMember.into());
    }

    let member = Member {
        id: MembershipId::generate(&context.entropy, now),
        organization_id,
        user_id,
        status: MemberStatus::Active,
        roles,
        joined: now,
        email: user.email,
        display_name: user.display_name,
        has_active_account: user.is_active,
    };
    store::members::insert(&transaction, &member).await?;
    if !store::joins::record(&transaction, join_id, &member).await? {
        return Err(Denial::OfferUsed.into());
    }
    let view = store::owners::view(&transaction, organization).await?;
    transaction.commit().await?;
    Ok(Added { member, view })
}

/// The roles of the offer, if whoever made it may still make it.
async fn offered(
    transaction: &WriteTransaction,
    organization: &Organization,
    granted_by: UserId,
    grant: &RoleGrant,
) -> Result<Roles, Error> {
    if organization.status == OrganizationStatus::Suspended {
        return Err(Denial::OrganizationSuspended.into());
    }
    let roles = Roles::granted(grant)?;
    let granter = store::members::find(transaction, organization.id, granted_by).await?;
    let may_offer = Acting::of(organization, granter.as_ref()).and_then(|granter| {
        granter.require(Permission::MembersInvite)?;
        granter.require_reach_over(&roles)
    });
    may_offer.map_err(|_| Denial::OfferWithdrawn)?;
    Ok(roles)
}
