//! Comparing a database's schema with the one that its migrations make from nothing.

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, TransactionTrait};
use sea_orm_migration::migrator::MigratorTraitSelf;

use super::{Picture, Schema, lean};
use crate::database::{Database, DatabaseSettings};

/// Where the migrations are tried out on Postgres, in a transaction that is rolled back.
const SCRATCH: &str = "guildhall_verify";

impl Schema {
    /// Where the database's schema is not the one that this version makes from nothing: a sentence for each place. Nothing is changed.
    /// On Postgres the role must be allowed to make schemas in the database.
    pub async fn differences(&self, settings: &DatabaseSettings) -> Result<Vec<String>, DbErr> {
        let database = Database::open(&lean(settings), self.service).await?;
        let pictures = self.pictures(&database).await;
        database.close().await?;
        let (is, should_be) = pictures?;
        Ok(is.differences(&should_be))
    }

    /// What an open database looks like.
    pub async fn picture(&self, database: &Database) -> Result<Picture, DbErr> {
        Picture::of(database.reader()).await
    }

    /// What is there, and what should be.
    async fn pictures(&self, database: &Database) -> Result<(Picture, Picture), DbErr> {
        let is = Picture::of(database.reader()).await?;
        let should_be = match database.reader().get_database_backend() {
            DbBackend::Postgres => self.made_in_scratch(database).await?,
            _ => self.picture_on_sqlite().await?,
        };
        Ok((is, should_be))
    }

    #[allow(clippy::disallowed_methods, reason = "nothing of it is kept")]
    async fn made_in_scratch(&self, database: &Database) -> Result<Picture, DbErr> {
        let transaction = database.begin_write().await?.into_inner();
        let prepare =
            format!("SET LOCAL statement_timeout = 0; CREATE SCHEMA {SCRATCH}; SET LOCAL search_path TO {SCRATCH}");
        transaction.execute_unprepared(&prepare).await?;
        MigratorTraitSelf::up(self, &transaction, None).await?;
        let picture = Picture::of(&transaction).await?;
        transaction.rollback().await?;
        Ok(picture)
    }

    /// Every migration's name, in order, with what there is on SQLite once it was taken.
    #[allow(clippy::disallowed_methods, reason = "nothing of it is kept")]
    pub async fn steps_on_sqlite(&self) -> Result<Vec<(String, Picture)>, DbErr> {
        let memory = in_memory().await?;
        let transaction = memory.begin().await?;
        let mut steps = Vec::new();
        for step in MigratorTraitSelf::migrations(self) {
            MigratorTraitSelf::up(self, &transaction, Some(1)).await?;
            steps.push((step.name().to_owned(), Picture::of(&transaction).await?));
        }
        transaction.rollback().await?;
        memory.close().await?;
        Ok(steps)
    }

    /// What the migrations make from nothing on SQLite.
    #[allow(clippy::disallowed_methods, reason = "nothing of it is kept")]
    pub async fn picture_on_sqlite(&self) -> Result<Picture, DbErr> {
        let memory = in_memory().await?;
        let transaction = memory.begin().await?;
        MigratorTraitSelf::up(self, &transaction, None).await?;
        let picture = Picture::of(&transaction).await?;
        transaction.rollback().await?;
        memory.close().await?;
        Ok(picture)
    }
}

async fn in_memory() -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).min_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await
}
