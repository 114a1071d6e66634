//! Accounts as the back office looks through them.

use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::user::{Column, Entity};
use super::users::{read_all, word};
use crate::domain::user::{User, UserId};
use crate::domain::user_filter::UserFilter;

/// Reads up to `limit` accounts, the newest first, after the one named.
pub async fn list(
    connection: &impl ConnectionTrait,
    filter: &UserFilter,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<User>, DbErr> {
    let mut page = Entity::find()
        .filter(Column::Status.is_in(filter.statuses.iter().map(|status| word(*status))))
        .filter(Column::Email.is_not_null());
    if let Some(search) = &filter.search {
        page = page.filter(found_by(&search.to_lowercase()));
    }
    if let Some(after) = after {
        page = page.filter(Column::Id.lt(after.uuid()));
    }
    let rows = page.order_by_desc(Column::Id).limit(limit).all(connection).await?;
    read_all(connection, rows).await
}

fn found_by(search: &str) -> Condition {
    let literal = search.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    let within =
        |column| Expr::from(Func::lower(Expr::col(column))).like(LikeExpr::new(format!("%{literal}%")).escape('\\'));
    Condition::any()
        .add(Expr::col(Column::Email).like(LikeExpr::new(format!("{literal}%")).escape('\\')))
        .add(within(Column::FirstName))
        .add(within(Column::LastName))
        .add(within(Column::DisplayName))
}
