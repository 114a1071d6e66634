//! The epoch in which this database's positions count.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QuerySelect};
use service_kit::WriteTransaction;

use super::entity::epoch;

const ONLY_ROW: i32 = 1;

/// Keeps the first epoch that anybody chose.
pub async fn choose(transaction: &WriteTransaction, value: String) -> Result<(), DbErr> {
    let row = epoch::ActiveModel { id: Set(ONLY_ROW), value: Set(value) };
    let insert = epoch::Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned());
    insert.exec_without_returning(transaction).await.map(|_| ())
}

/// Makes everybody else who does the same wait until the transaction ends: the row stands for whatever
/// there is one of.
pub async fn lock(transaction: &WriteTransaction) -> Result<(), DbErr> {
    epoch::Entity::find_by_id(ONLY_ROW).lock_exclusive().one(transaction).await.map(|_| ())
}

/// The epoch, once chosen.
pub async fn find(connection: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    Ok(epoch::Entity::find_by_id(ONLY_ROW).one(connection).await?.map(|row| row.value))
}
