//! Who signs up by which link, without telling whom.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use service_kit::WriteTransaction;

use crate::domain::InviteLinkId;
use crate::store::entity::link_sign_up::{Column, Entity, Model};

/// Counts one more attempt of this name; whether it is the only one.
pub async fn begin(transaction: &WriteTransaction, link: InviteLinkId, name: &[u8]) -> Result<bool, DbErr> {
    let first = Model { name: name.to_vec(), link_id: link.uuid(), attempts: 1 };
    let again = OnConflict::column(Column::Name)
        .value(Column::Attempts, Expr::col((Entity, Column::Attempts)).add(1))
        .to_owned();
    Entity::insert(first.into_active_model()).on_conflict(again).exec_without_returning(transaction).await?;
    let row = Entity::find_by_id(name.to_vec()).one(transaction).await?;
    Ok(row.is_some_and(|row| row.attempts == 1))
}

/// Takes an attempt back that made no account; whether none is left, and then the name is forgotten.
pub async fn take_back(transaction: &WriteTransaction, name: &[u8]) -> Result<bool, DbErr> {
    Entity::update_many()
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).sub(1))
        .filter(Column::Name.eq(name))
        .exec(transaction)
        .await?;
    let removed =
        Entity::delete_many().filter(Column::Name.eq(name)).filter(Column::Attempts.eq(0)).exec(transaction).await?;
    Ok(removed.rows_affected == 1)
}
