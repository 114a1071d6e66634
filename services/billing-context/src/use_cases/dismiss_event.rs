//! Takes something off the operator's list without heeding it.

use crate::context::Context;
use crate::domain::{Caller, Incident, Record, Trail};
use crate::error::BillingError;
use crate::store::stripe::{customers, events};
use crate::use_cases::write_record::write_record;

/// Nothing else is changed by it. The organization whose customer it is about reads of it in its log, if there is one.
pub async fn dismiss_event(context: &Context, caller: &Caller, event_id: &str) -> Result<Incident, BillingError> {
    context.organizations.authorize_back_office(caller.user_id).await?;
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let incident = events::find_set_aside(&transaction, event_id).await?.ok_or(BillingError::EventUnknown)?;
    if !events::dismiss(&transaction, event_id, now).await? {
        return Err(BillingError::EventUnknown);
    }
    let customer_id = incident.customer_id.as_deref().unwrap_or_default();
    let customer = customers::find_by_customer(&transaction, customer_id).await?;
    let organization = customer.map(|customer| customer.organization_id);
    let record = Record::event_dismissed(&incident);
    write_record(context, &transaction, organization, &Trail::of_back_office(caller), record, now).await?;
    transaction.commit().await?;
    Ok(incident)
}
