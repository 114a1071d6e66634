//! Joins by a link: the use is counted durably before organizations is asked for the membership, and
//! given back if there is none.

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Id, SecretToken, Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{Caller, InviteLink, Join, Refused, Trail};
use crate::error::InvitationError;
use crate::store::{invite_links, joins};
use crate::upstreams::Admission;
use crate::use_cases::{FINISH_JOIN, LEFT_TO_THE_CALLER, finish_join};

pub async fn join_via_invite_link(
    context: &Context,
    caller: &Caller,
    token: &SecretToken,
) -> Result<Admission, InvitationError> {
    let transaction = context.database.begin_write().await?;
    let link = invite_links::lock_by_token(&transaction, token).await?.ok_or(Refused::NotFound)?;
    let now = context.clock.now();
    let join = match joins::find(&transaction, link.id, caller.user_id).await? {
        Some(join) => join,
        None => take_use(context, &transaction, &link, caller, now).await?,
    };
    transaction.commit().await?;

    if join.is_joined {
        // Asked for, not made again: whoever was removed since does not come back by the same link.
        return context.organizations.membership(caller.user_id, link.organization_id).await;
    }
    finish_join(context, &link, &join, &Trail::of(caller)).await
}

async fn take_use(
    context: &Context,
    transaction: &WriteTransaction,
    link: &InviteLink,
    caller: &Caller,
    now: Timestamp,
) -> Result<Join, InvitationError> {
    link.check_open(now)?;
    if !invite_links::take_use(transaction, link.id, now).await? {
        return Err(Refused::Exhausted.into());
    }
    let id = Id::generate(&context.entropy, now);
    let join = Join { id, link_id: link.id, user_id: caller.user_id, is_joined: false };
    if !joins::insert(transaction, &join, now).await? {
        return Err(Refused::AlreadyUsed.into());
    }
    let finish = Message {
        topic: FINISH_JOIN,
        key: id.to_string(),
        payload: json!({ "trail": Trail::of(caller) }),
        due: now.plus(LEFT_TO_THE_CALLER),
    };
    outbox::append(transaction, finish, now).await?;
    Ok(join)
}
