//! Ends at Stripe what could still be bought once something was: two tabs are not to pay twice.

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{SaidSubscription, StripeCustomer};
use crate::error::BillingError;
use crate::providers::ProviderError;
use crate::store::DbErr;
use crate::store::stripe::customers;

/// The intent to end a customer's open checkouts.
pub const EXPIRE_CHECKOUTS: &str = "expire-stripe-checkouts";

/// Has them ended soon after the transaction commits, because of this subscription. What is opened later than now is no
/// second tab: it is refused while the subscription counts, and wanted once it does not.
pub async fn intend_expiry(
    transaction: &WriteTransaction,
    customer: &StripeCustomer,
    said: &SaidSubscription,
    now: Timestamp,
) -> Result<(), DbErr> {
    let message = Message {
        topic: EXPIRE_CHECKOUTS,
        key: said.provider_id.clone(),
        // Stripe's clock may be ahead of ours.
        payload: json!({ "customer_id": customer.customer_id, "opened_until": now.max(said.created).seconds() }),
        due: now,
    };
    outbox::append(transaction, message, now).await
}

/// Repeating it is safe: what is over stays over, and what was opened after that second is left alone. A checkout that is opened
/// at this moment may slip it; what is bought there as well is canceled and told to the operator.
pub async fn expire_checkouts(context: &Context, customer_id: &str, opened_until: i64) -> Result<(), BillingError> {
    let stripe = context.providers.stripe()?;
    // A customer that was replaced meanwhile has nothing that could be bought.
    let customer = customers::find_by_customer(context.database.reader(), customer_id).await?;
    let Some(customer) = customer.filter(|customer| customer.is_live == stripe.is_live()) else { return Ok(()) };
    Ok(stripe.expire_checkouts(&customer, opened_until).await.map_err(ProviderError::from)?)
}
