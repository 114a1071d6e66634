//! Counts tries before they are made.

use std::time::Duration;

use service_kit::{Timestamp, WriteTransaction, rates};

use crate::context::Context;
use crate::domain::throttle::{Failures, Rate};
use crate::error::IdentityError;
use crate::store::attempts;

/// Counts a sign-in as failed, before the password is looked at, so that many at once get no more tries
/// than one after the other. A try that is refused is not counted.
pub async fn begin_sign_in(
    context: &Context,
    failures: &Failures<'_>,
    from: &Rate<'_>,
    to: &Rate<'_>,
) -> Result<(), IdentityError> {
    if !context.throttles {
        return Ok(());
    }
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let rate = rates::take(&transaction, &name(context, from.name()), from.bound(), now).await?;
    rate.map_err(|wait| too_often(context, from, wait))?;
    take_failures(context, &transaction, failures, now).await?;
    let rate = rates::take(&transaction, &name(context, to.name()), to.bound(), now).await?;
    rate.map_err(|wait| too_often(context, to, wait))?;
    attempts::sweep(&transaction, now).await?;
    rates::sweep(&transaction, now).await?;
    Ok(transaction.commit().await?)
}

/// Forgives the failures of whoever has signed in, and takes the try off the network's count.
pub async fn finish_sign_in(context: &Context, failures: &Failures<'_>, from: &Rate<'_>) -> Result<(), IdentityError> {
    if !context.throttles {
        return Ok(());
    }
    let transaction = context.database.begin_write().await?;
    // In the order in which they are taken, so that no two wait for each other.
    rates::give_back(&transaction, &name(context, from.name()), from.bound()).await?;
    forgive_all(context, &transaction, failures).await?;
    Ok(transaction.commit().await?)
}

/// Counts a try as failed until `forgive`.
pub async fn take_failure(context: &Context, failures: &Failures<'_>) -> Result<(), IdentityError> {
    if !context.throttles {
        return Ok(());
    }
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    take_failures(context, &transaction, failures, now).await?;
    attempts::sweep(&transaction, now).await?;
    Ok(transaction.commit().await?)
}

/// Forgets the failures of whoever has proven who they are.
pub async fn forgive(context: &Context, failures: &Failures<'_>) -> Result<(), IdentityError> {
    if !context.throttles {
        return Ok(());
    }
    let transaction = context.database.begin_write().await?;
    forgive_all(context, &transaction, failures).await?;
    Ok(transaction.commit().await?)
}

/// Counts one more of what may be done this often.
pub async fn take_rate(context: &Context, rate: &Rate<'_>) -> Result<(), IdentityError> {
    is_within(context, rate).await?.map_err(IdentityError::TooOften)
}

/// The same for what is refused without a word.
pub async fn is_within(context: &Context, rate: &Rate<'_>) -> Result<Result<(), Duration>, IdentityError> {
    if !context.throttles {
        return Ok(Ok(()));
    }
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let taken = rates::take(&transaction, &name(context, rate.name()), rate.bound(), now).await?;
    rates::sweep(&transaction, now).await?;
    transaction.commit().await?;
    if taken.is_err() {
        context.numbers.limited(rate.bucket());
    }
    Ok(taken)
}

fn too_often(context: &Context, rate: &Rate<'_>, wait: Duration) -> IdentityError {
    context.numbers.limited(rate.bucket());
    IdentityError::TooOften(wait)
}

/// Each count in its turn: the first that is full refuses the try, and the transaction with it.
async fn take_failures(
    context: &Context,
    transaction: &WriteTransaction,
    failures: &Failures<'_>,
    now: Timestamp,
) -> Result<(), IdentityError> {
    for count in failures.counts() {
        let name = name(context, count.name());
        let taken = attempts::take_failure(transaction, &name, count.free(), now).await?;
        if let Err(wait) = taken {
            context.numbers.limited(count.bucket());
            return Err(IdentityError::TooManyFailures(wait));
        }
    }
    Ok(())
}

async fn forgive_all(
    context: &Context,
    transaction: &WriteTransaction,
    failures: &Failures<'_>,
) -> Result<(), IdentityError> {
    for count in failures.counts() {
        attempts::forgive(transaction, &name(context, count.name())).await?;
    }
    Ok(())
}

/// What is stored in the place of addresses and networks.
fn name(context: &Context, parts: Vec<Vec<u8>>) -> [u8; 32] {
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    context.secrets.attempts.authenticate(&parts)
}
