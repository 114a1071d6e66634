//! Ends at Stripe what could still be bought once something was: two tabs are not to pay twice.

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::StripeCustomer;
use crate::error::BillingError;
use crate::providers::ProviderError;
use crate::store::DbErr;

/// The intent to end a customer's open checkouts.
pub const EXPIRE_CHECKOUTS: &str = "expire-stripe-checkouts";

/// Has them ended soon after the transaction commits, because of the subscription of this id.
pub async fn intend_expiry(
    transaction: &WriteTransaction,
    customer: &StripeCustomer,
    provider_id: &str,
    now: Timestamp,
) -> Result<(), DbErr> {
    let message = Message {
        topic: EXPIRE_CHECKOUTS,
        key: provider_id.to_owned(),
        payload: json!({ "customer_id": customer.customer_id }),
        due: now,
    };
    outbox::append(transaction, message, now).await
}

/// Repeating it is safe: what is over stays over. A checkout that is opened at this moment may slip it; what is bought there
/// as well is canceled and told to the operator.
pub async fn expire_checkouts(context: &Context, customer_id: &str) -> Result<(), BillingError> {
    let stripe = context.providers.stripe()?;
    Ok(stripe.expire_checkouts(customer_id).await.map_err(ProviderError::from)?)
}
