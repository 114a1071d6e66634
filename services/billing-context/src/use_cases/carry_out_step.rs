//! Changing something at a provider, as it was written down.

use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{ProviderKind, SetAside, Step, Trail};
use crate::error::BillingError;
use crate::providers::ProviderError;
use crate::store::stripe::{customers, events};
use crate::store::{ledger, subscriptions};
use crate::use_cases::end_on_purpose::{end_on_purpose, tell_left_running};
use crate::use_cases::intend_step::forget_step;
use crate::use_cases::read_customer::read_organization;
use crate::use_cases::receive_event::want_reading;
use crate::use_cases::take_position::take_position;

/// What came of a step.
pub struct CarriedOut {
    /// At which older tokens end; 0 when nothing was taken away.
    pub position: i64,
    /// Whether it is still to be done at the provider, which is not set up here any more.
    pub is_left: bool,
}

/// Does it; repeating it is safe at any time. While the provider does not answer, the intent stays. What the provider says
/// afterwards is read at once; if that fails, the relay does it. A change that is declined or refused is over as well: it is
/// not to be made later, when nobody asks for it any more. An end at once is never over before it is done.
///
/// What was to end and does not run at its provider ends here, whether or not there is anything left to be read. The same
/// where the provider is not set up any more, and then the operator is told. Either way it ends for good: should it be found
/// running at the provider later, with another key perhaps, it is ended there and does not begin to count again.
pub async fn carry_out_step(context: &Context, step: &Step) -> Result<CarriedOut, BillingError> {
    let outcome = match context.providers.of(step.provider) {
        Ok(provider) => provider.carry_out(step).await,
        Err(error) => Err(error),
    };
    let (is_left, refused) = match outcome {
        Ok(()) => (false, None),
        Err(ProviderError::NotConfigured) if step.is_end() => (true, None),
        Err(refused @ (ProviderError::Declined(_) | ProviderError::Refused(_))) if !step.is_end() => {
            (false, Some(refused))
        }
        Err(error) => return Err(error.into()),
    };
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    // The customer's row first, as wherever both are written.
    let is_wanted = !is_left && want_reading_of(context, &transaction, step, now).await?;
    let narrowed = step.is_end() && end_here(context, &transaction, step, is_left, now).await?;
    if !is_left {
        forget_step(&transaction, step).await?;
    }
    let position = take_position(&transaction, step.organization_id, narrowed, now).await?;
    transaction.commit().await?;
    if is_wanted && let Err(error) = read_organization(context, step.organization_id).await {
        tracing::warn!(%error, "what a provider says after a change will be read later");
    }
    refused.map_or(Ok(CarriedOut { position, is_left }), |refused| Err(refused.into()))
}

/// Ends what is still running here of the step's subscription, for good; whether that takes away something that tokens speak of.
/// What ended here on purpose and could not be ended there is told to the operator, once.
async fn end_here(
    context: &Context,
    transaction: &WriteTransaction,
    step: &Step,
    is_left: bool,
    now: Timestamp,
) -> Result<bool, BillingError> {
    let organization = step.organization_id;
    ledger::lock_account(transaction, organization).await?;
    let found = subscriptions::find_at_provider(transaction, organization, step.provider, &step.provider_id).await?;
    let Some(found) = found else { return Ok(false) };
    let narrowed =
        found.ended.is_none() && found.counts_in(context.providers.is_live()) && found.standing().is_more_than(None);
    let ended = match found.ended {
        None => end_on_purpose(context, transaction, found, &Trail::product(), now).await?,
        Some(_) => found,
    };
    let told_by = SetAside::LeftRunning.id_about(&step.provider_id);
    if is_left && ended.ended_here && !events::is_told(transaction, &told_by).await? {
        tell_left_running(transaction, &ended, now).await?;
    }
    Ok(narrowed)
}

/// `false` when there is nothing to read: our own row is what counts, or there is no customer.
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
