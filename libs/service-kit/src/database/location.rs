//! Where a service keeps its data.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use sea_orm::{ConnectOptions, ConnectionTrait, DbBackend, DbErr, Statement};
use secrecy::{ExposeSecret, SecretString};

use super::error_kind::has_code;

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
                // For its owner alone: the files hold password hashes.
                Some(folder) => DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(folder)
                    .map_err(|error| DbErr::Custom(format!("the data folder cannot be made: {error}"))),
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
