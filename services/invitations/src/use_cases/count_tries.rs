//! Counts tries with tokens by the network that they come from.

use std::net::IpAddr;

use service_kit::rates;

use crate::context::Context;
use crate::domain::{Counted, Refused};
use crate::error::InvitationError;
use crate::store::DbErr;
use crate::use_cases::count::take;

/// Makes a call that takes a token. It counts if nobody knows the token; that is known only afterwards, so it is counted
/// before and given back.
pub async fn count_try<T>(
    context: &Context,
    from: Option<IpAddr>,
    call: impl Future<Output = Result<T, InvitationError>>,
) -> Result<T, InvitationError> {
    if !context.throttles {
        return call.await;
    }
    let counted = Counted::try_from_network(from);
    let transaction = context.database.begin_write().await?;
    take(context, &transaction, std::slice::from_ref(&counted), context.clock.now()).await?;
    transaction.commit().await?;

    let answer = call.await;
    if !matches!(answer, Err(InvitationError::Refused(Refused::NotFound)))
        && let Err(error) = give_back(context, &counted).await
    {
        // It stays counted, which is no reason to keep the answer back.
        tracing::warn!(%error, "a try could not be given back");
    }
    answer
}

async fn give_back(context: &Context, counted: &Counted) -> Result<(), DbErr> {
    let transaction = context.database.begin_write().await?;
    for (span, rate) in counted.limit.rates() {
        rates::give_back(&transaction, &context.rate_name(&counted.name(span)), rate).await?;
    }
    transaction.commit().await
}
