//! Shows what a link is for.

use service_kit::{Id, SecretToken};

use crate::context::Context;
use crate::domain::{Refused, Role};
use crate::error::InvitationError;
use crate::store::invite_links;
use crate::use_cases::Preview;

/// Looks up as much for a secret that opens nothing as for one that does, so that the time tells them not apart.
pub async fn preview_invite_link(context: &Context, token: &SecretToken) -> Result<Preview, InvitationError> {
    let now = context.clock.now();
    let found = invite_links::find_by_token(context.database.reader(), token).await?;
    let maker = found.as_ref().map_or_else(|| Id::generate(&context.entropy, now), |found| found.created_by);
    let inviter_name = context.identity.name_of(maker).await?;

    let link = found.ok_or(Refused::NotFound)?;
    link.check_open(now)?;
    Ok(Preview { inviter_name, role: Role::Member, expires: link.expires, organization_name: link.organization_name })
}
