//! Asks the other services what a token shall say of an organization.

use token_verification::SubscriptionClaim;

use crate::context::Context;
use crate::domain::entitlement::{Entitlement, SinceSeen};
use crate::domain::user::{OrganizationId, User};
use crate::error::IdentityError;
use crate::store::{entitlements, epoch};
use crate::upstreams::Access;

/// What a user may do for an organization, and on which plan.
#[derive(Clone, Debug)]
pub struct ActiveAccess {
    pub access: Access,
    /// Absent when it was never learnt, which is not the same as having none.
    pub subscription: Option<SubscriptionClaim>,
    /// Position of billing that the subscription was read at, or of which no change that was heard of can say less; 0 when
    /// nothing was ever learnt.
    pub billing_position: i64,
    /// In which the positions count.
    pub epoch: String,
}

/// Asks organizations and billing at once. Without billing the last entitlement seen has to do;
/// without organizations, or without a right to the organization, there is no token.
pub async fn gather_access(
    context: &Context,
    user: &User,
    organization_id: OrganizationId,
) -> Result<ActiveAccess, IdentityError> {
    // Read before anything that it is said of. Should another epoch begin meanwhile, the token is one of the former, which
    // verifiers refuse when in doubt; the other way round, a number of the former epoch would pass for one of the present.
    let epoch = epoch::find(context.database.reader()).await?;
    let epoch = epoch.ok_or_else(|| IdentityError::broken("no epoch was ever chosen"))?.name;
    let upstreams = &context.upstreams;
    let asking = upstreams.get_access(user.id, organization_id);
    let learning = async { Ok(upstreams.get_entitlement(organization_id).await) };
    let (access, told, ()) = tokio::try_join!(asking, learning, tell_platform_roles(context, user))?;

    let last_seen = entitlements::find(context.database.reader(), organization_id).await?;
    let (subscription, billing_position) = match told {
        Some(told) => {
            if is_news(context, &epoch, organization_id, last_seen.as_ref(), &told) {
                remember(context, &epoch, organization_id, &told).await?;
            }
            (Some(told.subscription), told.position)
        }
        None => without_billing(context, &epoch, organization_id, last_seen),
    };
    Ok(ActiveAccess { access, subscription, billing_position, epoch })
}

/// Whether what is remembered says something else, or no longer counts. The same plan seen again at a later position is no
/// reason to write: every change of anybody's plan moves that, and what is remembered counts until a change of this one.
fn is_news(
    context: &Context,
    epoch: &str,
    organization_id: OrganizationId,
    last_seen: Option<&Entitlement>,
    told: &Entitlement,
) -> bool {
    let Some(last_seen) = last_seen.filter(|last_seen| last_seen.subscription == told.subscription) else {
        return true;
    };
    let since = context.revocations.plan_since(epoch, organization_id.uuid(), last_seen.position);
    last_seen.position < told.position && !matches!(since, SinceSeen::Unchanged(_))
}

/// What was last seen, unless a change has been heard of since: then nothing is said of the plan. Either way the token knows
/// billing as far as the feed does, so that it is not refused at once.
fn without_billing(
    context: &Context,
    epoch: &str,
    organization_id: OrganizationId,
    last_seen: Option<Entitlement>,
) -> (Option<SubscriptionClaim>, i64) {
    let seen_at = last_seen.as_ref().map_or(0, |entitlement| entitlement.position);
    let claim = last_seen.map(|entitlement| entitlement.subscription);
    match context.revocations.plan_since(epoch, organization_id.uuid(), seen_at) {
        SinceSeen::Changed(heard) => (None, heard),
        SinceSeen::Unchanged(heard) => (claim, heard.max(seen_at)),
        SinceSeen::Unheard => (claim, seen_at),
    }
}

/// Roles that were given a moment ago, at the command line for example, may still be on their way to organizations. Whoever
/// holds a token that says them is let in there.
async fn tell_platform_roles(context: &Context, user: &User) -> Result<(), IdentityError> {
    if user.roles.is_empty() { Ok(()) } else { context.upstreams.record_profile(user).await }
}

/// For the times without billing, unless the plan has changed already, or its position is of an epoch that went.
async fn remember(
    context: &Context,
    epoch: &str,
    organization_id: OrganizationId,
    entitlement: &Entitlement,
) -> Result<(), IdentityError> {
    let transaction = context.database.begin_write().await?;
    let is_present = epoch::hold(&transaction).await?.as_deref() == Some(epoch);
    let since = context.revocations.plan_since(epoch, organization_id.uuid(), entitlement.position);
    if !is_present || matches!(since, SinceSeen::Changed(_)) {
        return Ok(());
    }
    entitlements::remember(&transaction, organization_id, entitlement).await?;
    Ok(transaction.commit().await?)
}
