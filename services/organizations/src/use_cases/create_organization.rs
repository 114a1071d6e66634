//! Making a team organization.

use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::caller::{Caller, Capacity};
use crate::domain::denial::Denial;
use crate::domain::ids::{MembershipId, OrganizationId, UserId};
use crate::domain::member::Member;
use crate::domain::name::OrganizationName;
use crate::domain::organization::{Organization, OrganizationView};
use crate::domain::record::Record;
use crate::domain::roles::Roles;
use crate::domain::slug::{Slug, SlugStem};
use crate::domain::trail::Trail;
use crate::domain::user::{User, UserProfile};
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter_back_office;
use crate::use_cases::find_free_slug::{insert_with_free_slug, plain_or_suffixed, released_before};
use crate::use_cases::write_record::write_record;

const FALLBACK_STEM: &str = "team";

/// What to make.
pub struct CreateOrganization {
    /// Display name.
    pub name: OrganizationName,
    /// The slug asked for; absent: one is made from the name.
    pub slug: Option<Slug>,
    /// Whose it is to be. Anybody's but the caller's takes the back office.
    pub owner_id: UserId,
}

/// Makes it; the owner becomes its first member.
pub async fn create_organization(
    context: &Context,
    caller: &Caller,
    command: CreateOrganization,
) -> Result<OrganizationView, Error> {
    let CreateOrganization { name, slug, owner_id } = command;
    let now = context.clock.now();

    let transaction = context.database.begin_write().await?;
    let user = store::users::lock(&transaction, owner_id).await?;
    if caller.capacity == Capacity::BackOffice || owner_id != caller.user_id {
        enter_back_office(&transaction, caller).await?;
    }
    let user = User::in_use(user)?;
    let organization = insert(context, &transaction, name, slug, now).await?;
    insert_owner(context, &transaction, organization.id, user, now).await?;
    let record = Record::organization_created(&organization, owner_id);
    write_record(context, &transaction, organization.id, &Trail::of(caller), record, now).await?;
    transaction.commit().await?;
    Ok(OrganizationView { organization, owner_id: Some(owner_id) })
}

async fn insert(
    context: &Context,
    transaction: &WriteTransaction,
    name: OrganizationName,
    slug: Option<Slug>,
    now: Timestamp,
) -> Result<Organization, Error> {
    let id = OrganizationId::generate(&context.entropy, now);
    let stem = SlugStem::of(name.as_str(), FALLBACK_STEM);
    let name = name.into_string();
    let make = |slug| Organization::new(id, name.clone(), slug, None, now);
    let Some(slug) = slug else {
        return insert_with_free_slug(transaction, plain_or_suffixed(&context.entropy, &stem), make, now).await;
    };
    let organization = make(slug);
    match store::organizations::insert_unless_slug_is_taken(transaction, &organization, released_before(now)).await? {
        true => Ok(organization),
        false => Err(Denial::SlugTaken.into()),
    }
}

/// Makes the user the first member and owner of a new organization.
pub async fn insert_owner(
    context: &Context,
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    user: UserProfile,
    now: Timestamp,
) -> Result<(), Error> {
    let id = MembershipId::generate(&context.entropy, now);
    let owner = Member::new(id, organization_id, user, Roles::of_owner(), now);
    Ok(store::members::insert(transaction, &owner).await?)
}
