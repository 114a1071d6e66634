//! Pools of connections, with every limit set by name.

use std::path::Path;
use std::time::Duration;

use sea_orm::{ConnectOptions, DatabaseConnection, DbErr, RuntimeErr};
use secrecy::{ExposeSecret, SecretString};

use super::in_words::UNREADABLE_URL;

/// How long a call waits for a free connection or for another transaction's lock.
pub(super) const WAIT_AT_MOST: Duration = Duration::from_secs(5);

pub(super) async fn connect_postgres(
    url: &SecretString,
    pool_size: u32,
    application: &'static str,
) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url.expose_secret());
    options
        .max_connections(pool_size.max(1))
        .min_connections(1)
        .acquire_timeout(WAIT_AT_MOST)
        .idle_timeout(Duration::from_secs(300))
        .max_lifetime(Duration::from_secs(1800))
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        .statement_timeout(Duration::from_secs(10))
        .set_application_name(application)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_postgres_opts(|options| {
            options.options([
                ("lock_timeout", "5s"),
                ("idle_in_transaction_session_timeout", "15s"),
                // Tenants differ in size by orders of magnitude: a plan for the average one reads all of a large one.
                ("plan_cache_mode", "force_custom_plan"),
            ])
        });
    sea_orm::Database::connect(options).await.map_err(without_url)
}

/// What cannot be read is repeated in the error, with the password in it.
pub(super) fn without_url(error: DbErr) -> DbErr {
    match error {
        DbErr::Conn(RuntimeErr::Internal(_)) => DbErr::Custom(UNREADABLE_URL.to_owned()),
        other => other,
    }
}

pub(super) async fn connect_sqlite(
    path: &Path,
    pool_size: u32,
    survives_power_cut: bool,
) -> Result<DatabaseConnection, DbErr> {
    let synchronous = if survives_power_cut { "FULL" } else { "OFF" };
    let path = path.to_owned();
    // The file is named below: in a URL, `?` and `%` in its path would mean something else.
    let mut options = ConnectOptions::new("sqlite://");
    options
        .max_connections(pool_size)
        .min_connections(1)
        .acquire_timeout(WAIT_AT_MOST)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .filename(&path)
                .create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(WAIT_AT_MOST)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", synchronous)
        });
    sea_orm::Database::connect(options).await
}
