//! Who used which link.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use service_kit::{Id, Timestamp, WriteTransaction};

use crate::domain::{InviteLinkId, Join, JoinId, UserId};
use crate::store::entity::link_join::{Column, Entity, Model};

/// For the relay.
pub async fn find_by_id(connection: &impl ConnectionTrait, id: JoinId) -> Result<Option<Join>, DbErr> {
    Ok(Entity::find_by_id(id.uuid()).one(connection).await?.map(read))
}

/// This person's use of this link.
pub async fn find(connection: &impl ConnectionTrait, link: InviteLinkId, user: UserId) -> Result<Option<Join>, DbErr> {
    let found = Entity::find().filter(Column::LinkId.eq(link.uuid())).filter(Column::UserId.eq(user.uuid()));
    Ok(found.one(connection).await?.map(read))
}

/// How many joined by this link. For a writer the link must be locked, lest two that join at once not count each other.
pub async fn count_joined(connection: &impl ConnectionTrait, link: InviteLinkId) -> Result<u64, DbErr> {
    let joined = Entity::find().filter(Column::LinkId.eq(link.uuid())).filter(Column::IsJoined.eq(true));
    joined.count(connection).await
}

/// Adds a use; `false` when this person has one of this link.
pub async fn insert(transaction: &WriteTransaction, join: &Join, now: Timestamp) -> Result<bool, DbErr> {
    let row = Model {
        id: join.id.uuid(),
        link_id: join.link_id.uuid(),
        user_id: join.user_id.uuid(),
        is_joined: join.is_joined,
        created_ms: now,
    };
    let inserted = Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    Ok(inserted == 1)
}

/// Uses of which nobody knows yet what they come to, at most so many.
pub async fn list_under_way(
    connection: &impl ConnectionTrait,
    link: InviteLinkId,
    limit: u64,
) -> Result<Vec<Join>, DbErr> {
    let under_way = Entity::find().filter(Column::LinkId.eq(link.uuid())).filter(Column::IsJoined.eq(false));
    let rows = under_way.order_by_asc(Column::Id).limit(limit).all(connection).await?;
    Ok(rows.into_iter().map(read).collect())
}

/// Records that the membership exists; `false` when that is recorded already, or the use is no longer there.
pub async fn record_joined(transaction: &WriteTransaction, id: JoinId) -> Result<bool, DbErr> {
    let recorded = Entity::update_many()
        .col_expr(Column::IsJoined, Expr::value(true))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::IsJoined.eq(false))
        .exec(transaction)
        .await?;
    Ok(recorded.rows_affected == 1)
}

/// Removes a use that came to nothing; `false` when it did come to something or is gone.
pub async fn remove_unjoined(transaction: &WriteTransaction, id: JoinId) -> Result<bool, DbErr> {
    let removed = Entity::delete_many()
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::IsJoined.eq(false))
        .exec(transaction)
        .await?;
    Ok(removed.rows_affected == 1)
}

fn read(row: Model) -> Join {
    Join {
        id: Id::from(row.id),
        link_id: Id::from(row.link_id),
        user_id: Id::from(row.user_id),
        is_joined: row.is_joined,
    }
}
