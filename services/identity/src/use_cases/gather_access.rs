//! Asks the other services what a token shall say of an organization.

use token_verification::SubscriptionClaim;

use crate::context::Context;
use crate::domain::entitlement::Entitlement;
use crate::domain::user::{OrganizationId, UserId};
use crate::error::IdentityError;
use crate::store::entitlements;
use crate::upstreams::Access;

/// What a user may do for an organization, and on which plan.
#[derive(Clone, Debug)]
pub struct ActiveAccess {
    pub access: Access,
    /// Absent when it was never learnt, which is not the same as having none.
    pub subscription: Option<SubscriptionClaim>,
    /// Position of billing that the subscription was read at; 0 without one.
    pub billing_position: i64,
}

/// Asks organizations and billing at once. Without billing the last entitlement seen has to do;
/// without organizations, or without a right to the organization, there is no token.
pub async fn gather_access(
    context: &Context,
    user_id: UserId,
    organization_id: OrganizationId,
) -> Result<ActiveAccess, IdentityError> {
    let upstreams = &context.upstreams;
    let (access, told) = tokio::try_join!(upstreams.get_access(user_id, organization_id), async {
        Ok(upstreams.get_entitlement(organization_id).await)
    })?;

    let last_seen = entitlements::find(context.database.reader(), organization_id).await?;
    let entitlement = match told {
        Some(told) => {
            if last_seen.as_ref() != Some(&told) {
                remember(context, organization_id, &told).await?;
            }
            Some(told)
        }
        None => last_seen,
    };
    Ok(ActiveAccess {
        access,
        billing_position: entitlement.as_ref().map_or(0, |entitlement| entitlement.position),
        subscription: entitlement.map(|entitlement| entitlement.subscription),
    })
}

async fn remember(
    context: &Context,
    organization_id: OrganizationId,
    entitlement: &Entitlement,
) -> Result<(), IdentityError> {
    let transaction = context.database.begin_write().await?;
    entitlements::remember(&transaction, organization_id, entitlement).await?;
    Ok(transaction.commit().await?)
}
