//! A service's schema: the steps that make it, which of them a database has taken, and bringing it up to date.

mod compare;
mod picture;
mod postgres;
mod sqlite;
mod verify;

use std::time::Duration;

use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, DerivePartialModel, EntityTrait};
use sea_orm_migration::migrator::MigratorTraitSelf;
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager, seaql_migrations};
use tokio::time::Instant;

use super::Database;
use super::error_kind::{has_code, is_busy_file};
use super::location::DatabaseSettings;

pub use self::picture::{Column, Index, Picture, Table};

/// How long a SQLite file may be kept by somebody else who migrates it.
const OTHERS_WITHIN: Duration = Duration::from_secs(60);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(100);
/// A service asks for its state from time to time while it waits; one connection will do.
const CONNECTIONS: u32 = 1;

/// The steps that make a service's schema.
#[derive(Clone, Copy)]
pub struct Schema {
    service: &'static str,
    steps: fn() -> Vec<Box<dyn MigrationTrait>>,
    /// The table of what the service is for.
    keeps: Option<&'static str>,
}

/// Which steps a database has taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaState {
    /// Steps that were taken, in their order.
    pub applied: Vec<String>,
    /// Steps that this program knows and the database lacks, in their order.
    pub pending: Vec<String>,
    /// Steps that the database has taken and this program does not know: a newer one took them.
    pub unknown: Vec<String>,
}

impl MigratorTraitSelf for Schema {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        (self.steps)()
    }
}

impl SchemaState {
    /// Whether a service of this version can work with it.
    pub const fn is_current(&self) -> bool {
        self.pending.is_empty() && self.unknown.is_empty()
    }

    /// Whether nothing was ever made there.
    pub const fn is_untouched(&self) -> bool {
        self.applied.is_empty() && self.unknown.is_empty()
    }

    /// Why a service of this version cannot work with it and what to do about that, in one sentence.
    pub fn refusal(&self) -> Option<String> {
        if let Some(newest) = self.unknown.last() {
            return Some(format!(
                "the schema is newer than this program, which does not know {newest}; run the version that made it, or \
                 restore a backup from before it"
            ));
        }
        match self.pending.len() {
            0 => None,
            1 => Some("the schema lacks 1 migration; run `guildhall migrate up` first".to_owned()),
            missing => Some(format!("the schema lacks {missing} migrations; run `guildhall migrate up` first")),
        }
    }
}

impl Schema {
    /// The schema that these migrations make for the service of this name.
    pub const fn of<M: MigratorTrait>(service: &'static str) -> Self {
        Self { service, steps: M::migrations, keeps: None }
    }

    /// The same, of a service that is for what this table keeps.
    #[must_use]
    pub const fn keeping(self, table: &'static str) -> Self {
        Self { keeps: Some(table), ..self }
    }

    /// The service's name.
    pub const fn service(&self) -> &'static str {
        self.service
    }

    /// How many steps it has.
    pub(crate) fn len(&self) -> usize {
        (self.steps)().len()
    }

    /// What the database has taken of it. A database that is not there has taken nothing, and none is made.
    pub async fn state(&self, settings: &DatabaseSettings) -> Result<SchemaState, DbErr> {
        let Some(database) = self.open(settings).await? else { return Ok(self.compared_with(Vec::new())) };
        let state = self.state_in(&database).await;
        database.close().await?;
        state
    }

    /// Whether anything is there of what the service is for.
    pub async fn keeps_anything(&self, settings: &DatabaseSettings) -> Result<bool, DbErr> {
        let Some(database) = self.open(settings).await? else { return Ok(false) };
        let found = self.keeps_anything_in(&database).await;
        database.close().await?;
        found
    }

    async fn keeps_anything_in(&self, database: &Database) -> Result<bool, DbErr> {
        let Some(table) = self.keeps else { return Ok(false) };
        if !SchemaManager::new(database.reader()).has_table(table).await? {
            return Ok(false);
        }
        let one = Query::select().expr(Expr::val(1)).from(table).limit(1).to_owned();
        Ok(database.reader().query_one(&one).await?.is_some())
    }

    /// The database, if there is one.
    async fn open(&self, settings: &DatabaseSettings) -> Result<Option<Database>, DbErr> {
        const NO_SUCH_DATABASE: &str = "3D000";
        if settings.location.is_missing_file()? {
            return Ok(None);
        }
        match Database::open(&lean(settings), self.service).await {
            Err(error) if has_code(&error, &[NO_SUCH_DATABASE]) => Ok(None),
            opened => opened.map(Some),
        }
    }

    /// What an open database has taken of it.
    pub async fn state_in(&self, database: &Database) -> Result<SchemaState, DbErr> {
        if !SchemaManager::new(database.reader())
            .has_table(MigratorTraitSelf::migration_table_name(self).to_string())
            .await?
        {
            return Ok(self.compared_with(Vec::new()));
        }
        self.taken(database.reader()).await
    }

    async fn taken(&self, connection: &impl ConnectionTrait) -> Result<SchemaState, DbErr> {
        let versions = seaql_migrations::Entity::find().into_partial_model::<Version>().all(connection).await?;
        Ok(self.compared_with(versions.into_iter().map(|taken| taken.version).collect()))
    }

    fn compared_with(&self, taken: Vec<String>) -> SchemaState {
        let known: Vec<String> = (self.steps)().iter().map(|step| step.name().to_owned()).collect();
        let mut unknown: Vec<String> = taken.iter().filter(|version| !known.contains(version)).cloned().collect();
        unknown.sort();
        let (applied, pending) = known.into_iter().partition(|step| taken.contains(step));
        SchemaState { applied, pending, unknown }
    }

    /// Brings the schema up to date; the steps that were taken for it. Two at once are harmless: the second waits and finds nothing
    /// to do. All steps are one transaction, so that of a run that dies nothing is left.
    pub async fn bring_up(&self, settings: &DatabaseSettings) -> Result<Vec<String>, DbErr> {
        let started = Instant::now();
        loop {
            match self.try_to_bring_up(settings).await {
                // Postgres lets whoever comes second wait for as long as it takes; SQLite does not.
                Err(error) if is_busy_file(&error) && started.elapsed() < OTHERS_WITHIN => {
                    tokio::time::sleep(LOOK_AGAIN_AFTER).await;
                }
                ended => return ended,
            }
        }
    }

    async fn try_to_bring_up(&self, settings: &DatabaseSettings) -> Result<Vec<String>, DbErr> {
        let database = Database::open(&lean(settings), self.service).await?;
        let taken = self.bring_up_in(&database).await;
        database.close().await?;
        taken
    }

    /// Brings the schema of an open database up to date; the steps that were taken for it.
    #[allow(clippy::disallowed_methods, reason = "migrations take their own lock")]
    pub async fn bring_up_in(&self, database: &Database) -> Result<Vec<String>, DbErr> {
        let known_before = self.state_in(database).await?;
        if known_before.is_current() {
            return Ok(Vec::new());
        }
        let transaction = database.begin_write().await?.into_inner();
        self.lock(&transaction).await?;
        MigratorTraitSelf::install(self, &transaction).await?;
        let state = self.taken(&transaction).await?;
        if !state.unknown.is_empty() {
            return Err(DbErr::Custom(state.refusal().unwrap_or_default()));
        }
        #[cfg_attr(not(debug_assertions), allow(unused_variables, reason = "only fail points have a use for the name"))]
        for step in &state.pending {
            then_pass!(MigratorTraitSelf::up(self, &transaction, Some(1)), step)?;
        }
        then_pass!(transaction.commit(), "commit")?;
        Ok(state.pending)
    }

    /// Makes everybody else who migrates wait until the transaction ends, however it ends. A SQLite file has one writer at a time anyway.
    async fn lock(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        if transaction.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let lock = format!(
            "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
             SELECT pg_advisory_xact_lock(hashtextextended('guildhall_{}_migrations', 0))",
            self.service
        );
        transaction.execute_unprepared(&lock).await.map(|_| ())
    }
}

fn lean(settings: &DatabaseSettings) -> DatabaseSettings {
    DatabaseSettings { pool_size: CONNECTIONS, ..settings.clone() }
}

#[derive(DerivePartialModel)]
#[sea_orm(entity = "seaql_migrations::Entity")]
struct Version {
    version: String,
}
