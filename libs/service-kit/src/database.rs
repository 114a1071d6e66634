//! Opening a service's database, its transactions and its migrations: the one place that knows that
//! there are two engines.

mod connect;
mod error_kind;
mod last_statement;
mod location;
mod write_transaction;

use std::sync::Arc;

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::watch;

use self::connect::{connect_postgres, connect_sqlite};
pub(crate) use self::error_kind::is_passing;
pub use self::error_kind::is_unique_violation;
pub(crate) use self::last_statement::{LastStatement, ending_with};
pub use self::location::{DatabaseSettings, Location};
pub use self::write_transaction::WriteTransaction;

/// A service's database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    outbox_grew: Arc<watch::Sender<()>>,
}

/// Whatever can be read from: a reader, a snapshot or a write transaction. For code outside the store that only hands it on.
pub trait Connection: ConnectionTrait {}

impl<T: ConnectionTrait> Connection for T {}

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

    /// Opens the database of a service that is about to serve; refused while its schema is older than
    /// the service.
    pub async fn open_migrated<M: MigratorTrait>(
        settings: &DatabaseSettings,
        application: &'static str,
    ) -> Result<Self, DbErr> {
        if matches!(&settings.location, Location::SqliteFile(path) if !path.exists()) {
            return Err(DbErr::Custom("there is no database yet; run `guildhall migrate` first".to_owned()));
        }
        let database = Self::open(settings, application).await?;
        match M::get_pending_migrations_read_only(&database.reader).await?.len() {
            0 => Ok(database),
            missing => {
                Err(DbErr::Custom(format!("the schema lacks {missing} migrations; run `guildhall migrate` first")))
            }
        }
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
        let begun = then_pass!(self.writer.begin_with_options(options), "begin")?;
        Ok(WriteTransaction::new(begun, Arc::clone(&self.outbox_grew)))
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
        let transaction = self.begin_write().await?.into_inner();
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
