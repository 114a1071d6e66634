//! The record of organizations that have ended, for services that have something of theirs to end.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use service_kit::WriteTransaction;

use crate::domain::ending::Ending;
use crate::domain::ids::OrganizationId;
use crate::store::entity::ending::{Column, Entity, Model};

/// Records that an organization ends in this transaction.
pub async fn note(transaction: &WriteTransaction, organization_id: OrganizationId) -> Result<(), DbErr> {
    let row = Model { organization_id: organization_id.uuid(), position: None };
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await.map(|_| ())
}

/// Gives this transaction's endings its position. Those of other transactions are numbered before anybody sees them.
pub async fn number(transaction: &WriteTransaction, position: i64) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Position, Expr::value(position))
        .filter(Column::Position.is_null())
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Up to `limit` endings after this place, in order.
pub async fn list_after(connection: &impl ConnectionTrait, after: Ending, limit: u64) -> Result<Vec<Ending>, DbErr> {
    let same_position = Condition::all()
        .add(Column::Position.eq(after.position))
        .add(Column::OrganizationId.gt(after.organization_id.uuid()));
    let rows = Entity::find()
        // Implied by the next condition; it lets the database enter its index at the right place.
        .filter(Column::Position.gte(after.position))
        .filter(Condition::any().add(Column::Position.gt(after.position)).add(same_position))
        .order_by_asc(Column::Position)
        .order_by_asc(Column::OrganizationId)
        .limit(limit)
        .all(connection)
        .await?;
    let ending =
        |row: Model| row.position.map(|position| Ending { position, organization_id: row.organization_id.into() });
    Ok(rows.into_iter().filter_map(ending).collect())
}
