//! Takes what Stripe sends: believed by its signature, taken once, and a hint alone.

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{Incident, SetAside, StripeCustomer};
use crate::error::BillingError;
use crate::providers::StripeEvent;
use crate::store::DbErr;
use crate::store::stripe::{customers, events};

/// The intent to read a customer at Stripe.
pub const READ_CUSTOMER: &str = "read-stripe-customer";

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// Its customer is read at Stripe.
    Heeded,
    /// It had come before.
    Known,
    /// It is about nothing that is kept here.
    PassedOver,
    /// It waits for the operator.
    SetAside(SetAside),
}

/// The event is written down in the transaction that wants its customer read, so that either both happen or Stripe sends
/// it again.
pub async fn receive_event(context: &Context, signature: &str, payload: &[u8]) -> Result<Received, BillingError> {
    let stripe = context.providers.stripe()?;
    let now = context.clock.now();
    stripe.check_signature(signature, payload, now)?;
    let event = StripeEvent::read(payload)?;
    let Some(customer_id) = event.customer_id.clone().filter(|_| event.is_heeded()) else {
        return Ok(Received::PassedOver);
    };

    let transaction = context.database.begin_write().await?;
    let customer = customers::find_by_customer(&transaction, &customer_id).await?;
    let incident = Incident {
        id: event.id,
        kind: event.kind,
        is_live: event.is_live,
        customer_id: event.customer_id,
        claimed_organization: event.claimed_organization,
        occurred: event.occurred,
        received: now,
        set_aside: None,
        times: 1,
        last_received: now,
        stripe_event_id: None,
    };
    let received = match (incident.objection(customer.as_ref(), stripe.is_live()), customer) {
        (None, Some(customer)) => {
            if !events::insert(&transaction, &incident).await? {
                return Ok(Received::Known);
            }
            want_reading(&transaction, &customer, now).await?;
            Received::Heeded
        }
        (reason, _) => {
            if events::is_known(&transaction, &incident.id).await? {
                return Ok(Received::Known);
            }
            let reason = reason.unwrap_or(SetAside::UnknownCustomer);
            set_aside(&transaction, incident, &customer_id, reason).await?;
            Received::SetAside(reason)
        }
    };
    transaction.commit().await?;
    Ok(received)
}

/// Everything that is told of one customer for one reason is one entry, which counts up.
async fn set_aside(
    transaction: &WriteTransaction,
    event: Incident,
    customer_id: &str,
    reason: SetAside,
) -> Result<(), DbErr> {
    tracing::warn!(event = event.id, reason = reason.word(), "an event of Stripe's is set aside");
    let id = reason.id_about(customer_id);
    let incident = Incident { id, stripe_event_id: Some(event.id), set_aside: Some(reason), ..event };
    events::set_aside(transaction, &incident).await
}

/// Has the customer read at Stripe soon after the transaction commits.
pub async fn want_reading(
    transaction: &WriteTransaction,
    customer: &StripeCustomer,
    now: Timestamp,
) -> Result<(), DbErr> {
    let reason = customers::want(transaction, customer).await?;
    let message = Message {
        topic: READ_CUSTOMER,
        key: format!("{}/{reason}", customer.customer_id),
        payload: json!({ "customer_id": customer.customer_id }),
        due: now,
    };
    outbox::append(transaction, message, now).await
}
