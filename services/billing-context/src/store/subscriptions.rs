//! Subscriptions by organization.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use service_kit::{Id, Timestamp, WriteTransaction};

use crate::domain::{OrganizationId, Subscription};
use crate::store::entity::subscription::{Column, Entity, Model};
use crate::store::unreadable;

/// The built-in provider, which takes no payment.
const MANUAL: &str = "manual";

/// The organization's present subscription.
pub async fn find_present(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Option<Subscription>, DbErr> {
    let row = Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::EndedMs.is_null())
        .one(connection)
        .await?;
    row.map(read).transpose()
}

/// Ends the organization's present subscription and begins this one. The organization's account must
/// be locked.
pub async fn replace_present(
    transaction: &WriteTransaction,
    subscription: &Subscription,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::EndedMs, Expr::value(now))
        .filter(Column::OrganizationId.eq(subscription.organization_id.uuid()))
        .filter(Column::EndedMs.is_null())
        .exec(transaction)
        .await?;
    let row = Model {
        id: subscription.id.uuid(),
        organization_id: subscription.organization_id.uuid(),
        provider: MANUAL.to_owned(),
        plan_code: subscription.plan.code.clone(),
        plan_terms: serde_json::to_string(&subscription.plan).map_err(unreadable)?,
        trial_ends_ms: subscription.trial_ends,
        created_ms: subscription.created,
        ended_ms: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

fn read(row: Model) -> Result<Subscription, DbErr> {
    Ok(Subscription {
        id: Id::from(row.id),
        organization_id: Id::from(row.organization_id),
        plan: serde_json::from_str(&row.plan_terms).map_err(unreadable)?,
        trial_ends: row.trial_ends_ms,
        created: row.created_ms,
    })
}
