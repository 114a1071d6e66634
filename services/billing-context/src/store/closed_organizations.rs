//! Organizations that are no more.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use service_kit::{Id, Timestamp, WriteTransaction};

use crate::domain::{EndingCursor, OrganizationId};
use crate::store::entity::{closed_organization, ending_cursor};

const ONLY_ROW: i32 = 1;

/// Whether the organization is no more.
pub async fn is_closed(connection: &impl ConnectionTrait, organization: OrganizationId) -> Result<bool, DbErr> {
    Ok(closed_organization::Entity::find_by_id(organization.uuid()).one(connection).await?.is_some())
}

/// Keeps for ever that the organization is no more; `false` when that was known. Its account must be locked.
pub async fn close(
    transaction: &WriteTransaction,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let row = closed_organization::Model { organization_id: organization.uuid(), closed_ms: now };
    let closed = closed_organization::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(closed_organization::Column::OrganizationId).do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    Ok(closed == 1)
}

/// How far organizations' record of endings has been read.
pub async fn cursor(connection: &impl ConnectionTrait) -> Result<EndingCursor, DbErr> {
    let row = ending_cursor::Entity::find_by_id(ONLY_ROW).one(connection).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the cursor of endings".to_owned()))?;
    Ok(EndingCursor { position: row.position, organization_id: Id::from(row.organization_id) })
}

/// Moves the cursor on, from where it was; nothing changes when another reader was faster.
pub async fn move_cursor(transaction: &WriteTransaction, from: EndingCursor, to: EndingCursor) -> Result<(), DbErr> {
    ending_cursor::Entity::update_many()
        .col_expr(ending_cursor::Column::Position, Expr::value(to.position))
        .col_expr(ending_cursor::Column::OrganizationId, Expr::value(to.organization_id.uuid()))
        .filter(ending_cursor::Column::Id.eq(ONLY_ROW))
        .filter(ending_cursor::Column::Position.eq(from.position))
        .filter(ending_cursor::Column::OrganizationId.eq(from.organization_id.uuid()))
        .exec(transaction)
        .await?;
    Ok(())
}
