//! Periods whose credits have been given, each once.

use sea_orm::sea_query::OnConflict;
use sea_orm::{DbErr, EntityTrait, IntoActiveModel};
use service_kit::{Timestamp, WriteTransaction};

use crate::store::entity::stripe_period::{Column, Entity, Model};

/// Marks a period of a subscription at Stripe; `false` when it was before.
pub async fn mark(transaction: &WriteTransaction, provider_id: &str, start: Timestamp) -> Result<bool, DbErr> {
    let row = Model { provider_id: provider_id.to_owned(), start_ms: start };
    let once = OnConflict::columns([Column::ProviderId, Column::StartMs]).do_nothing().to_owned();
    let marked = Entity::insert(row.into_active_model()).on_conflict(once).exec_without_returning(transaction).await?;
    Ok(marked == 1)
}
