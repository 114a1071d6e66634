//! Shows what a link is for.

use service_kit::SecretToken;

use crate::context::Context;
use crate::domain::{Refused, Role};
use crate::error::InvitationError;
use crate::store::invite_links;
use crate::use_cases::Preview;

pub async fn preview_invite_link(context: &Context, token: &SecretToken) -> Result<Preview, InvitationError> {
    let found = invite_links::find_by_token(context.database.reader(), token).await?;
    let link = found.ok_or(Refused::NotFound)?;
    link.check_open(context.clock.now())?;
    Ok(Preview {
        inviter_name: context.identity.name_of(link.created_by).await?,
        role: Role::Member,
        expires: link.expires,
        organization_name: link.organization_name,
    })
}
