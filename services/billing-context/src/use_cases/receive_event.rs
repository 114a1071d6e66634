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
    let mut incident = Incident {
        id: event.id,
        kind: event.kind,
        is_live: event.is_live,
        customer_id: event.customer_id,
        claimed_organization: event.claimed_organization,
        occurred: event.occurred,
        received: now,
        set_aside: None,
    };
    incident.set_aside = incident.objection(customer.as_ref(), stripe.is_live());
    if !events::insert(&transaction, &incident).await? {
        return Ok(Received::Known);
    }
    let received = match (incident.set_aside, customer) {
        (None, Some(customer)) => {
            want_reading(&transaction, &customer, now).await?;
            Received::Heeded
        }
        (reason, _) => {
            let reason = reason.unwrap_or(SetAside::UnknownCustomer);
            tracing::warn!(event = incident.id, reason = reason.word(), "an event of Stripe's is set aside");
            Received::SetAside(reason)
        }
    };
    transaction.commit().await?;
    Ok(received)
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
