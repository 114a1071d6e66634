//! Changing something at a provider: written down first, then done until it succeeds.

use std::time::Duration;

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{OrganizationId, ProviderKind, Record, Step, StepAction, Subscription, Trail, When};
use crate::error::BillingError;
use crate::providers::ProviderError;
use crate::store::DbErr;
use crate::store::stripe::customers;
use crate::use_cases::read_customer::read_organization;
use crate::use_cases::receive_event::want_reading;
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

/// What can be superseded has its organization in front. An end at once cannot: nothing brings a subscription back.
fn key_of(step: &Step) -> String {
    match step.action {
        StepAction::Cancel { when: When::Now } => step.id.to_string(),
        _ => format!("{}{}", prefix_of(step.organization_id), step.id),
    }
}

fn prefix_of(organization: OrganizationId) -> String {
    format!("{organization}/")
}

/// Does it; repeating it is safe at any time. While the provider does not answer, the intent stays. What the provider says
/// afterwards is read at once; if that fails, the relay does it. A payment that is declined ends the step as well: it is not
/// to be taken later, when nobody asks for it any more.
pub async fn carry_out_step(context: &Context, step: &Step) -> Result<(), BillingError> {
    let declined = match context.providers.of(step.provider)?.carry_out(step).await {
        Ok(()) => None,
        Err(declined @ ProviderError::Declined(_)) => Some(declined),
        Err(error) => return Err(error.into()),
    };
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let is_wanted = want_reading_of(context, &transaction, step, now).await?;
    outbox::complete(&transaction, CARRY_OUT_STEP, &key_of(step)).await?;
    transaction.commit().await?;
    if is_wanted && let Err(error) = read_organization(context, step.organization_id).await {
        tracing::warn!(%error, "what a provider says after a change will be read later");
    }
    declined.map_or(Ok(()), |declined| Err(declined.into()))
}

/// `false` when there is nothing to read: our own row is what counts.
async fn want_reading_of(
    context: &Context,
    transaction: &WriteTransaction,
    step: &Step,
    now: Timestamp,
) -> Result<bool, BillingError> {
    if step.provider != ProviderKind::Stripe {
        return Ok(false);
    }
    let is_live = context.providers.stripe()?.is_live();
    let Some(customer) = customers::find(transaction, step.organization_id, is_live).await? else { return Ok(false) };
    want_reading(transaction, &customer, now).await?;
    Ok(true)
}
