//! Looking through all organizations.

use serde::{Deserialize, Serialize};
use service_kit::Timestamp;
use service_kit::pages::{Page, PageRequest};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::organization::{OrganizationFilter, OrganizationView};
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter_back_office;

/// The last organization of a page.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct OrganizationCursor {
    created: Timestamp,
    id: Uuid,
}

/// What page tokens of this list are good for.
pub fn scope(filter: &OrganizationFilter) -> String {
    format!("organizations {filter:?}")
}

/// The newest first; `size_of` tells how many bytes one takes in the answer.
pub async fn list_organizations(
    context: &Context,
    caller: &Caller,
    filter: OrganizationFilter,
    page: PageRequest<OrganizationCursor>,
    size_of: fn(&OrganizationView) -> usize,
) -> Result<Page<OrganizationView>, Error> {
    let snapshot = context.database.begin_snapshot().await?;
    enter_back_office(&snapshot, caller).await?;
    let after = page.after.map(|cursor| (cursor.created, cursor.id.into()));
    let organizations = store::organization_lists::list(&snapshot, &filter, after, page.size + 1).await?;
    let views = store::owners::view_all(&snapshot, organizations).await?;
    snapshot.commit().await?;

    let cursor = |view: &OrganizationView| OrganizationCursor {
        created: view.organization.created,
        id: view.organization.id.uuid(),
    };
    Ok(context.page_tokens.page_within_bounds(&scope(&filter), page.size, views, cursor, size_of))
}
