//! Shows what an invitation is for.

use service_kit::{SecretToken, Timestamp};

use crate::context::Context;
use crate::domain::{Refused, Role};
use crate::error::InvitationError;
use crate::store::invitations;

/// What whoever holds the secret may see, and nothing else.
pub struct Preview {
    pub organization_name: String,
    /// Empty when there is none.
    pub inviter_name: String,
    pub role: Role,
    pub expires: Option<Timestamp>,
}

pub async fn preview_invitation(context: &Context, token: &SecretToken) -> Result<Preview, InvitationError> {
    let found = invitations::find_by_token(context.database.reader(), token).await?;
    let invitation = found.ok_or(Refused::NotFound)?;
    invitation.check_open(context.clock.now())?;
    Ok(Preview {
        inviter_name: context.identity.name_of(invitation.invited_by).await?,
        role: invitation.role(),
        expires: Some(invitation.expires),
        organization_name: invitation.organization_name,
    })
}
