//! Reading what an organization's own roles may hold.

use access_policy::Permission;
use serde::{Deserialize, Serialize};
use service_kit::pages::{Page, PageRequest};

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::ids::OrganizationId;
use crate::domain::permission::Definition;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter;

/// The last permission of a page.
#[derive(Clone, Serialize, Deserialize)]
pub struct PermissionCursor {
    code: String,
}

/// What page tokens of this list are good for.
pub fn scope(organization_id: OrganizationId) -> String {
    format!("assignable permissions for {organization_id}")
}

/// By code. The catalog is small, and bounded where it is filled.
pub async fn list_assignable_permissions(
    context: &Context,
    caller: &Caller,
    organization_id: OrganizationId,
    page: PageRequest<PermissionCursor>,
) -> Result<Page<Definition>, Error> {
    let snapshot = context.database.begin_snapshot().await?;
    enter(&snapshot, caller, organization_id).await?.acting()?.require(Permission::RolesRead)?;
    let catalog = store::catalog::read(&snapshot).await?;
    snapshot.commit().await?;

    let last = page.after.map(|cursor| cursor.code);
    let is_later = |definition: &&Definition| last.as_deref().is_none_or(|last| definition.code.as_str() > last);
    let assignable = catalog.iter().filter(|definition| definition.is_org_assignable).filter(is_later);
    let definitions = assignable.cloned().collect();
    let cursor = |definition: &Definition| PermissionCursor { code: definition.code.to_string() };
    Ok(context.page_tokens.page(&scope(organization_id), page.size, definitions, cursor))
}
