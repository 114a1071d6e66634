//! Turning links off and on, and ending them: each by one guarded statement.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, UpdateMany};
use service_kit::WriteTransaction;

use crate::domain::{Cause, InviteLink};
use crate::store::entity::invite_link::{Column, Entity};

/// Turns a link off that may be turned on again; `false` when it is not on.
pub async fn turn_off(transaction: &WriteTransaction, link: &InviteLink) -> Result<bool, DbErr> {
    let off = unless_revoked(link).filter(Column::IsActive.eq(true)).col_expr(Column::IsActive, Expr::value(false));
    Ok(off.exec(transaction).await?.rows_affected == 1)
}

/// Turns a link on whose roles are offered again under the link's `offer_id`; `false` when it is not off.
pub async fn turn_on(transaction: &WriteTransaction, link: &InviteLink) -> Result<bool, DbErr> {
    let on = unless_revoked(link)
        .filter(Column::IsActive.eq(false))
        .col_expr(Column::IsActive, Expr::value(true))
        .col_expr(Column::OfferId, Expr::value(link.offer_id));
    Ok(on.exec(transaction).await?.rows_affected == 1)
}

/// Ends a link for good; `false` when something else has.
pub async fn revoke(transaction: &WriteTransaction, link: &InviteLink, cause: Cause) -> Result<bool, DbErr> {
    let revoked = unless_revoked(link)
        .col_expr(Column::IsActive, Expr::value(false))
        .col_expr(Column::IsRevoked, Expr::value(true))
        .col_expr(Column::VoidCause, Expr::value(cause.word()));
    Ok(revoked.exec(transaction).await?.rows_affected == 1)
}

fn unless_revoked(link: &InviteLink) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::OrganizationId.eq(link.organization_id.uuid()))
        .filter(Column::Id.eq(link.id.uuid()))
        .filter(Column::IsRevoked.eq(false))
}
