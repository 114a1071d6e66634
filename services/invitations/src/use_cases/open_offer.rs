//! Has organizations keep the custom roles of an invitation or a link that is about to be made.

use std::time::Duration;

use service_kit::{WriteTransaction, outbox};

use crate::context::Context;
use crate::domain::{Offering, Refused};
use crate::error::InvitationError;
use crate::use_cases::SETTLE_OFFER;
use crate::use_cases::settle_offer::{append_ended, intent};

/// Longer than any call may take.
const LEFT_TO_THE_MAKER: Duration = Duration::from_secs(60);

/// Opens one offer and begins the transaction that makes it.
pub async fn open_offer(context: &Context, offering: &Offering) -> Result<WriteTransaction, InvitationError> {
    open_offers(context, std::slice::from_ref(offering)).await?;
    begin_offered(context, offering).await
}

/// Opens offers that differ in nothing but their ids, by one call. The intents to close them are durable before
/// organizations is asked: whatever ends this call, the relay closes every offer that nobody makes. With built-in roles
/// alone there is nothing to keep.
pub async fn open_offers(context: &Context, offerings: &[Offering]) -> Result<(), InvitationError> {
    if !offerings.iter().any(Offering::has_custom_roles) {
        return Ok(());
    }
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    for offering in offerings {
        let unless_made = intent(offering, offering.id.to_string(), now.plus(LEFT_TO_THE_MAKER));
        outbox::append(&transaction, unless_made, now).await?;
    }
    transaction.commit().await?;

    context.organizations.open_offers(offerings).await
}

/// Begins the transaction that makes an offer which is open. The intent to close it is taken back in there.
pub async fn begin_offered(context: &Context, offering: &Offering) -> Result<WriteTransaction, InvitationError> {
    let transaction = context.database.begin_write().await?;
    if !offering.has_custom_roles() || outbox::withdraw(&transaction, SETTLE_OFFER, &offering.id.to_string()).await? {
        return Ok(transaction);
    }
    // The relay was first, and may have closed the offer before organizations had opened it.
    append_ended(&transaction, offering, context.clock.now()).await?;
    transaction.commit().await?;
    Err(Refused::TookTooLong.into())
}
