//! Lists an organization's invitations for one of its members.

use access_policy::Permission;
use service_kit::pages::{Page, PageRequest};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{Invitation, OrganizationId, Status, UserId};
use crate::error::InvitationError;
use crate::store::invitations;

pub struct ListInvitations {
    pub organization_id: OrganizationId,
    pub status: Status,
    pub page: PageRequest<Uuid>,
}

pub async fn list_invitations(
    context: &Context,
    caller: UserId,
    query: ListInvitations,
    scope: &str,
) -> Result<Page<Invitation>, InvitationError> {
    let ListInvitations { organization_id, status, page } = query;
    context.organizations.authorize(caller, organization_id, Permission::MembersRead).await?;
    let (reader, now) = (context.database.reader(), context.clock.now());
    let found = invitations::list(reader, organization_id, status, now, page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(scope, page.size, found, |invitation| invitation.id.uuid()))
}
