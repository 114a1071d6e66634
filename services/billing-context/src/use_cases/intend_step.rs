//! Writing down what is to be changed at a provider, before anybody changes it.

use std::time::Duration;

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{OrganizationId, Record, Step, Subscription, Trail};
use crate::error::BillingError;
use crate::store::DbErr;
use crate::use_cases::write_record::write_record;

/// The intent to carry out a step.
pub const CARRY_OUT_STEP: &str = "carry-out-step";

/// How long the call that wrote a step down has to carry it out before the relay does.
const OWN_TIME: Duration = Duration::from_secs(30);

/// Writes down what is to be done to the subscription at its provider. What was asked for before and has not been done yet
/// is not to be done any more: it would undo this one.
pub async fn intend_step(
    context: &Context,
    transaction: &WriteTransaction,
    subscription: &Subscription,
    step: &Step,
    trail: &Trail,
    now: Timestamp,
) -> Result<(), BillingError> {
    outbox::supersede(transaction, CARRY_OUT_STEP, &prefix_of(step.organization_id)).await?;
    write_step_down(transaction, step, now.plus(OWN_TIME), now).await?;
    let record = Record::step_asked_for(subscription, step);
    write_record(context, transaction, Some(step.organization_id), trail, record, now).await?;
    Ok(())
}

/// Writes a step down for the relay, which carries it out from an instant on. The same step again changes nothing.
pub async fn write_step_down(
    transaction: &WriteTransaction,
    step: &Step,
    due: Timestamp,
    now: Timestamp,
) -> Result<(), DbErr> {
    let message = Message { topic: CARRY_OUT_STEP, key: key_of(step), payload: json!(step), due };
    outbox::append(transaction, message, now).await
}

/// The step is done: the relay need not carry it out any more.
pub async fn forget_step(transaction: &WriteTransaction, step: &Step) -> Result<(), DbErr> {
    outbox::complete(transaction, CARRY_OUT_STEP, &key_of(step)).await
}

/// What can be superseded has its organization in front. An end at once cannot: nothing brings a subscription back.
fn key_of(step: &Step) -> String {
    if step.is_end() { step.id.to_string() } else { format!("{}{}", prefix_of(step.organization_id), step.id) }
}

fn prefix_of(organization: OrganizationId) -> String {
    format!("{organization}/")
}
