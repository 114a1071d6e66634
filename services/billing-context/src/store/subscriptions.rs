//! Subscriptions by organization.

use sea_orm::ActiveValue::NotSet;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use service_kit::{Id, Timestamp, WriteTransaction};

use crate::domain::{OrganizationId, Period, ProviderKind, Status, Subscription, SubscriptionId};
use crate::store::entity::subscription::{ActiveModel, Column, Entity, Model};
use crate::store::plan_terms;

/// What counts in a deployment of this mode.
fn counting(is_live: bool) -> Condition {
    Condition::any().add(Column::IsLive.is_null()).add(Column::IsLive.eq(is_live))
}

/// The organization's present subscription in this mode.
pub async fn find_present(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    is_live: bool,
) -> Result<Option<Subscription>, DbErr> {
    let row = Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::EndedMs.is_null())
        .filter(counting(is_live))
        .one(connection)
        .await?;
    row.map(read).transpose()
}

/// What the organization has in either mode: two at most.
pub async fn find_all_present(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Vec<Subscription>, DbErr> {
    let rows = Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::EndedMs.is_null())
        .order_by_asc(Column::Number)
        .all(connection)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The organization's present subscription in this mode, or else the last one that it had.
pub async fn find_latest(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    is_live: bool,
) -> Result<Option<Subscription>, DbErr> {
    if let Some(present) = find_present(connection, organization, is_live).await? {
        return Ok(Some(present));
    }
    last(connection, organization, counting(is_live)).await?.map(read).transpose()
}

async fn last(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    among: Condition,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(among)
        .order_by_desc(Column::Number)
        .order_by_desc(Column::CreatedMs)
        .limit(1)
        .one(connection)
        .await
}

/// What is or was here of a subscription at a provider.
pub async fn find_at_provider(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    provider: ProviderKind,
    provider_id: &str,
) -> Result<Option<Subscription>, DbErr> {
    let row = Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::Provider.eq(provider.word()))
        .filter(Column::ProviderId.eq(provider_id))
        .one(connection)
        .await?;
    row.map(read).transpose()
}

/// Whether the organization has ever had a trial in this mode.
pub async fn had_trial(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    is_live: bool,
) -> Result<bool, DbErr> {
    let row = Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(counting(is_live))
        .filter(Column::TrialEndsMs.is_not_null())
        .limit(1)
        .one(connection)
        .await?;
    Ok(row.is_some())
}

/// The subscription with which the organization had its trial in this mode.
pub async fn first_trial(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    is_live: bool,
) -> Result<Option<SubscriptionId>, DbErr> {
    let row = Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(counting(is_live))
        .filter(Column::TrialEndsMs.is_not_null())
        .order_by_asc(Column::CreatedMs)
        .order_by_asc(Column::Number)
        .limit(1)
        .one(connection)
        .await?;
    Ok(row.map(|row| Id::from(row.id)))
}

/// Organizations whose built-in subscription has a period to be turned, the longest due first.
pub async fn due(connection: &impl ConnectionTrait, now: Timestamp, limit: u64) -> Result<Vec<OrganizationId>, DbErr> {
    let rows = Entity::find()
        .filter(Column::Provider.eq(ProviderKind::Manual.word()))
        .filter(Column::EndedMs.is_null())
        .filter(Column::PeriodEndMs.lte(now))
        .order_by_asc(Column::PeriodEndMs)
        .limit(limit)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| Id::from(row.organization_id)).collect())
}

/// Begins a subscription. The organization's account must be locked, and what it had must have been written as ended.
pub async fn insert(transaction: &WriteTransaction, subscription: &Subscription) -> Result<(), DbErr> {
    let last = last(transaction, subscription.organization_id, Condition::all()).await?;
    let row = Model { number: last.map_or(1, |last| last.number + 1), ..row_of(subscription)? };
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Writes the next state of a subscription that is present. The organization's account must be locked.
pub async fn update(transaction: &WriteTransaction, subscription: &Subscription) -> Result<(), DbErr> {
    let row = ActiveModel { number: NotSet, ..row_of(subscription)?.into_active_model().reset_all() };
    let changed = Entity::update_many()
        .set(row)
        .filter(Column::OrganizationId.eq(subscription.organization_id.uuid()))
        .filter(Column::Id.eq(subscription.id.uuid()))
        .filter(Column::EndedMs.is_null())
        .exec(transaction)
        .await?;
    if changed.rows_affected == 1 { Ok(()) } else { Err(DbErr::RecordNotUpdated) }
}

/// Writes the next state of a subscription that a provider looks after, whether or not it was over here: what the provider
/// says counts. The organization's account must be locked.
pub async fn rewrite(transaction: &WriteTransaction, subscription: &Subscription) -> Result<(), DbErr> {
    let row = ActiveModel { number: NotSet, ..row_of(subscription)?.into_active_model().reset_all() };
    let changed = Entity::update_many()
        .set(row)
        .filter(Column::OrganizationId.eq(subscription.organization_id.uuid()))
        .filter(Column::Id.eq(subscription.id.uuid()))
        .filter(Column::Provider.ne(ProviderKind::Manual.word()))
        .exec(transaction)
        .await?;
    if changed.rows_affected == 1 { Ok(()) } else { Err(DbErr::RecordNotUpdated) }
}

fn row_of(subscription: &Subscription) -> Result<Model, DbErr> {
    Ok(Model {
        id: subscription.id.uuid(),
        organization_id: subscription.organization_id.uuid(),
        number: 0,
        provider: subscription.provider.word().to_owned(),
        provider_id: subscription.provider_id.clone(),
        is_live: subscription.is_live,
        plan_code: subscription.plan.terms.code.clone(),
        plan_version: subscription.plan.number,
        plan_terms: plan_terms::write(&subscription.plan.terms)?,
        status: subscription.status.word().to_owned(),
        trial_ends_ms: subscription.trial_ends,
        anchor_ms: subscription.anchor,
        period_start_ms: subscription.period.start,
        period_end_ms: subscription.period.end,
        cancel_at_period_end: subscription.cancel_at_period_end,
        pending_plan: subscription.pending.as_ref().map(plan_terms::write_whole).transpose()?,
        period_credits: subscription.period_credits,
        created_ms: subscription.created,
        ended_ms: subscription.ended,
        ended_here: subscription.ended_here,
    })
}

fn read(row: Model) -> Result<Subscription, DbErr> {
    let unknown = |what: &str| DbErr::Type(format!("a subscription's {what} is unknown"));
    let provider = ProviderKind::ALL.into_iter().find(|provider| provider.word() == row.provider);
    let status = Status::ALL.into_iter().find(|status| status.word() == row.status);
    Ok(Subscription {
        id: Id::from(row.id),
        organization_id: Id::from(row.organization_id),
        provider: provider.ok_or_else(|| unknown("provider"))?,
        provider_id: row.provider_id,
        is_live: row.is_live,
        plan: plan_terms::read(row.plan_version, &row.plan_terms)?,
        status: status.ok_or_else(|| unknown("status"))?,
        trial_ends: row.trial_ends_ms,
        anchor: row.anchor_ms,
        period: Period { start: row.period_start_ms, end: row.period_end_ms },
        cancel_at_period_end: row.cancel_at_period_end,
        pending: row.pending_plan.as_deref().map(plan_terms::read_whole).transpose()?,
        period_credits: row.period_credits,
        created: row.created_ms,
        ended: row.ended_ms,
        ended_here: row.ended_here,
    })
}
