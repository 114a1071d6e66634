//! The second half of joining by a link. Done by the joining call, or by the relay when that call did
//! not get so far.

use service_kit::{WriteTransaction, outbox};

use crate::context::Context;
use crate::domain::{InviteLink, Join, Refused};
use crate::error::InvitationError;
use crate::store::{DbErr, invite_links, joins};
use crate::upstreams::{Admission, Joining, NotAdmitted};
use crate::use_cases::end_offer;

/// The intent to finish; the key is the id of the use.
pub const FINISH_JOIN: &str = "finish-join";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Joined,
    /// The use came to nothing.
    Unused,
    /// So will every other.
    Void,
}

/// Repeating it is safe at any time. A use of a link that was turned off meanwhile is called off.
pub async fn finish_join(context: &Context, link: &InviteLink, join: &Join) -> Result<Admission, InvitationError> {
    let refused = match admit(context, link, join).await {
        Ok(admission) => {
            record(context, link, join, Outcome::Joined).await?;
            return Ok(admission);
        }
        Err(NotAdmitted::Unanswered(status)) => return Err(InvitationError::Unanswered(status)),
        Err(refused) => refused,
    };
    // From this answer on a request that is still on its way makes no member, so that the use can be given back.
    if context.organizations.call_off(join.id.uuid(), link.organization_id).await? {
        record(context, link, join, Outcome::Joined).await?;
        return context.organizations.membership(join.user_id, link.organization_id).await;
    }
    let is_void = link.is_active && matches!(refused, NotAdmitted::OfferVoid);
    let is_active = record(context, link, join, if is_void { Outcome::Void } else { Outcome::Unused }).await?;
    Err(match refused {
        NotAdmitted::NotNow(status) => InvitationError::Upstream(status),
        NotAdmitted::UserGone => Refused::AccountGone.into(),
        // Another attempt of the same person has been refused and called off.
        NotAdmitted::Ended if is_active => Refused::TookTooLong.into(),
        NotAdmitted::Ended | NotAdmitted::OfferVoid => Refused::Revoked.into(),
        NotAdmitted::Unanswered(status) => InvitationError::Unanswered(status),
    })
}

async fn admit(context: &Context, link: &InviteLink, join: &Join) -> Result<Admission, NotAdmitted> {
    if !link.is_active {
        return Err(NotAdmitted::OfferVoid);
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
async fn record(context: &Context, link: &InviteLink, join: &Join, outcome: Outcome) -> Result<bool, InvitationError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    // Before the join, in the order of whoever takes a use.
    let locked = invite_links::lock(&transaction, link.organization_id, link.id).await?;
    match outcome {
        Outcome::Joined => {
            joins::record_joined(&transaction, join.id).await?;
            let may_end = link.max_uses.is_some() && link.offering().has_custom_roles();
            if may_end && link.is_used_up(joins::count_joined(&transaction, link.id).await?) {
                end_offer(&transaction, &link.offering(), now).await?;
            }
        }
        Outcome::Unused => give_back(&transaction, join).await?,
        Outcome::Void => {
            invite_links::turn_off(&transaction, link.organization_id, link.id).await?;
            give_back(&transaction, join).await?;
            end_offer(&transaction, &link.offering(), now).await?;
        }
    }
    outbox::complete(&transaction, FINISH_JOIN, &join.id.to_string()).await?;
    transaction.commit().await?;
    Ok(outcome != Outcome::Void && locked.is_some_and(|link| link.is_active))
}

async fn give_back(transaction: &WriteTransaction, join: &Join) -> Result<(), DbErr> {
    if joins::remove_unjoined(transaction, join.id).await? {
        invite_links::give_use_back(transaction, join.link_id).await?;
    }
    Ok(())
}
