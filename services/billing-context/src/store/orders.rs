//! Checkouts that were started.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use service_kit::{Id, SecretToken, Timestamp, WriteTransaction};

use crate::domain::{Order, OrganizationId, ProviderKind, ReturnUrl};
use crate::store::entity::order::{Column, Entity, Model};
use crate::store::plan_terms;

/// Keeps the secrets of orders apart from all others.
const PURPOSE: &str = "billing/order";

/// Writes an order down, with the secret that opens it.
pub async fn insert(transaction: &WriteTransaction, order: &Order, secret: &SecretToken) -> Result<(), DbErr> {
    let row = Model {
        id: order.id.uuid(),
        organization_id: order.organization_id.uuid(),
        user_id: order.user_id.uuid(),
        provider: order.provider.word().to_owned(),
        secret_hash: secret.hash(PURPOSE),
        plan_code: order.plan.terms.code.clone(),
        plan_version: order.plan.number,
        plan_terms: plan_terms::write(&order.plan.terms)?,
        trial_days: i32::try_from(order.trial_days).unwrap_or(i32::MAX),
        success_url: order.success_url.to_string(),
        cancel_url: order.cancel_url.to_string(),
        created_ms: order.created,
        expires_ms: order.expires,
        confirmed_ms: order.confirmed,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// The order that a secret opens: whoever holds it acts for its organization.
pub async fn find_by_secret(connection: &impl ConnectionTrait, secret: &SecretToken) -> Result<Option<Order>, DbErr> {
    let row = Entity::find().filter(Column::SecretHash.eq(secret.hash(PURPOSE))).one(connection).await?;
    row.map(read).transpose()
}

/// Marks an order as having become a subscription; `false` when it was before.
pub async fn confirm(transaction: &WriteTransaction, order: &Order, now: Timestamp) -> Result<bool, DbErr> {
    let confirmed = Entity::update_many()
        .col_expr(Column::ConfirmedMs, Expr::value(now))
        .filter(Column::OrganizationId.eq(order.organization_id.uuid()))
        .filter(Column::Id.eq(order.id.uuid()))
        .filter(Column::ConfirmedMs.is_null())
        .filter(Column::ExpiresMs.gt(now))
        .exec(transaction)
        .await?;
    Ok(confirmed.rows_affected == 1)
}

/// How many orders of the organization can still be confirmed, counted up to `most`.
pub async fn count_open(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    now: Timestamp,
    most: u64,
) -> Result<usize, DbErr> {
    let open = Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::ExpiresMs.gt(now))
        .filter(Column::ConfirmedMs.is_null())
        .limit(most)
        .all(connection)
        .await?;
    Ok(open.len())
}

/// Forgets orders that were over before this instant.
pub async fn sweep(transaction: &WriteTransaction, before: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::ExpiresMs.lt(before)).exec(transaction).await?;
    Ok(())
}

fn read(row: Model) -> Result<Order, DbErr> {
    let provider = ProviderKind::ALL.into_iter().find(|provider| provider.word() == row.provider);
    Ok(Order {
        id: Id::from(row.id),
        organization_id: Id::from(row.organization_id),
        user_id: Id::from(row.user_id),
        provider: provider.ok_or_else(|| DbErr::Type("an order's provider is unknown".to_owned()))?,
        plan: plan_terms::read(row.plan_version, &row.plan_terms)?,
        trial_days: u32::try_from(row.trial_days).unwrap_or(0),
        success_url: ReturnUrl::stored(row.success_url),
        cancel_url: ReturnUrl::stored(row.cancel_url),
        created: row.created_ms,
        expires: row.expires_ms,
        confirmed: row.confirmed_ms,
    })
}
