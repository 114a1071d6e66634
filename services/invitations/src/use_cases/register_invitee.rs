//! Makes an account for whoever holds a token.

use std::time::Duration;

use serde_json::json;
use service_kit::SecretToken;
use service_kit::outbox::{self, Message};

use crate::context::Context;
use crate::domain::{InvitationId, UserId};
use crate::error::InvitationError;
use crate::store::{invitations, invite_links, invitee_claims, replaced_tokens};
use crate::upstreams::{Registered, Registration};
use crate::use_cases::answering::no_offer;
use crate::use_cases::check_offer::{check_invitation, check_link};
use crate::use_cases::register_by_link;

/// The intent of accepting an invitation for whoever signed up with it; its key is the invitation's id.
pub const ADMIT_WHEN_PROVEN: &str = "admit-when-proven";

/// Most people read the mail sooner than that, and whoever hears of it calls.
const LOOK_AFTER: Duration = Duration::from_secs(60);

/// Makes the account. Holding the token proves no mailbox, since whoever invited holds it too: what it leads
/// to waits until the address is proven by its own mail.
pub async fn register_invitee(
    context: &Context,
    token: &SecretToken,
    registration: Registration,
) -> Result<Registered, InvitationError> {
    let reader = context.database.reader();
    let now = context.clock.now();
    let Some(invitation) = invitations::find_by_token(reader, token).await? else {
        let Some(link) = invite_links::find_by_token(reader, token).await? else {
            return Err(no_offer(replaced_tokens::is_known(reader, token).await?).into());
        };
        link.check_open(now)?;
        check_link(context, &link).await?;
        return register_by_link(context, &link, registration).await;
    };
    invitation.check_open(now)?;
    invitation.check_addressed_to(registration.email())?;
    check_invitation(context, &invitation).await?;
    let registered = context.identity.register(registration).await?;
    if let Some(user) = registered.user_id() {
        claim(context, invitation.id, user).await?;
    }
    Ok(registered)
}

async fn claim(context: &Context, invitation: InvitationId, user: UserId) -> Result<(), InvitationError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    invitee_claims::put(&transaction, invitation, user, now).await?;
    // Whoever did so before is no longer waited for.
    outbox::complete(&transaction, ADMIT_WHEN_PROVEN, &invitation.to_string()).await?;
    let look = Message {
        topic: ADMIT_WHEN_PROVEN,
        key: invitation.to_string(),
        payload: json!({}),
        due: now.plus(LOOK_AFTER),
    };
    outbox::append(&transaction, look, now).await?;
    Ok(transaction.commit().await?)
}
