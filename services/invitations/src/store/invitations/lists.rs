//! Pages of invitations, newest first.

use mail::Address;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use service_kit::Timestamp;
use uuid::Uuid;

use crate::domain::{Invitation, OrganizationId, Status, UserId};
use crate::store::entity::invitation::{Column, Entity};
use crate::store::invitations::{ACCEPTED, ACCEPTING, DECLINED, PENDING, REVOKED, read};

/// The organization's invitations that stand so at this instant, made before this one.
pub async fn list(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    status: Status,
    now: Timestamp,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Invitation>, DbErr> {
    let of_organization = Entity::find().filter(Column::OrganizationId.eq(organization.uuid()));
    page(connection, of_organization.filter(standing(status, now)), before, limit).await
}

/// The pending invitations of an address, whichever organizations they are from, made before this one.
pub async fn list_for(
    connection: &impl ConnectionTrait,
    email: &Address,
    now: Timestamp,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Invitation>, DbErr> {
    let of_address = Entity::find().filter(Column::Email.eq(email.canonical()));
    page(connection, of_address.filter(standing(Status::Pending, now)), before, limit).await
}

/// Every invitation of an address, whatever became of it.
pub async fn list_received(
    connection: &impl ConnectionTrait,
    email: &Address,
    limit: u64,
) -> Result<Vec<Invitation>, DbErr> {
    page(connection, Entity::find().filter(Column::Email.eq(email.canonical())), None, limit).await
}

/// Every invitation that the user sent, whatever became of it.
pub async fn list_sent(connection: &impl ConnectionTrait, user: UserId, limit: u64) -> Result<Vec<Invitation>, DbErr> {
    page(connection, Entity::find().filter(Column::InvitedBy.eq(user.uuid())), None, limit).await
}

/// The rows for which `Invitation::status` answers this.
fn standing(status: Status, now: Timestamp) -> Condition {
    let stored = match status {
        Status::Pending => {
            let waiting = Column::Status.eq(PENDING).and(Column::ExpiresMs.gt(now));
            return Condition::any().add(waiting).add(Column::Status.eq(ACCEPTING));
        }
        Status::Expired => {
            return Condition::all().add(Column::Status.eq(PENDING)).add(Column::ExpiresMs.lte(now));
        }
        Status::Accepted => ACCEPTED,
        Status::Declined => DECLINED,
        Status::Revoked => REVOKED,
    };
    Condition::all().add(Column::Status.eq(stored))
}

/// Ids are made in the order of time, so they order and page by themselves.
async fn page(
    connection: &impl ConnectionTrait,
    mut select: Select<Entity>,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Invitation>, DbErr> {
    if let Some(id) = before {
        select = select.filter(Column::Id.lt(id));
    }
    let rows = select.order_by_desc(Column::Id).limit(limit).all(connection).await?;
    rows.into_iter().map(read).collect()
}
