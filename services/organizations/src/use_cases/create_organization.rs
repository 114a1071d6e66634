//! Making a team organization.

use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::denial::Denial;
use crate::domain::ids::{MembershipId, OrganizationId, UserId};
use crate::domain::member::{Member, MemberStatus};
use crate::domain::name::OrganizationName;
use crate::domain::organization::{Organization, OrganizationView};
use crate::domain::roles::Roles;
use crate::domain::slug::{Slug, SlugStem};
use crate::domain::user::{User, UserProfile};
use crate::error::Error;
use crate::store;
use crate::use_cases::find_free_slug::{insert_with_free_slug, plain_or_suffixed};

const FALLBACK_STEM: &str = "team";

/// What to make.
pub struct CreateOrganization {
    /// Display name.
    pub name: OrganizationName,
    /// The slug asked for; absent: one is made from the name.
    pub slug: Option<Slug>,
}

/// The caller becomes the owner.
pub async fn create_organization(
    context: &Context,
    caller: UserId,
    command: CreateOrganization,
) -> Result<OrganizationView, Error> {
    let now = context.clock.now();
    let id = OrganizationId::generate(&context.entropy, now);
    let stem = SlugStem::of(command.name.as_str(), FALLBACK_STEM);
    let name = command.name.into_string();

    let transaction = context.database.begin_write().await?;
    let user = User::present(store::users::lock(&transaction, caller).await?)?;
    if !user.is_active {
        return Err(Denial::UserSuspended.into());
    }
    let make = |slug| Organization::new(id, name.clone(), slug, None, now);
    let organization = match command.slug {
        Some(slug) => {
            let organization = make(slug);
            if !store::organizations::insert_unless_slug_is_taken(&transaction, &organization).await? {
                return Err(Denial::SlugTaken.into());
            }
            organization
        }
        None => insert_with_free_slug(&transaction, plain_or_suffixed(&context.entropy, &stem), make).await?,
    };
    insert_owner(context, &transaction, organization.id, user, now).await?;
    transaction.commit().await?;

    Ok(OrganizationView { organization, owner_id: Some(caller) })
}

/// Makes the user the first member and owner of a new organization.
pub async fn insert_owner(
    context: &Context,
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    user: UserProfile,
    now: Timestamp,
) -> Result<(), Error> {
    let owner = Member {
        id: MembershipId::generate(&context.entropy, now),
        organization_id,
        user_id: user.user_id,
        status: MemberStatus::Active,
        roles: Roles::of_owner(),
        joined: now,
        email: user.email,
        display_name: user.display_name,
        has_active_account: user.is_active,
    };
    Ok(store::members::insert(transaction, &owner).await?)
}
