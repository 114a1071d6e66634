//! Events that came, each once, and those that wait for the operator.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Select,
};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::{Incident, SetAside, StripeCustomer};
use crate::store::entity::stripe_event::{Column, Entity, Model};

/// Writes an event down; `false` when it came before.
pub async fn insert(transaction: &WriteTransaction, incident: &Incident) -> Result<bool, DbErr> {
    let once = OnConflict::column(Column::EventId).do_nothing().to_owned();
    let row = row_of(incident).into_active_model();
    Ok(Entity::insert(row).on_conflict(once).exec_without_returning(transaction).await? == 1)
}

/// Whether an event of this id was written down.
pub async fn is_known(connection: &impl ConnectionTrait, event_id: &str) -> Result<bool, DbErr> {
    Ok(Entity::find_by_id(event_id).one(connection).await?.is_some())
}

/// Sets something aside. What was set aside before counts up; when it was heeded meanwhile it waits again, when it was
/// dismissed it does not, unless it names another organization now.
pub async fn set_aside(transaction: &WriteTransaction, incident: &Incident) -> Result<(), DbErr> {
    let mut told = vec![Column::SetAside, Column::ResolvedMs, Column::LastMs, Column::StripeEventId];
    if let Some(claimed) = &incident.claimed_organization {
        told.push(Column::ClaimedOrganization);
        let is_other = Column::ClaimedOrganization.is_null().or(Column::ClaimedOrganization.ne(claimed));
        Entity::update_many()
            .col_expr(Column::DismissedMs, Expr::value(Option::<i64>::None))
            .filter(Column::EventId.eq(&incident.id))
            .filter(Column::DismissedMs.is_not_null())
            .filter(is_other)
            .exec(transaction)
            .await?;
    }
    let again = OnConflict::column(Column::EventId)
        .update_columns(told)
        .value(Column::Times, Expr::col((Entity, Column::Times)).add(1))
        .to_owned();
    Entity::insert(row_of(incident).into_active_model()).on_conflict(again).exec_without_returning(transaction).await?;
    Ok(())
}

/// Not heeded and not dismissed.
fn waiting() -> Select<Entity> {
    Entity::find()
        .filter(Column::SetAside.is_not_null())
        .filter(Column::ResolvedMs.is_null())
        .filter(Column::DismissedMs.is_null())
}

/// Those that wait, oldest first, after this one.
pub async fn list_set_aside(
    connection: &impl ConnectionTrait,
    after: Option<(Timestamp, String)>,
    limit: u64,
) -> Result<Vec<Incident>, DbErr> {
    let mut waiting = waiting();
    if let Some((received, event_id)) = after {
        let place = Expr::tuple([Expr::col(Column::ReceivedMs), Expr::col(Column::EventId)]);
        waiting = waiting.filter(place.gt(Expr::tuple([Expr::value(received), Expr::value(event_id)])));
    }
    let rows =
        waiting.order_by_asc(Column::ReceivedMs).order_by_asc(Column::EventId).limit(limit).all(connection).await?;
    rows.into_iter().map(read).collect()
}

/// Stripe's ids of the customer's subscriptions of which the operator waits to hear that they ended, so many at most, those
/// that wait longest first.
pub async fn left_running(
    connection: &impl ConnectionTrait,
    customer: &StripeCustomer,
    limit: u64,
) -> Result<Vec<String>, DbErr> {
    let rows = waiting()
        .filter(Column::SetAside.eq(SetAside::LeftRunning.word()))
        .filter(Column::CustomerId.eq(&customer.customer_id))
        .filter(Column::IsLive.eq(customer.is_live))
        .order_by_asc(Column::ReceivedMs)
        .order_by_asc(Column::EventId)
        .limit(limit)
        .all(connection)
        .await?;
    let subject = |row: Model| SetAside::LeftRunning.subject_of(&row.event_id).map(str::to_owned);
    Ok(rows.into_iter().filter_map(subject).collect())
}

/// The one of this id that waits.
pub async fn find_set_aside(connection: &impl ConnectionTrait, event_id: &str) -> Result<Option<Incident>, DbErr> {
    let row = waiting().filter(Column::EventId.eq(event_id)).one(connection).await?;
    row.map(read).transpose()
}

/// Whether the operator was told of this and it was not heeded: it waits, or was dismissed.
pub async fn is_told(connection: &impl ConnectionTrait, event_id: &str) -> Result<bool, DbErr> {
    let told = Entity::find_by_id(event_id).filter(Column::SetAside.is_not_null()).filter(Column::ResolvedMs.is_null());
    Ok(told.one(connection).await?.is_some())
}

/// Whether one of this id was ever set aside for this reason, whether or not it waits still.
pub async fn was_set_aside(connection: &impl ConnectionTrait, event_id: &str, reason: SetAside) -> Result<bool, DbErr> {
    let row = Entity::find_by_id(event_id).filter(Column::SetAside.eq(reason.word())).one(connection).await?;
    Ok(row.is_some())
}

/// It was heeded; `false` when it did not wait.
pub async fn resolve(transaction: &WriteTransaction, event_id: &str, now: Timestamp) -> Result<bool, DbErr> {
    end_waiting(transaction, event_id, Column::ResolvedMs, now).await
}

/// It is taken off the list; `false` when it did not wait.
pub async fn dismiss(transaction: &WriteTransaction, event_id: &str, now: Timestamp) -> Result<bool, DbErr> {
    end_waiting(transaction, event_id, Column::DismissedMs, now).await
}

/// What it was about is as it should be: a dismissal is over with it, so that the same is told should it come again. What
/// waits goes on waiting for somebody to look.
pub async fn end_dismissal(transaction: &WriteTransaction, event_id: &str, now: Timestamp) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::ResolvedMs, Expr::value(now))
        .col_expr(Column::DismissedMs, Expr::value(Option::<i64>::None))
        .filter(Column::EventId.eq(event_id))
        .filter(Column::DismissedMs.is_not_null())
        .exec(transaction)
        .await?;
    Ok(())
}

async fn end_waiting(
    transaction: &WriteTransaction,
    event_id: &str,
    how: Column,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let ended = Entity::update_many()
        .col_expr(how, Expr::value(now))
        .filter(Column::EventId.eq(event_id))
        .filter(Column::SetAside.is_not_null())
        .filter(Column::ResolvedMs.is_null())
        .filter(Column::DismissedMs.is_null())
        .exec(transaction)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Forgets what came before this instant, for the last time, and waits for nobody, or is but hearsay. Stripe sends no event
/// again that is so old, and if it did the customer would be read once more. Second subscriptions are remembered for good:
/// they never give anything.
pub async fn sweep(transaction: &WriteTransaction, before: Timestamp) -> Result<(), DbErr> {
    let hearsay = SetAside::ALL.into_iter().filter(|reason| reason.is_hearsay()).map(SetAside::word);
    let is_over = Condition::any()
        .add(Column::SetAside.is_null())
        .add(Column::SetAside.is_in(hearsay))
        .add(Column::ResolvedMs.is_not_null())
        .add(Column::DismissedMs.is_not_null());
    let is_kept = Column::SetAside.is_null().or(Column::SetAside.ne(SetAside::SecondSubscription.word()));
    Entity::delete_many().filter(Column::LastMs.lt(before)).filter(is_over).filter(is_kept).exec(transaction).await?;
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
        dismissed_ms: None,
        times: incident.times,
        last_ms: incident.last_received,
        stripe_event_id: incident.stripe_event_id.clone(),
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
        times: row.times,
        last_received: row.last_ms,
        stripe_event_id: row.stripe_event_id,
        set_aside: row.set_aside.map(reason).transpose()?,
    })
}
