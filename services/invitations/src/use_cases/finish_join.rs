//! The second half of joining by a link. Done by the joining call, or by the relay when that call did
//! not get so far.

use service_kit::{WriteTransaction, outbox};

use crate::context::Context;
use crate::domain::{Cause, InviteLink, Join, Record, Refused, Switch, Trail};
use crate::error::InvitationError;
use crate::store::{DbErr, invite_links, joins};
use crate::upstreams::{Admission, Joining, NotAdmitted};
use crate::use_cases::{end_offer, write_record};

/// The intent to finish; the key is the id of the use.
pub const FINISH_JOIN: &str = "finish-join";

#[derive(Clone, Copy)]
enum Outcome {
    Joined,
    /// The use came to nothing.
    Unused,
    /// So will every other.
    Void(Cause),
}

/// The trail tells of whoever joins. Repeating it is safe at any time. A use of a link that was turned off meanwhile is
/// called off.
pub async fn finish_join(
    context: &Context,
    link: &InviteLink,
    join: &Join,
    trail: &Trail,
) -> Result<Admission, InvitationError> {
    let refused = match admit(context, link, join).await {
        Ok(admission) => {
            record(context, link, join, trail, Outcome::Joined).await?;
            return Ok(admission);
        }
        Err(NotAdmitted::Unanswered(status)) => return Err(InvitationError::Unanswered(status)),
        Err(refused) => refused,
    };
    // From this answer on a request that is still on its way makes no member, so that the use can be given back.
    if context.organizations.call_off(join.id.uuid(), link.organization_id).await? {
        record(context, link, join, trail, Outcome::Joined).await?;
        return context.organizations.membership(join.user_id, link.organization_id).await;
    }
    let outcome = match refused {
        NotAdmitted::OfferVoid(cause) if link.switch == Switch::On => Outcome::Void(cause),
        _ => Outcome::Unused,
    };
    let is_on = record(context, link, join, trail, outcome).await?;
    Err(match refused {
        NotAdmitted::NotNow(status) => InvitationError::Upstream(status),
        NotAdmitted::UserGone => Refused::AccountGone.into(),
        // Another attempt of the same person has been refused and called off.
        NotAdmitted::Ended if is_on => Refused::TookTooLong.into(),
        NotAdmitted::Ended => Refused::Revoked { cause: None }.into(),
        NotAdmitted::OfferVoid(cause) => Refused::Revoked { cause: Some(cause) }.into(),
        NotAdmitted::Unanswered(status) => InvitationError::Unanswered(status),
    })
}

async fn admit(context: &Context, link: &InviteLink, join: &Join) -> Result<Admission, NotAdmitted> {
    match link.switch {
        Switch::On => {}
        Switch::Off => return Err(NotAdmitted::OfferVoid(Cause::TurnedOff)),
        Switch::Revoked { cause } => return Err(NotAdmitted::OfferVoid(cause.unwrap_or(Cause::Withdrawn))),
    }
    let joining = Joining {
        join_id: join.id.uuid(),
        organization_id: link.organization_id,
        user_id: join.user_id,
        role_ids: link.role_ids.clone(),
        granted_by: link.created_by,
    };
    context.organizations.admit(&joining).await
}

/// Answers whether the link is still turned on.
async fn record(
    context: &Context,
    link: &InviteLink,
    join: &Join,
    trail: &Trail,
    outcome: Outcome,
) -> Result<bool, InvitationError> {
    let transaction = context.database.begin_write().await?;
    // Before the join, in the order of whoever takes a use.
    let locked = invite_links::lock(&transaction, link.organization_id, link.id).await?;
    // As it is now: it may have been turned off and on meanwhile.
    let link = locked.as_ref().unwrap_or(link);
    let now = context.clock.now();
    let mut is_on = link.switch == Switch::On;
    match outcome {
        Outcome::Joined => {
            if joins::record_joined(&transaction, join.id).await? {
                let record = Record::link_joined(link);
                write_record(context, &transaction, link.organization_id, trail, record, now).await?;
            }
            let may_end = link.max_uses.is_some() && link.offering().has_custom_roles();
            if may_end && link.is_used_up(joins::count_joined(&transaction, link.id).await?) {
                end_offer(&transaction, &link.offering(), now).await?;
            }
        }
        Outcome::Unused => give_back(&transaction, join).await?,
        Outcome::Void(cause) => {
            is_on = false;
            if invite_links::revoke(&transaction, link, cause).await? {
                let (trail, record) = (trail.of_the_product(), Record::link_voided(link, cause));
                write_record(context, &transaction, link.organization_id, &trail, record, now).await?;
            }
            give_back(&transaction, join).await?;
            end_offer(&transaction, &link.offering(), now).await?;
        }
    }
    outbox::complete(&transaction, FINISH_JOIN, &join.id.to_string()).await?;
    transaction.commit().await?;
    Ok(is_on)
}

async fn give_back(transaction: &WriteTransaction, join: &Join) -> Result<(), DbErr> {
    if joins::remove_unjoined(transaction, join.id).await? {
        invite_links::give_use_back(transaction, join.link_id).await?;
    }
    Ok(())
}
