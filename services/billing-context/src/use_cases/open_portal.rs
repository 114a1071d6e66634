//! Sends somebody to where what the organization has is looked after.

use access_policy::Permission;
use service_kit::Id;

use crate::context::Context;
use crate::domain::{Caller, OrganizationId, PortalVisit, ProviderKind, ReturnUrl, VISIT_LASTS};
use crate::error::BillingError;
use crate::store::{subscriptions, visits};

pub struct OpenPortal {
    pub organization_id: OrganizationId,
    pub return_url: ReturnUrl,
}

/// Answers the address. It is the portal of whoever looks after the running subscription, else of whoever sells.
pub async fn open_portal(context: &Context, caller: &Caller, command: OpenPortal) -> Result<String, BillingError> {
    let organization = command.organization_id;
    context.organizations.authorize(caller.user_id, organization, Permission::BillingManage).await?;
    let present =
        subscriptions::find_present(context.database.reader(), organization, context.providers.is_live()).await?;
    let seller = context.providers.seller();
    // What was granted has nothing to be looked after elsewhere, but invoices of earlier times may be there.
    let kind = present.map_or(seller, |present| present.provider);
    let kind =
        if kind == ProviderKind::Manual && context.providers.manual().require_pages().is_err() { seller } else { kind };

    let now = context.clock.now();
    let visit = PortalVisit {
        id: Id::generate(&context.entropy, now),
        organization_id: organization,
        user_id: caller.user_id,
        return_url: command.return_url,
        created: now,
        expires: now.plus(VISIT_LASTS),
    };
    if kind == ProviderKind::Manual {
        context.providers.manual().require_pages()?;
        let transaction = context.database.begin_write().await?;
        visits::insert(&transaction, &visit, &context.providers.manual().secret_of(visit.id.uuid())).await?;
        transaction.commit().await?;
    }
    Ok(context.providers.of(kind)?.open_portal(&visit).await?)
}
