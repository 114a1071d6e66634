//! Reading an organization's members, page by page.

use access_policy::Permission;
use serde::{Deserialize, Serialize};
use service_kit::Timestamp;
use service_kit::pages::{Page, PageRequest};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::denial::Denial;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::member::Member;
use crate::error::Error;
use crate::store;

/// Which page of which organization.
pub struct ListMembers {
    /// Where.
    pub organization_id: OrganizationId,
    /// Which page.
    pub page: PageRequest<MemberCursor>,
}

/// The last member of a page.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct MemberCursor {
    joined: Timestamp,
    id: Uuid,
}

/// What page tokens of this list are good for.
pub fn scope(organization_id: OrganizationId) -> String {
    format!("members of {organization_id}")
}

/// Members in the order of joining.
pub async fn list_members(context: &Context, caller: UserId, command: ListMembers) -> Result<Page<Member>, Error> {
    let ListMembers { organization_id, page } = command;
    let snapshot = context.database.begin_snapshot().await?;
    let standing =
        store::standings::find(&snapshot, organization_id, caller).await?.ok_or(Denial::OrganizationNotFound)?;
    standing.acting()?.require(Permission::MembersRead)?;
    let after = page.after.map(|cursor| (cursor.joined, cursor.id.into()));
    let members = store::members::list(&snapshot, organization_id, after, page.size + 1).await?;
    snapshot.commit().await?;

    let cursor = |member: &Member| MemberCursor { joined: member.joined, id: member.id.uuid() };
    Ok(context.page_tokens.page(&scope(organization_id), page.size, members, cursor))
}
