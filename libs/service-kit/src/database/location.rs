//! Where a service keeps its data.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sea_orm::{ConnectOptions, ConnectionTrait, DbBackend, DbErr, Statement};
use secrecy::{ExposeSecret, SecretString};

use super::connect::{WAIT_AT_MOST, without_url};
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
    /// Whether it is a file that is not there. A folder that this account may not look into is no missing file.
    pub(super) fn is_missing_file(&self) -> Result<bool, DbErr> {
        let Self::SqliteFile(path) = self else { return Ok(false) };
        path.try_exists().map(|exists| !exists).map_err(|error| {
            let kind = error.kind();
            DbErr::Custom(format!(
                "the data folder cannot be looked into: {kind}; run this as the account that owns it"
            ))
        })
    }

    /// Makes the place exist: the SQLite file and its folder, or the database on the Postgres server.
    pub async fn ensure_exists(&self) -> Result<(), DbErr> {
        match self {
            Self::SqliteFile(path) => make_private_file(path)
                .map_err(|error| DbErr::Custom(format!("the data folder cannot be used: {}", error.kind()))),
            Self::Postgres(url) => ensure_postgres_database(url.expose_secret()).await,
        }
    }
}

/// For its owner alone, since it holds password hashes; also in a folder that was there before. SQLite gives the files
/// that it puts beside it the same permissions.
fn make_private_file(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Two at once are harmless: whoever comes second finds the database made.
async fn ensure_postgres_database(url: &str) -> Result<(), DbErr> {
    const DATABASE_EXISTS: &str = "42P04";
    // Parameters say how to connect, so they hold for both databases; a file named there has slashes of its own.
    let (place, parameters) = match url.split_once('?') {
        Some((place, parameters)) => (place, format!("?{parameters}")),
        None => (url, String::new()),
    };
    let (server, database) =
        place.rsplit_once('/').ok_or_else(|| DbErr::Custom("the URL names no database".to_owned()))?;
    let mut options = ConnectOptions::new(format!("{server}/postgres{parameters}"));
    options.acquire_timeout(WAIT_AT_MOST).sqlx_logging(false);
    let admin = sea_orm::Database::connect(options).await.map_err(without_url)?;
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
