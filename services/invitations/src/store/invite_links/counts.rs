//! How many use a link and how many sign up by it: each count is moved by one guarded statement.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::InviteLinkId;
use crate::store::entity::invite_link::{Column, Entity};

/// Counts one more use; `false` when the link does not allow it now.
pub async fn take_use(transaction: &WriteTransaction, id: InviteLinkId, now: Timestamp) -> Result<bool, DbErr> {
    take(transaction, id, Column::Uses, now).await
}

/// Counts one more sign-up; `false` when the link does not allow it now.
pub async fn take_sign_up(transaction: &WriteTransaction, id: InviteLinkId, now: Timestamp) -> Result<bool, DbErr> {
    take(transaction, id, Column::SignUps, now).await
}

async fn take(transaction: &WriteTransaction, id: InviteLinkId, count: Column, now: Timestamp) -> Result<bool, DbErr> {
    let is_left = Condition::any().add(Column::MaxUses.is_null()).add(Expr::col(count).lt(Expr::col(Column::MaxUses)));
    let is_in_time = Condition::any().add(Column::ExpiresMs.is_null()).add(Column::ExpiresMs.gt(now));
    let taken = Entity::update_many()
        .col_expr(count, Expr::col(count).add(1))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::IsActive.eq(true))
        .filter(is_left)
        .filter(is_in_time)
        .exec(transaction)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Takes back a use that came to nothing.
pub async fn give_use_back(transaction: &WriteTransaction, id: InviteLinkId) -> Result<(), DbErr> {
    count_down(transaction, id, Column::Uses).await
}

/// Takes back a sign-up that made no account.
pub async fn give_sign_up_back(transaction: &WriteTransaction, id: InviteLinkId) -> Result<(), DbErr> {
    count_down(transaction, id, Column::SignUps).await
}

async fn count_down(transaction: &WriteTransaction, id: InviteLinkId, count: Column) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(count, Expr::col(count).sub(1))
        .filter(Column::Id.eq(id.uuid()))
        .exec(transaction)
        .await?;
    Ok(())
}
