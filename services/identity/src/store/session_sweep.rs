//! Removing sessions that are over.

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use service_kit::{Timestamp, WriteTransaction};
use uuid::Uuid;

use super::entity::{refresh_token, session};

/// Sessions looked at in one batch.
const SESSIONS: u64 = 100;
/// Refresh tokens removed in one batch: a session that was renewed every few minutes has thousands.
const TOKENS: u64 = 1000;

/// How far a batch came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// More may be left.
    Some,
    /// Nothing is left to remove.
    All,
}

/// Removes some of the sessions that were over before this instant, their refresh tokens first.
pub async fn remove_some(transaction: &WriteTransaction, over_before: Timestamp) -> Result<Removed, DbErr> {
    let mut over = over_by(transaction, session::Column::EndedMs, over_before).await?;
    if over.is_empty() {
        over = over_by(transaction, session::Column::IdleExpiresMs, over_before).await?;
    }
    if over.is_empty() {
        return Ok(Removed::All);
    }

    let some_tokens = Query::select()
        .column(refresh_token::Column::Hash)
        .from(refresh_token::Entity)
        .and_where(refresh_token::Column::SessionId.is_in(over.clone()))
        .limit(TOKENS)
        .to_owned();
    let of_these = refresh_token::Column::Hash.in_subquery(some_tokens);
    refresh_token::Entity::delete_many().filter(of_these).exec(transaction).await?;

    let token_left = Query::select()
        .expr(Expr::val(1))
        .from(refresh_token::Entity)
        .and_where(
            Expr::col((refresh_token::Entity, refresh_token::Column::SessionId))
                .equals((session::Entity, session::Column::Id)),
        )
        .to_owned();
    let without_tokens = Condition::all().add(session::Column::Id.is_in(over)).add(Expr::exists(token_left).not());
    session::Entity::delete_many().filter(without_tokens).exec(transaction).await?;
    Ok(Removed::Some)
}

/// Those that have been over for longest by this column.
async fn over_by(
    transaction: &WriteTransaction,
    column: session::Column,
    over_before: Timestamp,
) -> Result<Vec<Uuid>, DbErr> {
    let earliest = session::Entity::find().filter(column.lt(over_before)).order_by_asc(column).limit(SESSIONS);
    let rows = earliest.all(transaction).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
