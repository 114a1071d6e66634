//! The epoch in which this database's positions count.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use service_kit::WriteTransaction;
use token_verification::Positions;

use super::entity::epoch::{ActiveModel, Column, Entity, Model};
use crate::domain::epoch::Epoch;

const ONLY_ROW: i32 = 1;

/// Keeps the first epoch that anybody chose.
pub async fn choose(transaction: &WriteTransaction, name: String) -> Result<(), DbErr> {
    let row = ActiveModel { id: Set(ONLY_ROW), value: Set(name), organizations_heard: Set(0), billing_heard: Set(0) };
    let insert = Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned());
    insert.exec_without_returning(transaction).await.map(|_| ())
}

/// Begins another epoch after this one; false when somebody else already has.
pub async fn renew(transaction: &WriteTransaction, former: &str, name: String) -> Result<bool, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::Value, Expr::value(name))
        .col_expr(Column::OrganizationsHeard, Expr::value(0_i64))
        .col_expr(Column::BillingHeard, Expr::value(0_i64))
        .filter(Column::Id.eq(ONLY_ROW))
        .filter(Column::Value.eq(former));
    Ok(update.exec(transaction).await?.rows_affected == 1)
}

/// Notes up to where the other services were heard in this epoch, unless more of either is known.
pub async fn note_heard(transaction: &WriteTransaction, name: &str, heard: &Positions) -> Result<(), DbErr> {
    for (column, position) in [(Column::OrganizationsHeard, heard.o), (Column::BillingHeard, heard.b)] {
        let update = Entity::update_many()
            .col_expr(column, Expr::value(position))
            .filter(Column::Id.eq(ONLY_ROW))
            .filter(Column::Value.eq(name))
            .filter(column.lt(position));
        update.exec(transaction).await?;
    }
    Ok(())
}

/// Makes everybody else who does the same wait until the transaction ends: the row stands for whatever
/// there is one of.
pub async fn lock(transaction: &WriteTransaction) -> Result<(), DbErr> {
    Entity::find_by_id(ONLY_ROW).lock_exclusive().one(transaction).await.map(|_| ())
}

/// The epoch's name, which stays until the transaction ends, as does whatever is locked with it.
pub async fn hold(transaction: &WriteTransaction) -> Result<Option<String>, DbErr> {
    Ok(Entity::find_by_id(ONLY_ROW).lock_shared().one(transaction).await?.map(|row| row.value))
}

/// The epoch, once chosen.
pub async fn find(connection: &impl ConnectionTrait) -> Result<Option<Epoch>, DbErr> {
    // Identity's own position lies in the same database: what puts one back puts back the other, which nobody could tell.
    let read = |row: Model| Epoch {
        name: row.value,
        highest: Positions { i: 0, o: row.organizations_heard, b: row.billing_heard },
    };
    Ok(Entity::find_by_id(ONLY_ROW).one(connection).await?.map(read))
}
