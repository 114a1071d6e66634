//! Opening a service's database, its transactions and its migrations: the one place that knows that
//! there are two engines.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    IsolationLevel, QueryResult, RuntimeErr, SqlErr, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

/// How long a call waits for a free connection or for another transaction's lock.
const WAIT_AT_MOST: Duration = Duration::from_secs(5);

/// Where a service keeps its data.
#[derive(Clone)]
pub struct DatabaseSettings {
    /// Which engine, and where.
    pub location: Location,
    /// Most connections open at once, at least 1.
    pub pool_size: u32,
    /// False lets SQLite answer before the disk has the data: for tests alone.
    pub survives_power_cut: bool,
}

/// An engine and a place.
#[derive(Clone)]
pub enum Location {
    /// A SQLite file, made when missing.
    SqliteFile(PathBuf),
    /// A Postgres URL with a database name.
    Postgres(SecretString),
}

impl Location {
    /// Makes the place exist: the folder of a SQLite file, or the database on the Postgres server.
    pub async fn ensure_exists(&self) -> Result<(), DbErr> {
        match self {
            Self::SqliteFile(path) => match path.parent() {
                Some(folder) => std::fs::create_dir_all(folder).map_err(|error| DbErr::Custom(error.to_string())),
                None => Ok(()),
            },
            Self::Postgres(url) => ensure_postgres_database(url.expose_secret()).await,
        }
    }
}

/// Two at once are harmless: whoever comes second finds the database made.
async fn ensure_postgres_database(url: &str) -> Result<(), DbErr> {
    const DATABASE_EXISTS: &str = "42P04";
    let (server, database) =
        url.rsplit_once('/').ok_or_else(|| DbErr::Custom("the URL names no database".to_owned()))?;
    let database = database.split('?').next().unwrap_or(database);
    let admin =
        sea_orm::Database::connect(ConnectOptions::new(format!("{server}/postgres")).sqlx_logging(false).to_owned())
            .await?;
    let known = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT 1 FROM pg_database WHERE datname = $1",
        [database.into()],
    );
    let made = match admin.query_one_raw(known).await? {
        Some(_) => Ok(()),
        None => {
            let quoted = database.replace('"', "\"\"");
            match admin.execute_unprepared(&format!("CREATE DATABASE \"{quoted}\"")).await {
                Err(error) if has_code(&error, &[DATABASE_EXISTS, "23505"]) => Ok(()),
                made => made.map(|_| ()),
            }
        }
    };
    admin.close().await?;
    made
}

/// A service's database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    outbox_grew: Arc<watch::Sender<()>>,
}

impl Database {
    /// Opens the database; `application` names the service to the database server.
    pub async fn open(settings: &DatabaseSettings, application: &'static str) -> Result<Self, DbErr> {
        let (reader, writer) = match &settings.location {
            Location::Postgres(url) => {
                let pool = connect_postgres(url, settings.pool_size, application).await?;
                (pool.clone(), pool)
            }
            Location::SqliteFile(path) => {
                // One writer behind a fair queue: concurrent writers never see a locked database.
                let writer = connect_sqlite(path, 1, settings.survives_power_cut).await?;
                let reader = match settings.pool_size {
                    0 | 1 => writer.clone(),
                    readers => connect_sqlite(path, readers, settings.survives_power_cut).await?,
                };
                (reader, writer)
            }
        };
        Ok(Self { reader, writer, outbox_grew: Arc::new(watch::Sender::new(())) })
    }

    /// For single statements that only read.
    pub const fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Begins a transaction that writes: IMMEDIATE on SQLite, so that reading first cannot fail later;
    /// READ COMMITTED on Postgres, where callers lock the rows that they decide by.
    #[allow(clippy::disallowed_methods, reason = "the one place that begins write transactions")]
    pub async fn begin_write(&self) -> Result<WriteTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(WriteTransaction {
            inner: self.writer.begin_with_options(options).await?,
            outbox_grew: Arc::clone(&self.outbox_grew),
            has_outbox_rows: AtomicBool::new(false),
        })
    }

    /// Begins a transaction that reads several things as of one instant.
    #[allow(clippy::disallowed_methods, reason = "the one place that begins snapshots")]
    pub async fn begin_snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = match self.reader.get_database_backend() {
            DbBackend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
            _ => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
                ..TransactionOptions::default()
            },
        };
        self.reader.begin_with_options(options).await
    }

    /// Brings the schema up to date. Two at once are harmless: the second waits and finds nothing to do.
    #[allow(clippy::disallowed_methods, reason = "migrations take their own lock")]
    pub async fn migrate<M: MigratorTrait>(&self, service: &'static str) -> Result<(), DbErr> {
        let transaction = self.begin_write().await?.inner;
        if transaction.get_database_backend() == DbBackend::Postgres {
            let lock = format!(
                "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
                 SELECT pg_advisory_xact_lock(hashtextextended('guildhall_{service}_migrations', 0))"
            );
            transaction.execute_unprepared(&lock).await?;
        }
        M::up(&transaction, None).await?;
        transaction.commit().await
    }

    /// Answers once the database does.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.reader.ping().await
    }

    /// Changes whenever a transaction that appended to the outbox has committed.
    pub(crate) fn outbox_growth(&self) -> watch::Receiver<()> {
        self.outbox_grew.subscribe()
    }
}

async fn connect_postgres(
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
            options.options([("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "15s")])
        });
    sea_orm::Database::connect(options).await
}

async fn connect_sqlite(
    path: &std::path::Path,
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

/// A transaction that writes. Dropping it rolls back.
pub struct WriteTransaction {
    inner: DatabaseTransaction,
    outbox_grew: Arc<watch::Sender<()>>,
    has_outbox_rows: AtomicBool,
}

impl WriteTransaction {
    /// Makes everything durable, then wakes the relay if there is something for it.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.inner.commit().await?;
        if self.has_outbox_rows.into_inner() {
            self.outbox_grew.send_replace(());
        }
        Ok(())
    }

    pub(crate) fn note_outbox_row(&self) {
        self.has_outbox_rows.store(true, Ordering::Relaxed);
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for WriteTransaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(statement).await
    }
}

/// Whether the statement broke a unique index. On Postgres the transaction is lost then.
pub fn is_unique_violation(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// SQL that numbers the present transaction in an order in which commits can be read, and the
/// number below which every transaction has ended. SQLite has one writer at a time, so there the
/// order of rows is the order of commits.
pub(crate) fn transaction_order(backend: DbBackend) -> (&'static str, &'static str) {
    match backend {
        DbBackend::Postgres => {
            ("pg_current_xact_id()::text::bigint", "pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        }
        _ => ("0", "1"),
    }
}

/// Whether waiting helps: no connection or lock in time, a connection that broke, a deadlock.
pub(crate) fn is_passing(error: &DbErr) -> bool {
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

/// Whether the database server gave one of these codes (SQLSTATE, or SQLite's number).
fn has_code(error: &DbErr, codes: &[&str]) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else {
        return false;
    };
    match &**cause {
        sea_orm::sqlx::Error::Database(database) => database.code().is_some_and(|code| codes.contains(&code.as_ref())),
        _ => false,
    }
}
