//! Events that came, each once, and those that wait for the operator.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::{Incident, SetAside};
use crate::store::entity::stripe_event::{Column, Entity, Model};

/// Writes an event down; `false` when it came before.
pub async fn insert(transaction: &WriteTransaction, incident: &Incident) -> Result<bool, DbErr> {
    let once = OnConflict::column(Column::EventId).do_nothing().to_owned();
    let row = row_of(incident).into_active_model();
    Ok(Entity::insert(row).on_conflict(once).exec_without_returning(transaction).await? == 1)
}

/// Sets something aside that may have been set aside before, and been seen to: then it waits again.
pub async fn set_aside(transaction: &WriteTransaction, incident: &Incident) -> Result<(), DbErr> {
    let again = OnConflict::column(Column::EventId).update_columns([Column::SetAside, Column::ResolvedMs]).to_owned();
    Entity::insert(row_of(incident).into_active_model()).on_conflict(again).exec_without_returning(transaction).await?;
    Ok(())
}

/// Those that wait, oldest first, after this one.
pub async fn list_set_aside(
    connection: &impl ConnectionTrait,
    after: Option<(Timestamp, String)>,
    limit: u64,
) -> Result<Vec<Incident>, DbErr> {
    let mut waiting = Entity::find().filter(Column::SetAside.is_not_null()).filter(Column::ResolvedMs.is_null());
    if let Some((received, event_id)) = after {
        let place = Expr::tuple([Expr::col(Column::ReceivedMs), Expr::col(Column::EventId)]);
        waiting = waiting.filter(place.gt(Expr::tuple([Expr::value(received), Expr::value(event_id)])));
    }
    let rows =
        waiting.order_by_asc(Column::ReceivedMs).order_by_asc(Column::EventId).limit(limit).all(connection).await?;
    rows.into_iter().map(read).collect()
}

/// The one of this id that waits.
pub async fn find_set_aside(connection: &impl ConnectionTrait, event_id: &str) -> Result<Option<Incident>, DbErr> {
    let row = Entity::find_by_id(event_id)
        .filter(Column::SetAside.is_not_null())
        .filter(Column::ResolvedMs.is_null())
        .one(connection)
        .await?;
    row.map(read).transpose()
}

/// Whether one of this id was ever set aside for this reason, whether or not it waits still.
pub async fn was_set_aside(connection: &impl ConnectionTrait, event_id: &str, reason: SetAside) -> Result<bool, DbErr> {
    let row = Entity::find_by_id(event_id).filter(Column::SetAside.eq(reason.word())).one(connection).await?;
    Ok(row.is_some())
}

/// It waits no longer; `false` when it did not.
pub async fn resolve(transaction: &WriteTransaction, event_id: &str, now: Timestamp) -> Result<bool, DbErr> {
    let resolved = Entity::update_many()
        .col_expr(Column::ResolvedMs, Expr::value(now))
        .filter(Column::EventId.eq(event_id))
        .filter(Column::SetAside.is_not_null())
        .filter(Column::ResolvedMs.is_null())
        .exec(transaction)
        .await?;
    Ok(resolved.rows_affected == 1)
}

/// Forgets events that came before this instant and wait for nobody. Stripe sends none again that is so old, and if it did
/// the customer would be read once more. Second subscriptions are remembered for good: they never give anything.
pub async fn sweep(transaction: &WriteTransaction, before: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::ReceivedMs.lt(before))
        .filter(Column::SetAside.is_null().or(Column::ResolvedMs.is_not_null()))
        .filter(Column::SetAside.is_null().or(Column::SetAside.ne(SetAside::SecondSubscription.word())))
        .exec(transaction)
        .await?;
    Ok(())
}

fn row_of(incident: &Incident) -> Model {
    Model {
        event_id: incident.id.clone(),
        kind: incident.kind.clone(),
        is_live: incident.is_live,
        customer_id: incident.customer_id.clone(),
        claimed_organization: incident.claimed_organization.clone(),
        occurred_ms: incident.occurred,
        received_ms: incident.received,
        set_aside: incident.set_aside.map(|why| why.word().to_owned()),
        resolved_ms: None,
    }
}

fn read(row: Model) -> Result<Incident, DbErr> {
    let reason = |word: String| {
        let known = SetAside::ALL.into_iter().find(|reason| reason.word() == word);
        known.ok_or_else(|| DbErr::Type("an event was set aside for an unknown reason".to_owned()))
    };
    Ok(Incident {
        id: row.event_id,
        kind: row.kind,
        is_live: row.is_live,
        customer_id: row.customer_id,
        claimed_organization: row.claimed_organization,
        occurred: row.occurred_ms,
        received: row.received_ms,
        set_aside: row.set_aside.map(reason).transpose()?,
    })
}
