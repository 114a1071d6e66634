//! Ending a subscription here whatever its provider says of it.

use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{Incident, Record, SetAside, Subscription, Trail};
use crate::error::BillingError;
use crate::store::DbErr;
use crate::store::stripe::{customers, events};
use crate::store::subscriptions;
use crate::use_cases::write_record::write_record;

/// Ends it for good: where it is found running at its provider later, it is ended there as well, and does not begin to count
/// again. The organization's account must be locked.
pub async fn end_on_purpose(
    context: &Context,
    transaction: &WriteTransaction,
    running: Subscription,
    trail: &Trail,
    now: Timestamp,
) -> Result<Subscription, BillingError> {
    let ended = running.ended_here_at(now);
    subscriptions::update(transaction, &ended).await?;
    let record = Record::subscription_ended(&ended);
    write_record(context, transaction, Some(ended.organization_id), trail, record, now).await?;
    Ok(ended)
}

/// Tells the operator of one that ended here and that nobody could end at Stripe.
pub async fn tell_left_running(
    transaction: &WriteTransaction,
    ended: &Subscription,
    now: Timestamp,
) -> Result<(), DbErr> {
    let (Some(provider_id), Some(is_live)) = (&ended.provider_id, ended.is_live) else { return Ok(()) };
    let customer = customers::find(transaction, ended.organization_id, is_live).await?;
    let reason = SetAside::LeftRunning;
    let incident = Incident {
        id: reason.id_about(provider_id),
        kind: format!("subscription.{}", reason.word()),
        is_live,
        customer_id: customer.map(|customer| customer.customer_id),
        claimed_organization: Some(ended.organization_id.to_string()),
        occurred: now,
        received: now,
        times: 1,
        last_received: now,
        stripe_event_id: None,
        set_aside: Some(reason),
    };
    events::set_aside(transaction, &incident).await?;
    tracing::warn!(subscription = provider_id, "a subscription ended here that may go on at Stripe; end it there too");
    Ok(())
}
