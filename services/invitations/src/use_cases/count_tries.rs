//! Counts tries with tokens by the network that they come from.

use std::net::IpAddr;

use service_kit::rates;

use crate::context::Context;
use crate::domain::{Counted, Refused};
use crate::error::InvitationError;
use crate::use_cases::count::take;

/// Makes a call that anybody may make. Each counts.
pub async fn count_call<T>(
    context: &Context,
    from: Option<IpAddr>,
    call: impl Future<Output = Result<T, InvitationError>>,
) -> Result<T, InvitationError> {
    begin(context, &Counted::try_from_network(from)).await?;
    call.await
}

/// Makes a call of somebody who is signed in. It counts if nobody knows the token; that is known only afterwards, so it
/// is counted before and given back.
pub async fn count_try<T>(
    context: &Context,
    from: Option<IpAddr>,
    call: impl Future<Output = Result<T, InvitationError>>,
) -> Result<T, InvitationError> {
    let counted = Counted::try_from_network(from);
    begin(context, &counted).await?;
    let answer = call.await;
    if context.throttles && !matches!(answer, Err(InvitationError::Refused(Refused::NotFound))) {
        let transaction = context.database.begin_write().await?;
        for (span, rate) in counted.limit.rates() {
            rates::give_back(&transaction, &context.rate_name(&counted.name(span)), rate).await?;
        }
        transaction.commit().await?;
    }
    answer
}

async fn begin(context: &Context, counted: &Counted) -> Result<(), InvitationError> {
    if !context.throttles {
        return Ok(());
    }
    let transaction = context.database.begin_write().await?;
    take(context, &transaction, std::slice::from_ref(counted), context.clock.now()).await?;
    Ok(transaction.commit().await?)
}
