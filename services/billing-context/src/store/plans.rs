//! The offer. Plans belong to nobody, so no tenant is asked for.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::PlanVersion;
use crate::store::entity::{offer, plan, plan_version};
use crate::store::plan_terms;

/// The plans on offer by display order and code, after this (display order, code).
pub async fn on_offer(
    connection: &impl ConnectionTrait,
    after: Option<(i32, String)>,
    limit: u64,
) -> Result<Vec<PlanVersion>, DbErr> {
    let mut select = plan::Entity::find().filter(plan::Column::WithdrawnMs.is_null());
    if let Some((order, code)) = after {
        let same_order = plan::Column::DisplayOrder.eq(order).and(plan::Column::Code.gt(code));
        select = select.filter(Condition::any().add(plan::Column::DisplayOrder.gt(order)).add(same_order));
    }
    let rows = select
        .order_by_asc(plan::Column::DisplayOrder)
        .order_by_asc(plan::Column::Code)
        .limit(limit)
        .all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// The newest version of the plan of this code, if it is on offer.
pub async fn find_on_offer(connection: &impl ConnectionTrait, code: &str) -> Result<Option<PlanVersion>, DbErr> {
    let row = plan::Entity::find_by_id(code).filter(plan::Column::WithdrawnMs.is_null()).one(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The newest version of the plan of this code, on offer or not.
pub async fn find_newest(connection: &impl ConnectionTrait, code: &str) -> Result<Option<PlanVersion>, DbErr> {
    plan::Entity::find_by_id(code).one(connection).await?.as_ref().map(read).transpose()
}

/// Makes other changes of the offer wait until this transaction ends.
pub async fn lock_offer(transaction: &WriteTransaction) -> Result<(), DbErr> {
    offer::Entity::update_many()
        .col_expr(offer::Column::Revision, Expr::col(offer::Column::Revision).add(1))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Keeps a version for ever. The offer must be locked.
pub async fn add_version(transaction: &WriteTransaction, version: &PlanVersion, now: Timestamp) -> Result<(), DbErr> {
    let row = plan_version::Model {
        code: version.terms.code.clone(),
        number: version.number,
        terms: plan_terms::write(&version.terms)?,
        created_ms: now,
    };
    plan_version::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Puts a version of a plan on offer in place of an earlier one of its code.
pub async fn put_on_offer(transaction: &WriteTransaction, version: &PlanVersion, now: Timestamp) -> Result<(), DbErr> {
    let row = plan::Model {
        code: version.terms.code.clone(),
        terms: plan_terms::write(&version.terms)?,
        version: version.number,
        display_order: version.terms.display_order,
        withdrawn_ms: None,
        updated_ms: now,
    };
    let replace = OnConflict::column(plan::Column::Code)
        .update_columns([
            plan::Column::Terms,
            plan::Column::Version,
            plan::Column::DisplayOrder,
            plan::Column::WithdrawnMs,
            plan::Column::UpdatedMs,
        ])
        .to_owned();
    plan::Entity::insert(row.into_active_model()).on_conflict(replace).exec_without_returning(transaction).await?;
    Ok(())
}

/// Takes every plan off the offer whose code is not among these; answers how many those were.
pub async fn withdraw_all_but(transaction: &WriteTransaction, codes: &[&str], now: Timestamp) -> Result<u64, DbErr> {
    let withdrawn = plan::Entity::update_many()
        .col_expr(plan::Column::WithdrawnMs, Expr::value(now))
        .filter(plan::Column::WithdrawnMs.is_null())
        .filter(plan::Column::Code.is_not_in(codes.iter().copied()))
        .exec(transaction)
        .await?;
    Ok(withdrawn.rows_affected)
}

fn read(row: &plan::Model) -> Result<PlanVersion, DbErr> {
    plan_terms::read(row.version, &row.terms)
}
