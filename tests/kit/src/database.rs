//! A database for one test, on the engine that the environment names.

use std::cell::RefCell;

use sea_orm::{ConnectionTrait, Database};
use secrecy::SecretString;
use service_kit::database::{DatabaseSettings, Location};
use tempfile::TempDir;

thread_local! {
    /// The folders of this thread's test. Each test has a thread of its own, so they go when the test ends.
    static FOLDERS: RefCell<Vec<TempDir>> = const { RefCell::new(Vec::new()) };
}

/// A new, empty database: a SQLite file in a temporary folder, or with `TEST_DATABASE=postgres` a
/// database in the cluster at `TEST_POSTGRES_URL` (which ends without a database name).
/// `TEST_POOL_SIZE` sets the number of connections. To be called on the test's own thread, not in a
/// task: the file is gone when that thread ends.
pub async fn fresh_database(service: &str) -> DatabaseSettings {
    let pool_size = std::env::var("TEST_POOL_SIZE").map_or(4, |size| size.parse().expect("TEST_POOL_SIZE is a number"));
    let location = match std::env::var("TEST_DATABASE").as_deref() {
        Ok("postgres") => postgres(service).await,
        Ok("sqlite") | Err(_) => sqlite(service),
        Ok(other) => panic!("TEST_DATABASE is sqlite or postgres, not {other}"),
    };
    DatabaseSettings { location, pool_size, survives_power_cut: false }
}

fn sqlite(service: &str) -> Location {
    let folder = tempfile::Builder::new().prefix("guildhall-test-").tempdir().expect("a temporary folder");
    let file = folder.path().join(format!("{service}.db"));
    FOLDERS.with_borrow_mut(|folders| folders.push(folder));
    Location::SqliteFile(file)
}

async fn postgres(service: &str) -> Location {
    let server = std::env::var("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL names the cluster to test on");
    let server = server.trim_end_matches('/');
    let name = format!("test_{}_{}", service.replace('-', "_"), uuid::Uuid::new_v4().simple());
    let admin = Database::connect(format!("{server}/postgres")).await.expect("the test cluster answers");
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database can be made");
    admin.close().await.expect("the connection closes");
    Location::Postgres(SecretString::from(format!("{server}/{name}")))
}
