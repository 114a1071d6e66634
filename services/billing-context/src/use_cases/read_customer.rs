//! Reads how things stand at Stripe for one customer, and makes them stand so here.

use crate::context::Context;
use crate::domain::{Incident, OrganizationId, SetAside, StripeCustomer};
use crate::error::BillingError;
use crate::providers::{ProviderError, Stripe};
use crate::store::stripe::{customers, events};
use crate::use_cases::apply_said::apply_said;

/// Reads the customer unless everything that anybody wanted it read for has been applied.
pub async fn read_customer(context: &Context, customer_id: &str) -> Result<(), BillingError> {
    let stripe = context.providers.stripe()?;
    let customer = customers::find_by_customer(context.database.reader(), customer_id).await?;
    match customer {
        Some(customer) if customer.is_live == stripe.is_live() => read(context, stripe, &customer).await,
        // The other mode's customers are not ours to ask about.
        _ => Ok(()),
    }
}

/// The same for the organization's customer, right after something was changed there.
pub async fn read_organization(context: &Context, organization: OrganizationId) -> Result<(), BillingError> {
    let stripe = context.providers.stripe()?;
    match customers::find(context.database.reader(), organization, stripe.is_live()).await? {
        Some(customer) => read(context, stripe, &customer).await,
        None => Ok(()),
    }
}

async fn read(context: &Context, stripe: &Stripe, customer: &StripeCustomer) -> Result<(), BillingError> {
    if customer.done >= customer.wanted {
        return Ok(());
    }
    match stripe.read(customer).await {
        Ok(said) => apply_said(context, customer, said).await,
        Err(error) if error.is_missing() => set_missing_aside(context, customer).await,
        Err(error) => Err(BillingError::Provider(ProviderError::from(error))),
    }
}

/// A customer that is not there may have been removed, or the key is another account's. Nothing is taken away before
/// somebody has looked.
async fn set_missing_aside(context: &Context, customer: &StripeCustomer) -> Result<(), BillingError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    if customers::advance(&transaction, customer, customer.wanted, now).await? {
        let incident = Incident {
            id: SetAside::CustomerMissing.id_about(&customer.customer_id),
            kind: "customer.missing".to_owned(),
            is_live: customer.is_live,
            customer_id: Some(customer.customer_id.clone()),
            claimed_organization: Some(customer.organization_id.to_string()),
            occurred: now,
            received: now,
            times: 1,
            last_received: now,
            stripe_event_id: None,
            set_aside: Some(SetAside::CustomerMissing),
        };
        events::set_aside(&transaction, &incident).await?;
        tracing::warn!(organization = %customer.organization_id, "Stripe does not have the organization's customer");
    }
    transaction.commit().await?;
    Ok(())
}
