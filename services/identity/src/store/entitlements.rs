//! What billing last said of organizations, for the times when it says nothing.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
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
