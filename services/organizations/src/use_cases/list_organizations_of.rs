//! Reading where a user belongs, page by page.

use serde::{Deserialize, Serialize};
use service_kit::Timestamp;
use service_kit::pages::{Page, PageRequest};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::described::Described;
use crate::domain::ids::UserId;
use crate::domain::member::Member;
use crate::domain::organization::OrganizationView;
use crate::domain::permission::Catalog;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter_back_office;

/// One organization that the user belongs to.
pub struct MyOrganization {
    /// The organization.
    pub view: OrganizationView,
    /// The user's membership.
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
pub fn scope(user_id: UserId) -> String {
    format!("organizations of {user_id}")
}

/// The personal organization first, then in the order of joining; `size_of` tells how many bytes one takes in the answer.
pub async fn list_organizations_of(
    context: &Context,
    user_id: UserId,
    page: PageRequest<MyOrganizationCursor>,
    size_of: fn(&MyOrganization, &Catalog) -> usize,
) -> Result<Described<Page<MyOrganization>>, Error> {
    let snapshot = context.database.begin_snapshot().await?;
    let after = page.after.map(|cursor| (cursor.is_personal, cursor.joined, cursor.id.into()));
    let memberships = store::memberships_of_user::list(&snapshot, user_id, after, page.size + 1).await?;
    let (members, organizations): (Vec<_>, Vec<_>) = memberships.into_iter().unzip();
    let views = store::owners::view_all(&snapshot, organizations).await?;
    let catalog = store::catalog::read(&snapshot).await?;
    snapshot.commit().await?;

    let entries = views.into_iter().zip(members).map(|(view, member)| MyOrganization { view, member }).collect();
    let cursor = |entry: &MyOrganization| MyOrganizationCursor {
        is_personal: entry.view.organization.is_personal(),
        joined: entry.member.joined,
        id: entry.member.id.uuid(),
    };
    let bytes_of = |entry: &MyOrganization| size_of(entry, &catalog);
    let page = context.page_tokens.page_within_bounds(&scope(user_id), page.size, entries, cursor, bytes_of);
    Ok(Described { what: page, catalog })
}

/// The same about any user, for the back office.
pub async fn list_organizations_of_any(
    context: &Context,
    caller: &Caller,
    user_id: UserId,
    page: PageRequest<MyOrganizationCursor>,
    size_of: fn(&MyOrganization, &Catalog) -> usize,
) -> Result<Described<Page<MyOrganization>>, Error> {
    enter_back_office(context.database.reader(), caller).await?;
    list_organizations_of(context, user_id, page, size_of).await
}
