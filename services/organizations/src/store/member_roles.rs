//! Which roles members hold.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryTrait, Set};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::roles::Roles;
use crate::store::entity::member_role::{ActiveModel, Column, Entity};

/// Makes a member hold exactly these roles; those that stay keep the time since when they are held.
pub async fn replace(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    user_id: UserId,
    roles: &Roles,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::OrganizationId.eq(organization_id.uuid()))
        .filter(Column::UserId.eq(user_id.uuid()))
        .filter(Column::RoleCode.is_not_in(roles.codes()))
        .exec(transaction)
        .await?;
    let rows = roles.codes().into_iter().map(|code| ActiveModel {
        organization_id: Set(organization_id.uuid()),
        user_id: Set(user_id.uuid()),
        role_code: Set(code.to_owned()),
        granted_ms: Set(now),
    });
    let held_already =
        OnConflict::columns([Column::OrganizationId, Column::UserId, Column::RoleCode]).do_nothing().to_owned();
    let insert = Entity::insert_many(rows).on_conflict(held_already).into_query();
    transaction.execute(&insert).await.map(|_| ())
}

/// The codes of the roles that these users hold in these organizations.
pub async fn codes(
    connection: &impl ConnectionTrait,
    organization_ids: &[OrganizationId],
    user_ids: &[UserId],
) -> Result<Vec<(OrganizationId, UserId, String)>, DbErr> {
    let rows = Entity::find()
        .filter(Column::OrganizationId.is_in(organization_ids.iter().map(|id| id.uuid())))
        .filter(Column::UserId.is_in(user_ids.iter().map(|id| id.uuid())))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.organization_id.into(), row.user_id.into(), row.role_code)).collect())
}
