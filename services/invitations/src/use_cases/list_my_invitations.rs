//! Lists what the caller's address is invited to.

use service_kit::pages::{Page, PageRequest};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{Invitation, UserId};
use crate::error::InvitationError;
use crate::store::invitations;

/// Empty while the caller's address is not proven: it may be somebody else's.
pub async fn list_my_invitations(
    context: &Context,
    caller: UserId,
    scope: &str,
    page: PageRequest<Uuid>,
) -> Result<Page<Invitation>, InvitationError> {
    let person = context.identity.person(caller).await?;
    if !person.is_verified {
        return Ok(Page { entries: Vec::new(), next_page_token: String::new() });
    }
    let (reader, now) = (context.database.reader(), context.clock.now());
    let found = invitations::list_for(reader, &person.address, now, page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(scope, page.size, found, |invitation| invitation.id.uuid()))
}
