//! Where one user belongs.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use service_kit::Timestamp;
use uuid::Uuid;

use crate::domain::ids::{MembershipId, OrganizationId, UserId};
use crate::domain::member::Member;
use crate::domain::organization::Organization;
use crate::store::entity::membership::{Column, Entity};
use crate::store::entity::organization;
use crate::store::members::{complete, joined_after};

/// Reads up to `limit` memberships with their organizations, the personal one first, then in the order
/// of joining; after the one named by (is personal, joined, id).
pub async fn list(
    connection: &impl ConnectionTrait,
    user_id: UserId,
    after: Option<(bool, Timestamp, MembershipId)>,
    limit: u64,
) -> Result<Vec<(Member, Organization)>, DbErr> {
    let mine = || {
        Entity::find()
            .find_also_related(organization::Entity)
            .filter(Column::UserId.eq(user_id.uuid()))
            .filter(organization::Column::DeletedMs.is_null())
    };
    // Apart from the teams: one order for both would read and sort everything for each page.
    let personal = match after {
        None => mine().filter(organization::Column::PersonalUserId.eq(user_id.uuid())).one(connection).await?,
        Some(_) => None,
    };
    let mut teams = mine().filter(organization::Column::IsPersonal.eq(false));
    if let Some((false, joined, id)) = after {
        teams = teams.filter(joined_after((joined, id)));
    }
    let teams = teams
        .order_by_asc(Column::JoinedMs)
        .order_by_asc(Column::Id)
        .limit(limit.saturating_sub(u64::from(personal.is_some())))
        .all(connection)
        .await?;

    let mut memberships = Vec::new();
    let mut organizations = Vec::new();
    for (membership, organization) in personal.into_iter().chain(teams) {
        if let Some(organization) = organization {
            memberships.push(membership);
            organizations.push(Organization::try_from(organization)?);
        }
    }
    Ok(complete(connection, memberships).await?.into_iter().zip(organizations).collect())
}

/// Every organization that the user belongs to, in the order of ids, which is the order to lock them in.
pub async fn organizations(connection: &impl ConnectionTrait, user_id: UserId) -> Result<Vec<OrganizationId>, DbErr> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::OrganizationId)
        .filter(Column::UserId.eq(user_id.uuid()))
        .order_by_asc(Column::OrganizationId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(OrganizationId::from).collect())
}
