//! What the relay does with the intents of this service.

use std::time::Duration;

use service_kit::outbox::Delivery;
use service_kit::relay::{DeliveryError, Relay};

use crate::context::Context;
use crate::domain::Step;
use crate::error::BillingError;
use crate::providers::ProviderError;
use crate::use_cases::{
    CARRY_OUT_STEP, CarriedOut, EXPIRE_CHECKOUTS, READ_CUSTOMER, carry_out_step, expire_checkouts, read_customer,
};

/// A step whose provider is not set up here any more waits so long for somebody to set it up again.
const WAITS_FOR_PROVIDER: Duration = Duration::from_secs(24 * 3600);

/// A relay that carries out at the providers what something interrupted, and reads what they say. What a customer's reading
/// was for, a later one makes up for; a checkout ends by itself within a day.
pub fn relay(context: &Context) -> Relay {
    let (carrying_out, reading, expiring) = (context.clone(), context.clone(), context.clone());
    Relay::new(context.database.clone(), context.clock.clone(), context.entropy.clone())
        .on(CARRY_OUT_STEP, move |delivery| carry_out(carrying_out.clone(), delivery))
        .on_for_a_day(READ_CUSTOMER, move |delivery| read(reading.clone(), delivery))
        .on_for_a_day(EXPIRE_CHECKOUTS, move |delivery| expire(expiring.clone(), delivery))
}

async fn carry_out(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let step: Step =
        serde_json::from_value(delivery.payload).map_err(|error| DeliveryError::Abandon(error.to_string()))?;
    let not_set_up = || {
        let problem = format!("{} is not set up here any more", step.provider.word());
        let has_waited = context.clock.now() > delivery.created.plus(WAITS_FOR_PROVIDER);
        if has_waited { DeliveryError::Abandon(problem) } else { DeliveryError::Retry(problem) }
    };
    match carry_out_step(&context, &step).await {
        Ok(CarriedOut { is_left: false, .. }) => Ok(()),
        Ok(CarriedOut { is_left: true, .. }) | Err(BillingError::Provider(ProviderError::NotConfigured)) => {
            Err(not_set_up())
        }
        // Nothing was changed, and the step is over.
        Err(BillingError::Provider(ProviderError::Declined(problem))) => {
            tracing::warn!(problem, "a change that was asked for is not paid for and is dropped");
            Ok(())
        }
        Err(BillingError::Provider(ProviderError::Refused(problem))) if !step.is_end() => {
            tracing::error!(problem, "a change that was asked for is refused by the provider and is dropped");
            Ok(())
        }
        // Kept aside for the operator: asking again would be refused again.
        Err(BillingError::Provider(error @ ProviderError::Refused(_))) => {
            Err(DeliveryError::Abandon(error.to_string()))
        }
        Err(error) => Err(DeliveryError::Retry(error.to_string())),
    }
}

/// The key names the customer and the reason to read it; a reason that something newer has covered is done.
async fn read(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let nothing = || DeliveryError::Abandon("the intent names nothing".to_owned());
    let (customer_id, _) = delivery.key.rsplit_once('/').ok_or_else(nothing)?;
    match read_customer(&context, customer_id).await {
        // Stripe is not set up any more; whoever sets it up again has customers read that nothing was heard of.
        Ok(()) | Err(BillingError::Provider(ProviderError::NotConfigured)) => Ok(()),
        Err(error) => Err(DeliveryError::Retry(error.to_string())),
    }
}

async fn expire(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let nobody = || DeliveryError::Abandon("the intent names no customer".to_owned());
    let customer_id = delivery.payload["customer_id"].as_str().ok_or_else(nobody)?;
    let opened_until = delivery.payload["opened_until"].as_i64().unwrap_or_else(|| delivery.created.seconds());
    match expire_checkouts(&context, customer_id, opened_until).await {
        // Nothing can be bought where Stripe is not set up.
        Ok(()) | Err(BillingError::Provider(ProviderError::NotConfigured)) => Ok(()),
        Err(error) => Err(DeliveryError::Retry(error.to_string())),
    }
}
