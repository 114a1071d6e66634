//! Counts what there may be only so many of, in the database, so that neither concurrency nor replicas slip it.

use std::time::Duration;

use mail::Address;
use service_kit::{Timestamp, WriteTransaction, rates};

use crate::context::Context;
use crate::domain::{Counted, Limit, OrganizationId, Refused, UserId};
use crate::error::InvitationError;

/// Counts one more invitation, or one that is sent again, in the transaction that makes it. To be called before any
/// invitation is locked: whoever invites takes the counts first, so that no two wait for each other.
pub async fn take_sending(
    context: &Context,
    transaction: &WriteTransaction,
    (organization, inviter, recipient): (OrganizationId, UserId, &Address),
    now: Timestamp,
) -> Result<(), InvitationError> {
    take(context, transaction, &Counted::sending(organization, inviter, recipient), now).await
}

/// Counts one more link, in the transaction that makes it or turns it on again.
pub async fn take_link(
    context: &Context,
    transaction: &WriteTransaction,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<(), InvitationError> {
    take(context, transaction, &[Counted::link_of(organization)], now).await
}

/// Refused when one of these counts is full as it stands, before anything is done that would come to nothing then.
pub async fn check_room(context: &Context, counted: &[Counted]) -> Result<(), InvitationError> {
    if !context.throttles {
        return Ok(());
    }
    let now = context.clock.now();
    for counted in counted {
        for (span, rate) in counted.limit.rates() {
            let name = context.rate_name(&counted.name(span));
            if let Some(wait) = rates::wait(context.database.reader(), &name, rate, now).await? {
                return Err(too_often(context, counted.limit, wait));
            }
        }
    }
    Ok(())
}

/// Takes every count. Refused when one is full, with the longest of their waits; then the transaction must not commit.
pub(super) async fn take(
    context: &Context,
    transaction: &WriteTransaction,
    counted: &[Counted],
    now: Timestamp,
) -> Result<(), InvitationError> {
    if !context.throttles {
        return Ok(());
    }
    let mut full: Option<(Limit, Duration)> = None;
    for counted in counted {
        for (span, rate) in counted.limit.rates() {
            let taken = rates::take(transaction, &context.rate_name(&counted.name(span)), rate, now).await?;
            if let Err(wait) = taken
                && full.is_none_or(|(_, longest)| longest < wait)
            {
                full = Some((counted.limit, wait));
            }
        }
    }
    rates::sweep(transaction, now).await?;
    match full {
        None => Ok(()),
        Some((limit, wait)) => Err(too_often(context, limit, wait)),
    }
}

fn too_often(context: &Context, limit: Limit, wait: Duration) -> InvitationError {
    context.numbers.limited(limit);
    Refused::TooOften { limit, wait }.into()
}
