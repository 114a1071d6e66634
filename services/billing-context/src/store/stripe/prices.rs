//! Which price at Stripe is which version of a plan.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::PlanVersion;
use crate::store::entity::stripe_price::{Column, Entity, Model};
use crate::store::plan_terms;

/// The price of a version of a plan in this mode.
pub async fn find(
    connection: &impl ConnectionTrait,
    plan: &PlanVersion,
    is_live: bool,
) -> Result<Option<String>, DbErr> {
    let row = Entity::find()
        .filter(Column::PlanCode.eq(&plan.terms.code))
        .filter(Column::PlanVersion.eq(plan.number))
        .filter(Column::IsLive.eq(is_live))
        .one(connection)
        .await?;
    Ok(row.map(|row| row.price_id))
}

/// The version of a plan that a price is for.
pub async fn find_plan(connection: &impl ConnectionTrait, price_id: &str) -> Result<Option<PlanVersion>, DbErr> {
    let Some(row) = Entity::find_by_id(price_id).one(connection).await? else { return Ok(None) };
    plan_terms::read(row.plan_version, &row.plan_terms).map(Some)
}

/// Remembers the price of a version of a plan unless it has one; answers the one it has.
pub async fn keep(
    transaction: &WriteTransaction,
    plan: &PlanVersion,
    is_live: bool,
    price_id: &str,
    now: Timestamp,
) -> Result<String, DbErr> {
    let row = Model {
        price_id: price_id.to_owned(),
        is_live,
        plan_code: plan.terms.code.clone(),
        plan_version: plan.number,
        plan_terms: plan_terms::write(&plan.terms)?,
        created_ms: now,
    };
    let once = OnConflict::new().do_nothing().to_owned();
    Entity::insert(row.into_active_model()).on_conflict(once).exec_without_returning(transaction).await?;
    find(transaction, plan, is_live).await?.ok_or(DbErr::RecordNotInserted)
}

/// Forgets a price that Stripe does not have.
pub async fn forget(transaction: &WriteTransaction, price_id: &str) -> Result<(), DbErr> {
    Entity::delete_by_id(price_id).exec(transaction).await?;
    Ok(())
}
