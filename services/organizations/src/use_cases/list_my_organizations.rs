//! Reading where the caller belongs, page by page.

use serde::{Deserialize, Serialize};
use service_kit::Timestamp;
use service_kit::pages::{Page, PageRequest};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::ids::UserId;
use crate::domain::member::Member;
use crate::domain::organization::OrganizationView;
use crate::error::Error;
use crate::store;

/// One organization that the caller belongs to.
pub struct MyOrganization {
    /// The organization.
    pub view: OrganizationView,
    /// The caller's membership.
    pub member: Member,
}

/// The last membership of a page.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct MyOrganizationCursor {
    is_personal: bool,
    joined: Timestamp,
    id: Uuid,
}

/// What page tokens of this list are good for.
pub fn scope(caller: UserId) -> String {
    format!("organizations of {caller}")
}

/// The personal organization first, then in the order of joining.
pub async fn list_my_organizations(
    context: &Context,
    caller: UserId,
    page: PageRequest<MyOrganizationCursor>,
) -> Result<Page<MyOrganization>, Error> {
    let snapshot = context.database.begin_snapshot().await?;
    let after = page.after.map(|cursor| (cursor.is_personal, cursor.joined, cursor.id.into()));
    let memberships = store::memberships_of_user::list(&snapshot, caller, after, page.size + 1).await?;
    let (members, organizations): (Vec<_>, Vec<_>) = memberships.into_iter().unzip();
    let views = store::owners::view_all(&snapshot, organizations).await?;
    snapshot.commit().await?;

    let entries = views.into_iter().zip(members).map(|(view, member)| MyOrganization { view, member }).collect();
    let cursor = |entry: &MyOrganization| MyOrganizationCursor {
        is_personal: entry.view.organization.is_personal(),
        joined: entry.member.joined,
        id: entry.member.id.uuid(),
    };
    Ok(context.page_tokens.page(&scope(caller), page.size, entries, cursor))
}
