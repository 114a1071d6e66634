//! Lists an organization's links.

use access_policy::Permission;
use service_kit::pages::{Page, PageRequest};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{InviteLink, OrganizationId, UserId};
use crate::error::InvitationError;
use crate::store::invite_links;

pub async fn list_invite_links(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
    scope: &str,
    page: PageRequest<Uuid>,
) -> Result<Page<InviteLink>, InvitationError> {
    context.organizations.authorize(caller, organization, Permission::MembersInvite).await?;
    let links = invite_links::list(context.database.reader(), organization, page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(scope, page.size, links, |link| link.id.uuid()))
}
