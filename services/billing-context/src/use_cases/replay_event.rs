//! Heeds what was set aside, once whatever was in its way is gone.

use crate::context::Context;
use crate::domain::{Caller, Incident, Record, Trail};
use crate::error::BillingError;
use crate::store::stripe::{customers, events};
use crate::use_cases::read_customer::read_customer;
use crate::use_cases::receive_event::want_reading;
use crate::use_cases::write_record::write_record;

/// Its customer is read anew; what the event said does not count. Refused while it still does not fit.
pub async fn replay_event(context: &Context, caller: &Caller, event_id: &str) -> Result<Incident, BillingError> {
    context.organizations.authorize_back_office(caller.user_id).await?;
    let stripe = context.providers.stripe()?;
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let incident = events::find_set_aside(&transaction, event_id).await?.ok_or(BillingError::EventUnknown)?;
    let customer_id = incident.customer_id.as_deref().unwrap_or_default();
    let customer = customers::find_by_customer(&transaction, customer_id).await?;
    if let Some(reason) = incident.objection(customer.as_ref(), stripe.is_live()) {
        return Err(BillingError::StillSetAside(reason));
    }
    let customer = customer.ok_or(BillingError::EventUnknown)?;
    // The customer's row first, as wherever both are written.
    want_reading(&transaction, &customer, now).await?;
    if !events::resolve(&transaction, event_id, now).await? {
        return Err(BillingError::EventUnknown);
    }
    let record = Record::event_replayed(&incident);
    let organization = Some(customer.organization_id);
    write_record(context, &transaction, organization, &Trail::of_back_office(caller), record, now).await?;
    transaction.commit().await?;

    // The relay reads it too; here it is done so that the answer comes after it.
    if let Err(error) = read_customer(context, &customer.customer_id).await {
        tracing::warn!(%error, "the customer of a replayed event will be read later");
    }
    Ok(incident)
}
