//! Where one user belongs.

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
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
    let mut page = Entity::find()
        .find_also_related(organization::Entity)
        .filter(Column::UserId.eq(user_id.uuid()))
        .filter(organization::Column::DeletedMs.is_null());
    if let Some((is_personal, joined, id)) = after {
        let same_kind =
            Condition::all().add(organization::Column::IsPersonal.eq(is_personal)).add(joined_after((joined, id)));
        let mut later = Condition::any().add(same_kind);
        if is_personal {
            later = later.add(organization::Column::IsPersonal.eq(false));
        }
        page = page.filter(later);
    }
    let rows = page
        .order_by_desc(organization::Column::IsPersonal)
        .order_by_asc(Column::JoinedMs)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(connection)
        .await?;

    let mut memberships = Vec::new();
    let mut organizations = Vec::new();
    for (membership, organization) in rows {
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
