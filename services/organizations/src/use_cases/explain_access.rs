//! Telling why a member may do something, or may not.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::acting::Somebody;
use crate::domain::caller::Caller;
use crate::domain::denial::Denial;
use crate::domain::explanation::Explanation;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::permission::PermissionCode;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter;

/// About whom, and what.
pub struct ExplainAccess {
    /// Where.
    pub organization_id: OrganizationId,
    /// Whose access.
    pub user_id: UserId,
    /// To what.
    pub permission: PermissionCode,
}

/// Members may ask about themselves whatever they hold, also while they are suspended.
pub async fn explain_access(context: &Context, caller: &Caller, command: ExplainAccess) -> Result<Explanation, Error> {
    let ExplainAccess { organization_id, user_id, permission } = command;
    let snapshot = context.database.begin_snapshot().await?;
    let standing = enter(&snapshot, caller, organization_id).await?;
    let target = match &standing.somebody {
        Somebody::User(member) if user_id == caller.user_id => member.clone().ok_or(Denial::OrganizationNotFound)?,
        _ => {
            standing.acting()?.require(Permission::MembersRead)?;
            store::members::find(&snapshot, organization_id, user_id).await?.ok_or(Denial::MemberNotFound)?
        }
    };
    let catalog = store::catalog::read(&snapshot).await?;
    catalog.find(&permission).ok_or(Denial::UnknownPermission)?;
    snapshot.commit().await?;
    Ok(Explanation::of(&standing.organization, &target, permission))
}
