//! Answers what tokens say of an organization's plan.

use crate::context::Context;
use crate::domain::{Entitled, OrganizationId};
use crate::error::BillingError;
use crate::store;

pub struct Entitlement {
    /// `None` when it has never had a subscription.
    pub subscription: Option<Entitled>,
    /// Of the snapshot that the subscription was read in.
    pub position: i64,
}

pub async fn get_entitlement(context: &Context, organization: OrganizationId) -> Result<Entitlement, BillingError> {
    let snapshot = context.database.begin_snapshot().await?;
    let latest = store::subscriptions::find_latest(&snapshot, organization, context.providers.is_live()).await?;
    let position = store::positions::current(&snapshot).await?;
    snapshot.commit().await?;
    Ok(Entitlement { subscription: latest.map(|subscription| subscription.at(context.clock.now())), position })
}
