//! Making a user a member from the back office.

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::denial::Denial;
use crate::domain::described::Described;
use crate::domain::ids::{MembershipId, OrganizationId, UserId};
use crate::domain::member::Member;
use crate::domain::record::Record;
use crate::domain::roles::{RoleGrant, Roles};
use crate::domain::trail::Trail;
use crate::domain::user::User;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter_to_change;
use crate::use_cases::write_record::write_record;

/// Whom to bring in.
pub struct AddExistingUser {
    /// Where.
    pub organization_id: OrganizationId,
    /// Whom.
    pub user_id: UserId,
    /// With which roles.
    pub grant: RoleGrant,
}

/// Makes the membership, without an offer and without being asked twice.
pub async fn add_existing_user(
    context: &Context,
    caller: &Caller,
    command: AddExistingUser,
) -> Result<Described<Member>, Error> {
    let AddExistingUser { organization_id, user_id, grant } = command;
    let now = context.clock.now();

    let transaction = context.database.begin_write().await?;
    let user = store::users::lock(&transaction, user_id).await?;
    let organization = enter_to_change(&transaction, caller, organization_id).await?.organization;
    let user = User::in_use(user)?;
    if organization.is_personal() {
        return Err(Denial::PersonalOrganization.into());
    }
    if store::members::find(&transaction, organization_id, user_id).await?.is_some() {
        return Err(Denial::AlreadyAMember.into());
    }
    let book = store::roles::by_ids(&transaction, organization_id, &grant.role_ids).await?;
    let roles = Roles::granted(&grant, &book)?;

    let id = MembershipId::generate(&context.entropy, now);
    let member = Member::new(id, organization_id, user, roles, now);
    store::members::insert(&transaction, &member).await?;
    let record = Record::added(&member);
    write_record(context, &transaction, organization_id, &Trail::of(caller), record, now).await?;
    let catalog = store::catalog::read(&transaction).await?;
    transaction.commit().await?;
    Ok(Described { what: member, catalog })
}
