//! How many credits each period of a subscription at Stripe has given.

use std::collections::BTreeMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use service_kit::{Timestamp, WriteTransaction};

use crate::store::entity::stripe_period::{Column, Entity, Model};

/// What each period of a subscription has given so far, by its start. The organization's account must be locked.
pub async fn all_given(transaction: &WriteTransaction, provider_id: &str) -> Result<BTreeMap<Timestamp, i64>, DbErr> {
    let rows = Entity::find().filter(Column::ProviderId.eq(provider_id)).all(transaction).await?;
    Ok(rows.into_iter().map(|row| (row.start_ms, row.credits)).collect())
}

/// What a period has given so far. The organization's account must be locked.
pub async fn given(transaction: &WriteTransaction, provider_id: &str, start: Timestamp) -> Result<i64, DbErr> {
    let row = Entity::find_by_id((provider_id.to_owned(), start)).one(transaction).await?;
    Ok(row.map_or(0, |row| row.credits))
}

/// Notes what a period has given so far. The organization's account must be locked.
pub async fn note(
    transaction: &WriteTransaction,
    provider_id: &str,
    start: Timestamp,
    credits: i64,
) -> Result<(), DbErr> {
    let row = Model { provider_id: provider_id.to_owned(), start_ms: start, credits };
    let again = OnConflict::columns([Column::ProviderId, Column::StartMs]).update_column(Column::Credits).to_owned();
    Entity::insert(row.into_active_model()).on_conflict(again).exec_without_returning(transaction).await?;
    Ok(())
}
