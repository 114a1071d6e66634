//! What billing last said of organizations, for the times when it says nothing.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use service_kit::WriteTransaction;

use super::entity::last_entitlement::{ActiveModel, Column, Entity};
use crate::domain::entitlement::Entitlement;
use crate::domain::user::OrganizationId;

/// The last entitlement seen for the organization.
pub async fn find(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
) -> Result<Option<Entitlement>, DbErr> {
    let Some(row) = Entity::find_by_id(organization_id.uuid()).one(connection).await? else { return Ok(None) };
    let subscription = serde_json::from_str(&row.subscription).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(Some(Entitlement { subscription, position: row.position }))
}

/// Remembers an entitlement unless a later one is known.
pub async fn remember(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    entitlement: &Entitlement,
) -> Result<(), DbErr> {
    let subscription =
        serde_json::to_string(&entitlement.subscription).map_err(|error| DbErr::Json(error.to_string()))?;
    let row = ActiveModel {
        organization_id: Set(organization_id.uuid()),
        subscription: Set(subscription),
        position: Set(entitlement.position),
    };
    let unless_later = OnConflict::column(Column::OrganizationId)
        .update_columns([Column::Subscription, Column::Position])
        .action_and_where(Expr::col((Entity, Column::Position)).lte(entitlement.position))
        .to_owned();
    Entity::insert(row).on_conflict(unless_later).exec_without_returning(transaction).await.map(|_| ())
}

/// Forgets what was seen of the organization before this position of billing.
pub async fn forget(transaction: &WriteTransaction, organization_id: OrganizationId, before: i64) -> Result<(), DbErr> {
    let outdated = Entity::delete_many()
        .filter(Column::OrganizationId.eq(organization_id.uuid()))
        .filter(Column::Position.lt(before));
    outdated.exec(transaction).await.map(|_| ())
}

/// Forgets whatever was seen before this position of billing.
pub async fn forget_before(transaction: &WriteTransaction, position: i64) -> Result<(), DbErr> {
    if position > 0 {
        Entity::delete_many().filter(Column::Position.lt(position)).exec(transaction).await?;
    }
    Ok(())
}

/// Forgets everything.
pub async fn forget_all(transaction: &WriteTransaction) -> Result<(), DbErr> {
    Entity::delete_many().exec(transaction).await.map(|_| ())
}
