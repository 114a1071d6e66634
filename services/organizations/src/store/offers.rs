//! Custom roles that are being offered to somebody.

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, Set};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::ids::{OfferId, OrganizationId, RoleId};
use crate::store::entity::offered_role::{ActiveModel, Column, Entity};

/// Notes that each of these offers names exactly these roles, until it expires; forgets those of the organization that
/// have.
pub async fn open(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    offer_ids: &[OfferId],
    role_ids: &[RoleId],
    expires: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let replaced = Column::OfferId.is_in(offer_ids.iter().map(|offer_id| offer_id.uuid()));
    Entity::delete_many()
        .filter(Column::OrganizationId.eq(organization_id.uuid()))
        .filter(Condition::any().add(replaced).add(Column::ExpiresMs.lte(now)))
        .exec(transaction)
        .await?;
    if role_ids.is_empty() {
        return Ok(());
    }
    let pairs = offer_ids.iter().flat_map(|offer_id| role_ids.iter().map(move |role_id| (offer_id, role_id)));
    let rows = pairs.map(|(offer_id, role_id)| ActiveModel {
        offer_id: Set(offer_id.uuid()),
        role_id: Set(role_id.uuid()),
        organization_id: Set(organization_id.uuid()),
        expires_ms: Set(expires),
    });
    Entity::insert_many(rows).exec_without_returning(transaction).await.map(|_| ())
}

/// Forgets an offer.
pub async fn close(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    offer_id: OfferId,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::OrganizationId.eq(organization_id.uuid()))
        .filter(Column::OfferId.eq(offer_id.uuid()))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Forgets all offers of an organization.
pub async fn close_all(transaction: &WriteTransaction, organization_id: OrganizationId) -> Result<(), DbErr> {
    let all = Entity::delete_many().filter(Column::OrganizationId.eq(organization_id.uuid()));
    all.exec(transaction).await.map(|_| ())
}

/// Whether an offer that has not expired names the role.
pub async fn is_offered(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
    role_id: RoleId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let in_force = Condition::any().add(Column::ExpiresMs.is_null()).add(Column::ExpiresMs.gt(now));
    let offer = Entity::find()
        .filter(Column::OrganizationId.eq(organization_id.uuid()))
        .filter(Column::RoleId.eq(role_id.uuid()))
        .filter(in_force)
        .limit(1)
        .one(connection)
        .await?;
    Ok(offer.is_some())
}

/// Forgets the offers of a role that goes; those that name it have expired.
pub async fn forget_role(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    role_id: RoleId,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::OrganizationId.eq(organization_id.uuid()))
        .filter(Column::RoleId.eq(role_id.uuid()))
        .exec(transaction)
        .await
        .map(|_| ())
}
