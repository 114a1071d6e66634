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

/// Begins the transaction that makes the offer. The intent to close it is durable before organizations is asked, and
/// taken back in that transaction: whatever ends this call before its commit, the relay closes the offer. With
/// built-in roles alone there is nothing to keep.
pub async fn open_offer(context: &Context, offering: &Offering) -> Result<WriteTransaction, InvitationError> {
    if !offering.has_custom_roles() {
        return Ok(context.database.begin_write().await?);
    }
    let now = context.clock.now();
    let unless_made = intent(offering, offering.id.to_string(), now.plus(LEFT_TO_THE_MAKER));
    let transaction = context.database.begin_write().await?;
    outbox::append(&transaction, unless_made, now).await?;
    transaction.commit().await?;

    context.organizations.open_offer(offering).await?;

    let transaction = context.database.begin_write().await?;
    if !outbox::withdraw(&transaction, SETTLE_OFFER, &offering.id.to_string()).await? {
        // The relay was first, and may have closed the offer before organizations had opened it.
        append_ended(&transaction, offering, context.clock.now()).await?;
        transaction.commit().await?;
        return Err(Refused::TookTooLong.into());
    }
    Ok(transaction)
}
