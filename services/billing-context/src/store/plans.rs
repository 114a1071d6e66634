//! The offer. Plans belong to nobody, so no tenant is asked for.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::Plan;
use crate::store::entity::{offer, plan};
use crate::store::unreadable;

/// The plans on offer by display order and code, after this (display order, code).
pub async fn on_offer(
    connection: &impl ConnectionTrait,
    after: Option<(i32, String)>,
    limit: u64,
) -> Result<Vec<Plan>, DbErr> {
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
    rows.into_iter().map(read).collect()
}

/// The plan of this code, if it is on offer.
pub async fn find_on_offer(connection: &impl ConnectionTrait, code: &str) -> Result<Option<Plan>, DbErr> {
    let row = plan::Entity::find_by_id(code).filter(plan::Column::WithdrawnMs.is_null()).one(connection).await?;
    row.map(read).transpose()
}

/// Makes other changes of the offer wait until this transaction ends.
pub async fn lock_offer(transaction: &WriteTransaction) -> Result<(), DbErr> {
    offer::Entity::update_many()
        .col_expr(offer::Column::Revision, Expr::col(offer::Column::Revision).add(1))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Puts a plan on offer in place of an earlier one of its code.
pub async fn put_on_offer(transaction: &WriteTransaction, plan: &Plan, now: Timestamp) -> Result<(), DbErr> {
    let row = plan::Model {
        code: plan.code.clone(),
        terms: serde_json::to_string(plan).map_err(unreadable)?,
        display_order: plan.display_order,
        withdrawn_ms: None,
        updated_ms: now,
    };
    let replace = OnConflict::column(plan::Column::Code)
        .update_columns([
            plan::Column::Terms,
            plan::Column::DisplayOrder,
            plan::Column::WithdrawnMs,
            plan::Column::UpdatedMs,
        ])
        .to_owned();
    plan::Entity::insert(row.into_active_model()).on_conflict(replace).exec_without_returning(transaction).await?;
    Ok(())
}

/// Takes every plan off the offer whose code is not among these.
pub async fn withdraw_all_but(transaction: &WriteTransaction, codes: &[&str], now: Timestamp) -> Result<(), DbErr> {
    plan::Entity::update_many()
        .col_expr(plan::Column::WithdrawnMs, Expr::value(now))
        .filter(plan::Column::WithdrawnMs.is_null())
        .filter(plan::Column::Code.is_not_in(codes.iter().copied()))
        .exec(transaction)
        .await?;
    Ok(())
}

fn read(row: plan::Model) -> Result<Plan, DbErr> {
    serde_json::from_str(&row.terms).map_err(unreadable)
}
