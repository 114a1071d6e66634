//! What the relay does with the intents of this service.

use service_kit::outbox::Delivery;
use service_kit::relay::{DeliveryError, Relay};

use crate::context::Context;
use crate::domain::Step;
use crate::error::BillingError;
use crate::providers::ProviderError;
use crate::use_cases::{CARRY_OUT_STEP, carry_out_step};

/// A relay that carries out at the providers what something interrupted.
pub fn relay(context: &Context) -> Relay {
    let carrying_out = context.clone();
    Relay::new(context.database.clone(), context.clock.clone(), context.entropy.clone())
        .on(CARRY_OUT_STEP, move |delivery| carry_out(carrying_out.clone(), delivery))
}

async fn carry_out(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let step: Step =
        serde_json::from_value(delivery.payload).map_err(|error| DeliveryError::Abandon(error.to_string()))?;
    match carry_out_step(&context, &step).await {
        Ok(()) => Ok(()),
        // Kept aside for the operator: asking again would be refused again.
        Err(BillingError::Provider(error @ ProviderError::Refused(_))) => {
            Err(DeliveryError::Abandon(error.to_string()))
        }
        Err(error) => Err(DeliveryError::Retry(error.to_string())),
    }
}
