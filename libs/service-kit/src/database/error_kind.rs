//! What a database error means for whoever asked.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

use crate::refusal::Refusal;

impl From<DbErr> for Refusal {
    fn from(error: DbErr) -> Self {
        if is_passing(&error) { Self::unavailable(error) } else { Self::internal(error) }
    }
}

/// Whether the statement broke a unique index. On Postgres the transaction is lost then.
pub fn is_unique_violation(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// Whether waiting helps: no connection or lock in time, a connection that broke, a deadlock.
fn is_passing(error: &DbErr) -> bool {
    const PASSING_CODES: [&str; 12] = [
        "25P03", "40001", "40P01", "53300", "55P03", "57014", "57P01", "57P02", "57P03", // SQLSTATE
        "5", "261", "517", // SQLite's SQLITE_BUSY and its kinds
    ];
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            matches!(
                &**cause,
                sea_orm::sqlx::Error::Io(_) | sea_orm::sqlx::Error::PoolTimedOut | sea_orm::sqlx::Error::PoolClosed
            ) || has_code(error, &PASSING_CODES)
        }
        _ => false,
    }
}

/// Whether somebody else has locked the SQLite file for longer than the statement was to wait.
pub(super) fn is_busy_file(error: &DbErr) -> bool {
    has_code(error, &["5", "261", "517"])
}

/// Whether the database server gave one of these codes (SQLSTATE, or SQLite's number).
pub(super) fn has_code(error: &DbErr, codes: &[&str]) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return false;
    };
    match &**cause {
        sea_orm::sqlx::Error::Database(database) => database.code().is_some_and(|code| codes.contains(&code.as_ref())),
        _ => false,
    }
}
