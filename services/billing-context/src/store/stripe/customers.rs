//! Organizations as customers of Stripe, and how far they have been read.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use service_kit::{Id, Timestamp, WriteTransaction};

use crate::domain::{OrganizationId, StripeCustomer};
use crate::store::entity::stripe_customer::{Column, Entity, Model};

/// The organization's customer in this mode.
pub async fn find(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    is_live: bool,
) -> Result<Option<StripeCustomer>, DbErr> {
    let row = Entity::find_by_id((organization.uuid(), is_live)).one(connection).await?;
    Ok(row.map(read))
}

/// The customer of this id, in whichever mode. Ids of customers come from Stripe alone, signed.
pub async fn find_by_customer(
    connection: &impl ConnectionTrait,
    customer_id: &str,
) -> Result<Option<StripeCustomer>, DbErr> {
    let row = Entity::find().filter(Column::CustomerId.eq(customer_id)).one(connection).await?;
    Ok(row.map(read))
}

/// Remembers the organization's customer unless it has one; answers the one it has.
pub async fn keep(
    transaction: &WriteTransaction,
    organization: OrganizationId,
    is_live: bool,
    customer_id: &str,
    now: Timestamp,
) -> Result<StripeCustomer, DbErr> {
    let row = Model {
        organization_id: organization.uuid(),
        is_live,
        customer_id: customer_id.to_owned(),
        wanted: 0,
        done: 0,
        checked_ms: now,
        created_ms: now,
    };
    let once = OnConflict::columns([Column::OrganizationId, Column::IsLive]).do_nothing().to_owned();
    Entity::insert(row.into_active_model()).on_conflict(once).exec_without_returning(transaction).await?;
    find(transaction, organization, is_live).await?.ok_or(DbErr::RecordNotInserted)
}

/// Forgets a customer that Stripe does not have.
pub async fn forget(
    transaction: &WriteTransaction,
    organization: OrganizationId,
    customer_id: &str,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::CustomerId.eq(customer_id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// One more reason to read the customer; answers its number.
pub async fn want(transaction: &WriteTransaction, customer: &StripeCustomer) -> Result<i64, DbErr> {
    let raised = Entity::update_many()
        .col_expr(Column::Wanted, Expr::col(Column::Wanted).add(1))
        .filter(Column::OrganizationId.eq(customer.organization_id.uuid()))
        .filter(Column::CustomerId.eq(&customer.customer_id))
        .exec(transaction)
        .await?;
    if raised.rows_affected != 1 {
        return Err(DbErr::RecordNotUpdated);
    }
    let now = find(transaction, customer.organization_id, customer.is_live).await?;
    now.map(|now| now.wanted).ok_or(DbErr::RecordNotUpdated)
}

/// Takes what was read for a reason to be the newest; `false` when something newer has been applied.
pub async fn advance(
    transaction: &WriteTransaction,
    customer: &StripeCustomer,
    reason: i64,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let advanced = Entity::update_many()
        .col_expr(Column::Done, Expr::value(reason))
        .col_expr(Column::CheckedMs, Expr::value(now))
        .filter(Column::OrganizationId.eq(customer.organization_id.uuid()))
        .filter(Column::CustomerId.eq(&customer.customer_id))
        .filter(Column::Done.lt(reason))
        .exec(transaction)
        .await?;
    Ok(advanced.rows_affected == 1)
}

/// Customers that have not been read since this instant, those that waited longest first.
pub async fn unchecked_since(
    connection: &impl ConnectionTrait,
    is_live: bool,
    before: Timestamp,
    limit: u64,
) -> Result<Vec<StripeCustomer>, DbErr> {
    let rows = Entity::find()
        .filter(Column::IsLive.eq(is_live))
        .filter(Column::CheckedMs.lt(before))
        .order_by_asc(Column::CheckedMs)
        .limit(limit)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// Notes that the customer is about to be read, so that the next round begins with others; `false` when somebody else noted
/// it since that instant.
pub async fn note_check(
    transaction: &WriteTransaction,
    customer: &StripeCustomer,
    before: Timestamp,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let noted = Entity::update_many()
        .col_expr(Column::CheckedMs, Expr::value(now))
        .filter(Column::OrganizationId.eq(customer.organization_id.uuid()))
        .filter(Column::CustomerId.eq(&customer.customer_id))
        .filter(Column::CheckedMs.lt(before))
        .exec(transaction)
        .await?;
    Ok(noted.rows_affected == 1)
}

fn read(row: Model) -> StripeCustomer {
    StripeCustomer {
        organization_id: Id::from(row.organization_id),
        customer_id: row.customer_id,
        is_live: row.is_live,
        wanted: row.wanted,
        done: row.done,
    }
}
