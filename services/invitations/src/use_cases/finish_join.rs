//! The second half of joining by a link. Done by the joining call, or by the relay when that call did
//! not get so far.

use service_kit::{WriteTransaction, outbox};

use crate::context::Context;
use crate::domain::{Cause, InviteLink, Join, Refused};
use crate::error::InvitationError;
use crate::store::{invite_links, joins};
use crate::upstreams::{Admission, Joining, NotAdmitted};
use crate::use_cases::end_offer;

/// The intent to finish; the key is the id of the use.
pub const FINISH_JOIN: &str = "finish-join";

enum Outcome {
    Joined,
    /// The use came to nothing.
    Unused,
    /// So will every other.
    Void(Cause),
}

/// Repeating it is safe at any time.
pub async fn finish_join(context: &Context, link: &InviteLink, join: &Join) -> Result<Admission, InvitationError> {
    let joining = Joining {
        join_id: join.id.uuid(),
        organization_id: link.organization_id,
        user_id: join.user_id,
        role_ids: link.role_ids.clone(),
        granted_by: link.created_by,
    };
    let (outcome, answer) = match context.organizations.admit(&joining).await {
        Ok(admission) => (Outcome::Joined, Ok(admission)),
        Err(NotAdmitted::Ended) => (Outcome::Joined, Err(Refused::AlreadyUsed.into())),
        Err(NotAdmitted::OfferVoid(cause)) => {
            (Outcome::Void(cause), Err(Refused::Revoked { cause: Some(cause) }.into()))
        }
        Err(NotAdmitted::UserGone(status) | NotAdmitted::NotNow(status)) => {
            (Outcome::Unused, Err(InvitationError::Upstream(status)))
        }
        Err(NotAdmitted::Unanswered(status)) => return Err(InvitationError::Unanswered(status)),
    };

    let transaction = context.database.begin_write().await?;
    // Before the join, in the order of whoever takes a use.
    let locked = invite_links::lock(&transaction, link.organization_id, link.id).await?;
    // As it is now: it may have been turned off and on meanwhile.
    let link = locked.as_ref().unwrap_or(link);
    match outcome {
        Outcome::Joined => record_joined(context, &transaction, link, join).await?,
        Outcome::Unused => give_back(&transaction, join).await?,
        Outcome::Void(cause) => {
            invite_links::revoke(&transaction, link, cause).await?;
            give_back(&transaction, join).await?;
            end_offer(&transaction, &link.offering(), context.clock.now()).await?;
        }
    }
    outbox::complete(&transaction, FINISH_JOIN, &join.id.to_string()).await?;
    transaction.commit().await?;
    answer
}

async fn record_joined(
    context: &Context,
    transaction: &WriteTransaction,
    link: &InviteLink,
    join: &Join,
) -> Result<(), InvitationError> {
    let now = context.clock.now();
    if !joins::record_joined(transaction, join.id).await? {
        // Another attempt of the same person was refused in between and gave the use back.
        let joined = Join { is_joined: true, ..*join };
        if joins::insert(transaction, &joined, now).await? {
            invite_links::count_use(transaction, join.link_id).await?;
        }
    }
    let may_end = link.max_uses.is_some() && link.offering().has_custom_roles();
    if may_end && link.is_used_up(joins::count_joined(transaction, link.id).await?) {
        end_offer(transaction, &link.offering(), now).await?;
    }
    Ok(())
}

async fn give_back(transaction: &WriteTransaction, join: &Join) -> Result<(), InvitationError> {
    if joins::remove_unjoined(transaction, join.id).await? {
        invite_links::give_use_back(transaction, join.link_id).await?;
    }
    Ok(())
}
