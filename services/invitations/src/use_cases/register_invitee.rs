//! Makes an account for whoever holds a token.

use std::time::Duration;

use serde_json::json;
use service_kit::SecretToken;
use service_kit::outbox::{self, Message};

use crate::context::Context;
use crate::domain::{InvitationId, Refused, UserId};
use crate::error::InvitationError;
use crate::store::{invitations, invite_links, invitee_claims};
use crate::upstreams::{Registered, Registration};

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
    let invitation = invitations::find_by_token(reader, token).await?;
    if let Some(invitation) = &invitation {
        invitation.check_open(now)?;
        invitation.check_addressed_to(registration.email())?;
    } else {
        let link = invite_links::find_by_token(reader, token).await?;
        link.ok_or(Refused::NotFound)?.check_open(now)?;
    }
    let registered = context.identity.register(registration).await?;
    if let (Some(invitation), Some(user)) = (invitation, registered.user_id()) {
        claim(context, invitation.id, user).await?;
    }
    Ok(registered)
}

async fn claim(context: &Context, invitation: InvitationId, user: UserId) -> Result<(), InvitationError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    invitee_claims::put(&transaction, invitation, user, now).await?;
    let look = Message {
        topic: ADMIT_WHEN_PROVEN,
        key: invitation.to_string(),
        payload: json!({}),
        due: now.plus(LOOK_AFTER),
    };
    outbox::append(&transaction, look, now).await?;
    Ok(transaction.commit().await?)
}
