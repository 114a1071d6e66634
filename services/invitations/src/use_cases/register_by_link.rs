//! Makes an account for whoever holds a link that bounds its uses: no more accounts than uses.

use crate::context::Context;
use crate::domain::{InviteLink, Refused};
use crate::error::InvitationError;
use crate::store::{invite_links, link_sign_ups};
use crate::upstreams::{Registered, Registration};

/// The sign-up is counted before identity is asked, once for an address however often it is repeated, and given back
/// when identity says that it made no account. Without an answer it stays counted: there may be one.
pub async fn register_by_link(
    context: &Context,
    link: &InviteLink,
    registration: Registration,
) -> Result<Registered, InvitationError> {
    if link.max_uses.is_none() {
        return context.identity.register(registration).await;
    }
    let name = context.sign_up_name(link.id, registration.email());
    let transaction = context.database.begin_write().await?;
    let is_new = link_sign_ups::begin(&transaction, link.id, &name).await?;
    if is_new && !invite_links::take_sign_up(&transaction, link.id, context.clock.now()).await? {
        return Err(Refused::Exhausted.into());
    }
    transaction.commit().await?;

    let answer = context.identity.register(registration).await;
    if let Err(InvitationError::Upstream(_)) = &answer {
        let transaction = context.database.begin_write().await?;
        // Others may be signing up with the same address at this moment, or have done so.
        if link_sign_ups::take_back(&transaction, &name).await? {
            invite_links::give_sign_up_back(&transaction, link.id).await?;
        }
        transaction.commit().await?;
    }
    answer
}
