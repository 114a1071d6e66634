//! A database for one test, on the engine that the environment names.

use sea_orm::{ConnectionTrait, Database};
use secrecy::SecretString;
use service_kit::database::{DatabaseSettings, Location};

/// A new, empty database: a SQLite file in a temporary folder, or with `TEST_DATABASE=postgres` a
/// database in the cluster at `TEST_POSTGRES_URL` (which ends without a database name).
/// `TEST_POOL_SIZE` sets the number of connections.
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
    // The folder outlives the test; the system clears its temporary files.
    let folder = tempfile::Builder::new().prefix("guildhall-test-").tempdir().expect("a temporary folder").keep();
    Location::SqliteFile(folder.join(format!("{service}.db")))
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
