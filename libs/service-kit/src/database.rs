//! Opening a service's database, its transactions and its migrations: the one place that knows that
//! there are two engines.

mod connect;
mod error_kind;
mod in_words;
mod last_statement;
mod location;
mod pools;
mod schema;
mod write_transaction;

use std::path::Path;
use std::sync::Arc;

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::watch;

use crate::clock::Timestamp;

use self::connect::{connect_postgres, connect_sqlite};
pub use self::error_kind::is_unique_violation;
pub use self::in_words::{in_words, is_readable_url, words_of};
pub(crate) use self::last_statement::{LastStatement, ending_with};
pub use self::location::{DatabaseSettings, Location};
pub use self::schema::{Column, Index, Picture, Schema, SchemaState, Table};
pub use self::write_transaction::WriteTransaction;

/// A service's database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    outbox_grew: Arc<watch::Sender<()>>,
    positions_moved: Arc<watch::Sender<()>>,
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
        let (outbox_grew, positions_moved) = (Arc::new(watch::Sender::new(())), Arc::new(watch::Sender::new(())));
        Ok(Self { reader, writer, outbox_grew, positions_moved })
    }

    /// Opens the database of a service that is about to serve; refused while its schema is older or newer than
    /// the service.
    pub async fn open_migrated<M: MigratorTrait>(
        settings: &DatabaseSettings,
        application: &'static str,
    ) -> Result<Self, DbErr> {
        if settings.location.is_missing_file()? {
            return Err(DbErr::Custom("there is no database yet; run `guildhall migrate up` first".to_owned()));
        }
        let database = Self::open(settings, application).await?;
        match Schema::of::<M>(application).state_in(&database).await?.refusal() {
            None => Ok(database),
            Some(refusal) => Err(DbErr::Custom(refusal)),
        }
    }

    /// Closes every connection. Clones are closed with it.
    pub async fn close(self) -> Result<(), DbErr> {
        self.reader.close().await?;
        self.writer.close().await
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
        Ok(WriteTransaction::new(begun, Arc::clone(&self.outbox_grew), Arc::clone(&self.positions_moved)))
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

    /// Brings the schema up to date, as `Schema::bring_up_in` does.
    pub async fn migrate<M: MigratorTrait>(&self, service: &'static str) -> Result<(), DbErr> {
        Schema::of::<M>(service).bring_up_in(self).await.map(|_| ())
    }

    /// Answers once the database does.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.reader.ping().await
    }

    /// What the database server takes for the time; `None` for SQLite, which has no clock of its own.
    pub async fn server_time(&self) -> Result<Option<Timestamp>, DbErr> {
        if self.reader.get_database_backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let ask = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS millis";
        let row = self.reader.query_one_raw(Statement::from_string(DbBackend::Postgres, ask)).await?;
        row.map(|row| row.try_get("", "millis").map(Timestamp::from_millis)).transpose()
    }

    /// Copies what is committed at this moment into a new SQLite file, which must be empty or not there yet. Whoever writes meanwhile
    /// is not held up. On Postgres it is refused.
    pub async fn copy_to(&self, file: &Path) -> Result<(), DbErr> {
        if self.reader.get_database_backend() != DbBackend::Sqlite {
            return Err(DbErr::Custom("only SQLite files are copied like this".to_owned()));
        }
        let name = file.to_str().ok_or_else(|| DbErr::Custom("the file's name must be UTF-8".to_owned()))?;
        let copy = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [name.into()]);
        self.reader.execute_raw(copy).await.map(|_| ())
    }

    /// What is broken in the file, as SQLite finds by reading all of it; nothing on Postgres, which sees to that itself.
    pub async fn faults(&self) -> Result<Vec<String>, DbErr> {
        if self.reader.get_database_backend() != DbBackend::Sqlite {
            return Ok(Vec::new());
        }
        let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check(20)");
        let found = self.reader.query_all_raw(check).await?;
        let found: Vec<String> = found.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }

    /// Changes whenever a transaction that appended to the outbox has committed.
    pub(crate) fn outbox_growth(&self) -> watch::Receiver<()> {
        self.outbox_grew.subscribe()
    }

    /// Changes whenever a transaction of this process that took a position has committed.
    pub(crate) fn positions_moved(&self) -> watch::Receiver<()> {
        self.positions_moved.subscribe()
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
