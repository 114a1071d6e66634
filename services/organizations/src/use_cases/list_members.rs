//! Reading an organization's members, page by page.

use access_policy::Permission;
use serde::{Deserialize, Serialize};
use service_kit::Timestamp;
use service_kit::pages::{Page, PageRequest};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::described::Described;
use crate::domain::ids::OrganizationId;
use crate::domain::member::{Member, MemberFilter};
use crate::domain::permission::Catalog;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter;

/// Which page of which organization.
pub struct ListMembers {
    /// Where.
    pub organization_id: OrganizationId,
    /// Which of them.
    pub filter: MemberFilter,
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
pub fn scope(organization_id: OrganizationId, filter: &MemberFilter) -> String {
    format!("members of {organization_id} {filter:?}")
}

/// Members in the order of joining; `size_of` tells how many bytes one takes in the answer.
pub async fn list_members(
    context: &Context,
    caller: &Caller,
    command: ListMembers,
    size_of: fn(&Member, &Catalog) -> usize,
) -> Result<Described<Page<Member>>, Error> {
    let ListMembers { organization_id, filter, page } = command;
    let snapshot = context.database.begin_snapshot().await?;
    enter(&snapshot, caller, organization_id).await?.acting()?.require(Permission::MembersRead)?;
    let after = page.after.map(|cursor| (cursor.joined, cursor.id.into()));
    let members = store::members::list(&snapshot, organization_id, &filter, after, page.size + 1).await?;
    let catalog = store::catalog::read(&snapshot).await?;
    snapshot.commit().await?;

    let cursor = |member: &Member| MemberCursor { joined: member.joined, id: member.id.uuid() };
    let bytes_of = |member: &Member| size_of(member, &catalog);
    let scope = scope(organization_id, &filter);
    let page = context.page_tokens.page_within_bounds(&scope, page.size, members, cursor, bytes_of);
    Ok(Described { what: page, catalog })
}
