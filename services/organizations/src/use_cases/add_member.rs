//! Making a user a member: the step at which an accepted offer becomes true.

use service_kit::{CallOrigin, WriteTransaction};

use crate::context::Context;
use crate::domain::denial::Denial;
use crate::domain::described::Described;
use crate::domain::ids::{JoinId, MembershipId, OfferId, OrganizationId, UserId};
use crate::domain::member::Member;
use crate::domain::offer::offered;
use crate::domain::organization::{Organization, OrganizationView};
use crate::domain::record::Record;
use crate::domain::roles::RoleGrant;
use crate::domain::trail::Trail;
use crate::domain::user::User;
use crate::error::Error;
use crate::store;
use crate::use_cases::write_record::write_record;

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
pub async fn add_member(context: &Context, command: AddMember, origin: CallOrigin) -> Result<Described<Added>, Error> {
    let AddMember { join_id, organization_id, user_id, grant, granted_by } = command;
    let now = context.clock.now();

    let transaction = context.database.begin_write().await?;
    let user = User::present(store::users::lock(&transaction, user_id).await?)?;
    let organization =
        store::organizations::lock(&transaction, organization_id).await?.ok_or(Denial::OrganizationNotFound)?;
    let existing = store::members::find(&transaction, organization_id, user_id).await?;
    if let Some(joined) = store::joins::find(&transaction, join_id).await? {
        let member = existing.filter(|member| member.id == joined).ok_or(Denial::OfferUsed)?;
        return finish(transaction, member, organization).await;
    }
    if !user.is_active {
        return Err(Denial::UserSuspended.into());
    }
    if organization.is_personal() {
        return Err(Denial::PersonalOrganization.into());
    }
    let book = store::roles::by_ids(&transaction, organization_id, &grant.role_ids).await?;
    let granter = store::members::find(&transaction, organization_id, granted_by).await?;
    let roles = offered(&organization, granter, &grant, &book)?;
    if existing.is_some() {
        return Err(Denial::AlreadyAMember.into());
    }
    if store::joins::is_called_off(&transaction, organization_id, join_id).await? {
        return Err(Denial::OfferUsed.into());
    }

    let id = MembershipId::generate(&context.entropy, now);
    let member = Member::new(id, organization_id, user, roles, now);
    store::members::insert(&transaction, &member).await?;
    if !store::joins::record(&transaction, join_id, &member).await? {
        return Err(Denial::OfferUsed.into());
    }
    // An invitation is offered and accepted under one id.
    store::offers::close(&transaction, organization_id, OfferId::from(join_id.uuid())).await?;
    let trail = Trail::on_behalf_of(user_id, origin);
    let record = Record::joined(&member, granted_by);
    write_record(context, &transaction, organization_id, &trail, record, now).await?;
    finish(transaction, member, organization).await
}

async fn finish(
    transaction: WriteTransaction,
    member: Member,
    organization: Organization,
) -> Result<Described<Added>, Error> {
    let view = store::owners::view(&transaction, organization).await?;
    let catalog = store::catalog::read(&transaction).await?;
    transaction.commit().await?;
    Ok(Described { what: Added { member, view }, catalog })
}
