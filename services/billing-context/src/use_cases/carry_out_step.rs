//! Changing something at a provider: written down first, then done until it succeeds.

use std::time::Duration;

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{Record, Step, Subscription, Trail};
use crate::error::BillingError;
use crate::use_cases::write_record::write_record;

/// The intent to carry out a step.
pub const CARRY_OUT_STEP: &str = "carry-out-step";

/// How long the call that wrote a step down has to carry it out before the relay does.
const OWN_TIME: Duration = Duration::from_secs(30);

/// Writes down what is to be done to the subscription at its provider.
pub async fn intend_step(
    context: &Context,
    transaction: &WriteTransaction,
    subscription: &Subscription,
    step: &Step,
    trail: &Trail,
    now: Timestamp,
) -> Result<(), BillingError> {
    let message =
        Message { topic: CARRY_OUT_STEP, key: step.id.to_string(), payload: json!(step), due: now.plus(OWN_TIME) };
    outbox::append(transaction, message, now).await?;
    let record = Record::step_asked_for(subscription, step);
    write_record(context, transaction, Some(step.organization_id), trail, record, now).await?;
    Ok(())
}

/// Does it; repeating it is safe at any time. While the provider does not answer, the intent stays.
pub async fn carry_out_step(context: &Context, step: &Step) -> Result<(), BillingError> {
    context.providers.of(step.provider)?.carry_out(step).await?;
    let transaction = context.database.begin_write().await?;
    outbox::complete(&transaction, CARRY_OUT_STEP, &step.id.to_string()).await?;
    transaction.commit().await?;
    Ok(())
}
