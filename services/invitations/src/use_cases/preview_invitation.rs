//! Shows what an invitation is for.

use service_kit::{Id, SecretToken, Timestamp};

use crate::context::Context;
use crate::domain::Role;
use crate::error::InvitationError;
use crate::store::{invitations, replaced_tokens};
use crate::use_cases::answering::no_offer;

/// What whoever holds the secret may see, and nothing else.
pub struct Preview {
    pub organization_name: String,
    /// Empty when there is none.
    pub inviter_name: String,
    pub role: Role,
    pub expires: Option<Timestamp>,
}

/// Looks up as much for a secret that opens nothing as for one that does, so that the time tells them not apart.
pub async fn preview_invitation(context: &Context, token: &SecretToken) -> Result<Preview, InvitationError> {
    let (reader, now) = (context.database.reader(), context.clock.now());
    let found = invitations::find_by_token(reader, token).await?;
    let is_replaced = replaced_tokens::is_known(reader, token).await?;
    let inviter = found.as_ref().map_or_else(|| Id::generate(&context.entropy, now), |found| found.invited_by);
    let inviter_name = context.identity.name_of(inviter).await?;

    let invitation = found.ok_or_else(|| no_offer(is_replaced))?;
    invitation.check_shown(now)?;
    Ok(Preview {
        inviter_name,
        role: invitation.role(),
        expires: Some(invitation.expires),
        organization_name: invitation.organization_name,
    })
}
