//! Rows written in bulk, past the service: a million calls would take hours.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, Expr, Query};
use service_kit::WriteTransaction;

use crate::failure::Failure;

/// Few enough that a statement keeps below the number of parameters that SQLite takes.
const ROWS_AT_ONCE: usize = 1_000;

/// Where rows go.
pub struct Table {
    name: &'static str,
    columns: &'static [&'static str],
}

pub const ORGANIZATIONS: Table = Table {
    name: "organizations",
    columns: &[
        "id",
        "name",
        "slug",
        "is_personal",
        "personal_user_id",
        "is_suspended",
        "profile",
        "created_ms",
        "updated_ms",
    ],
};
pub const USERS: Table =
    Table { name: "users", columns: &["user_id", "email", "display_name", "version", "is_active"] };
pub const MEMBERSHIPS: Table =
    Table { name: "memberships", columns: &["organization_id", "user_id", "id", "is_suspended", "joined_ms"] };
pub const MEMBER_ROLES: Table =
    Table { name: "member_roles", columns: &["organization_id", "user_id", "role_code", "granted_ms"] };

impl Table {
    /// Inserts the rows, whose values are in the order of the columns.
    pub async fn insert(
        &self,
        transaction: &WriteTransaction,
        rows: impl Iterator<Item = Vec<Expr>>,
    ) -> Result<(), Failure> {
        let mut rows = rows.peekable();
        while rows.peek().is_some() {
            let mut insert = Query::insert();
            insert.into_table(Alias::new(self.name)).columns(self.columns.iter().copied().map(Alias::new));
            for row in rows.by_ref().take(ROWS_AT_ONCE) {
                insert.values(row)?;
            }
            transaction.execute(&insert).await?;
        }
        Ok(())
    }
}
