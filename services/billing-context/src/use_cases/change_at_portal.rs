//! What people do at the built-in provider's portal.

use access_policy::Permission;
use service_kit::{CallOrigin, SecretToken};

use crate::context::Context;
use crate::domain::{Caller, Entitled, PortalVisit, ProviderKind, SubscriptionRefusal, Trail, When};
use crate::error::BillingError;
use crate::store::{subscriptions, visits};
use crate::use_cases::settle::settle;
use crate::use_cases::take_position::take_position;
use crate::use_cases::write_change::write_change;

/// What can be done there.
pub enum PortalAction {
    CancelAtPeriodEnd,
    Reactivate,
}

/// A visit, and what its organization has.
pub struct Visited {
    pub visit: PortalVisit,
    pub subscription: Option<Entitled>,
}

/// What the visit that a secret opens shows.
pub async fn visit_portal(context: &Context, secret: &SecretToken) -> Result<Visited, BillingError> {
    let visit = find_visit(context, secret).await?;
    let latest =
        subscriptions::find_latest(context.database.reader(), visit.organization_id, context.providers.is_live())
            .await?;
    Ok(Visited { visit, subscription: latest.map(|latest| latest.at(context.clock.now())) })
}

/// Repeating it changes nothing more.
pub async fn change_at_portal(
    context: &Context,
    secret: &SecretToken,
    action: PortalAction,
    origin: CallOrigin,
) -> Result<Entitled, BillingError> {
    let PortalVisit { user_id, organization_id: organization, .. } = find_visit(context, secret).await?;
    context.organizations.authorize(user_id, organization, Permission::BillingManage).await?;
    let trail = Trail::of(&Caller { user_id, session_id: None, origin });

    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let settled = settle(context, &transaction, organization, now).await?;
    let before = settled.present.ok_or(SubscriptionRefusal::NoneRunning)?;
    if before.provider != ProviderKind::Manual {
        return Err(SubscriptionRefusal::PaidElsewhere.into());
    }
    let after = match action {
        PortalAction::CancelAtPeriodEnd => before.clone().cancel(When::AtPeriodEnd, now)?,
        PortalAction::Reactivate => before.clone().reactivate(),
    };
    let written = write_change(context, &transaction, before, after.clone(), &trail, now).await?;
    take_position(&transaction, organization, settled.narrowed || written.narrowed, now).await?;
    transaction.commit().await?;
    Ok(after.at(now))
}

async fn find_visit(context: &Context, secret: &SecretToken) -> Result<PortalVisit, BillingError> {
    context.providers.manual().require_pages()?;
    let visit = visits::find_by_secret(context.database.reader(), secret).await?;
    visit.filter(|visit| context.clock.now() < visit.expires).ok_or(BillingError::SecretUnknown)
}
