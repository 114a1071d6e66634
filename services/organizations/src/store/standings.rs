//! Where users stand in organizations.

use sea_orm::{ConnectionTrait, DbErr};

use crate::domain::acting::Somebody;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::standing::Standing;
use crate::store::{members, organizations};

/// Reads an organization and a user's membership of it; `None` when there is no such organization.
pub async fn find(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
    user_id: UserId,
) -> Result<Option<Standing>, DbErr> {
    let Some(organization) = organizations::find(connection, organization_id).await? else { return Ok(None) };
    let member = members::find(connection, organization_id, user_id).await?;
    Ok(Some(Standing { organization, somebody: Somebody::User(member) }))
}
