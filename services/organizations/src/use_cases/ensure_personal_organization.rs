//! Making the organization that every user has.

use service_kit::CallOrigin;

use crate::context::Context;
use crate::domain::ids::OrganizationId;
use crate::domain::organization::{Organization, OrganizationView};
use crate::domain::record::Record;
use crate::domain::slug::SlugStem;
use crate::domain::trail::Trail;
use crate::domain::user::{User, UserProfile};
use crate::error::Error;
use crate::store;
use crate::use_cases::create_organization::insert_owner;
use crate::use_cases::find_free_slug::{insert_with_free_slug, suffixed};
use crate::use_cases::write_record::write_record;

const FALLBACK_STEM: &str = "user";

/// For whom, and under which id.
pub struct EnsurePersonalOrganization {
    /// The id that the caller chose.
    pub organization_id: OrganizationId,
    /// The user.
    pub profile: UserProfile,
}

/// Makes it, or answers the one that the user has: repeating the call changes nothing.
pub async fn ensure_personal_organization(
    context: &Context,
    command: EnsurePersonalOrganization,
    origin: CallOrigin,
) -> Result<OrganizationView, Error> {
    let EnsurePersonalOrganization { organization_id, profile } = command;
    let now = context.clock.now();

    let transaction = context.database.begin_write().await?;
    store::users::record(&transaction, &profile).await?;
    let user = User::present(store::users::lock(&transaction, profile.user_id).await?)?;
    if let Some(existing) = store::organizations::find_personal(&transaction, user.user_id).await? {
        let view = store::owners::view(&transaction, existing).await?;
        transaction.commit().await?;
        return Ok(view);
    }

    let owner_id = Some(user.user_id);
    let local_part = user.email.split('@').next().unwrap_or_default();
    let stem = SlugStem::of(local_part, FALLBACK_STEM);
    let make = |slug| Organization::new(organization_id, user.email.clone(), slug, owner_id, now);
    let organization = insert_with_free_slug(&transaction, suffixed(&context.entropy, &stem), make, now).await?;
    insert_owner(context, &transaction, organization_id, user.clone(), now).await?;
    let record = Record::organization_created(&organization, user.user_id);
    let trail = Trail::on_behalf_of(user.user_id, origin);
    write_record(context, &transaction, organization_id, &trail, record, now).await?;
    transaction.commit().await?;

    Ok(OrganizationView { organization, owner_id })
}
