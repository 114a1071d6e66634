//! The files of the embedded database.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use service_kit::database::{DatabaseSettings, Location};

use crate::store;

#[tokio::test]
async fn no_other_account_of_the_machine_can_read_them() {
    let folder = tempfile::tempdir().unwrap();
    // As a volume or a package's folder may come.
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let location = Location::SqliteFile(folder.path().join("kit.db"));
    location.ensure_exists().await.unwrap();
    let settings = DatabaseSettings { location, pool_size: 2, survives_power_cut: false };
    let database = store::open(&settings).await;

    let mut names = Vec::new();
    for file in fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{file:?}");
        names.push(file.file_name());
    }
    assert!(names.len() >= 2, "the log beside the database counts too: {names:?}");
    drop(database);
    settings.location.ensure_exists().await.unwrap();
}
