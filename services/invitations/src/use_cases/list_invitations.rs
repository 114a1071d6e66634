//! Lists an organization's invitations for one of its members.

use access_policy::Permission;
use service_kit::pages::{Page, PageRequest};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{Invitation, MailDelivery, OrganizationId, Status, UserId};
use crate::error::InvitationError;
use crate::store::{invitations, mail_deliveries};

pub struct ListInvitations {
    pub organization_id: OrganizationId,
    pub status: Status,
    pub page: PageRequest<Uuid>,
}

/// An invitation as its organization sees it.
pub struct ListedInvitation {
    pub invitation: Invitation,
    /// `None` when nothing had to be sent any more.
    pub mail: Option<MailDelivery>,
}

pub async fn list_invitations(
    context: &Context,
    caller: UserId,
    query: ListInvitations,
    scope: &str,
) -> Result<Page<ListedInvitation>, InvitationError> {
    let ListInvitations { organization_id, status, page } = query;
    context.organizations.authorize(caller, organization_id, Permission::MembersRead).await?;
    let (reader, now) = (context.database.reader(), context.clock.now());
    let found = invitations::list(reader, organization_id, status, now, page.after, page.size + 1).await?;
    let Page { entries, next_page_token } =
        context.page_tokens.page(scope, page.size, found, |invitation| invitation.id.uuid());
    let ids: Vec<_> = entries.iter().map(|invitation| invitation.id).collect();
    let mut mails = mail_deliveries::find_of(reader, &ids).await?;
    let entries = entries.into_iter().map(|invitation| {
        let mail = mails.remove(&invitation.id);
        ListedInvitation { invitation, mail }
    });
    Ok(Page { entries: entries.collect(), next_page_token })
}
