//! Organizations as the back office looks through them.

use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use service_kit::Timestamp;

use crate::domain::ids::OrganizationId;
use crate::domain::organization::{Organization, OrganizationFilter, OrganizationStatus};
use crate::store::entity::organization::{Column, Entity};
use crate::store::search::{begins_with, holds};

/// Reads up to `limit` organizations, the newest first, after the one named.
pub async fn list(
    connection: &impl ConnectionTrait,
    filter: &OrganizationFilter,
    after: Option<(Timestamp, OrganizationId)>,
    limit: u64,
) -> Result<Vec<Organization>, DbErr> {
    let mut page = Entity::find().filter(Column::DeletedMs.is_null());
    if let Some(search) = &filter.search {
        page = page.filter(holds((Entity, Column::Name), search).or(begins_with((Entity, Column::Slug), search)));
    }
    if let Some(status) = filter.status {
        page = page.filter(Column::IsSuspended.eq(status == OrganizationStatus::Suspended));
    }
    if let Some((created, id)) = after {
        let same_instant = Condition::all().add(Column::CreatedMs.eq(created)).add(Column::Id.lt(id.uuid()));
        // The first condition is implied; it lets the database enter its index at the right place.
        page = page
            .filter(Column::CreatedMs.lte(created))
            .filter(Condition::any().add(Column::CreatedMs.lt(created)).add(same_instant));
    }
    let rows = page.order_by_desc(Column::CreatedMs).order_by_desc(Column::Id).limit(limit).all(connection).await?;
    rows.into_iter().map(Organization::try_from).collect()
}
