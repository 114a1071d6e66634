//! What is known of a database's schema.

use sea_orm::ConnectionTrait;
use service_kit::Database;
use service_kit::database::{Location, Schema};

use crate::store::{self, Migrations};

const SCHEMA: Schema = Schema::of::<Migrations>("kit");

#[tokio::test]
async fn a_database_tells_which_steps_it_has_taken() {
    let settings = test_kit::fresh_database("kit").await;
    let before = SCHEMA.state(&settings).await.unwrap();
    assert_eq!((before.applied.len(), before.unknown.len(), before.is_current()), (0, 0, false));
    assert!(before.refusal().unwrap().contains("run `guildhall migrate up` first"));
    if let Location::SqliteFile(path) = &settings.location {
        assert!(!path.exists(), "asking makes no file");
    }
    assert_eq!(SCHEMA.bring_up(&settings).await.unwrap(), before.pending);
    assert_eq!(SCHEMA.bring_up(&settings).await.unwrap(), Vec::<String>::new());
    let after = SCHEMA.state(&settings).await.unwrap();
    assert_eq!((after.applied.clone(), after.is_current(), after.refusal()), (before.pending, true, None));
}

#[tokio::test]
async fn a_step_of_a_newer_program_is_noticed() {
    let settings = test_kit::fresh_database("kit").await;
    let database = store::open(&settings).await;
    let tomorrow = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('test_0002_tomorrow', 0)";
    database.reader().execute_unprepared(tomorrow).await.unwrap();
    let state = SCHEMA.state_in(&database).await.unwrap();
    assert_eq!((state.unknown.as_slice(), state.pending.len()), (["test_0002_tomorrow".to_owned()].as_slice(), 0));
    for refusal in [
        SCHEMA.bring_up_in(&database).await.unwrap_err().to_string(),
        Database::open_migrated::<Migrations>(&settings, "kit").await.map(|_| ()).unwrap_err().to_string(),
    ] {
        assert!(refusal.contains("newer than this program, which does not know test_0002_tomorrow"), "{refusal}");
    }
}

#[tokio::test]
async fn what_differs_from_a_new_database_is_named_and_nothing_is_changed() {
    let settings = test_kit::fresh_database("kit").await;
    let database = store::open(&settings).await;
    let before = SCHEMA.picture(&database).await.unwrap();
    assert!(before.tables.len() > 5 && before.tables.values().any(|table| !table.indexes.is_empty()), "{before:?}");
    assert_eq!(SCHEMA.differences(&settings).await.unwrap(), Vec::<String>::new());

    // Over one connection: another one of SQLite's may remember the index that was dropped.
    let changes = [
        "DROP INDEX audit_log_actor",
        "CREATE INDEX audit_log_actor ON audit_log (actor)",
        "ALTER TABLE counters ADD COLUMN colour varchar(7) NOT NULL DEFAULT 'red'",
        "CREATE TABLE cellar (id bigint)",
    ];
    database.reader().execute_unprepared(&changes.join(";")).await.unwrap();
    let found = SCHEMA.differences(&settings).await.unwrap();
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(
        found[0].starts_with("the index audit_log_actor of audit_log is over (actor) and should be over (actor, "),
        "{found:?}"
    );
    assert_eq!(found[1..], ["the table cellar should not be there", "the column counters.colour should not be there"]);
    let unchanged = SCHEMA.picture(&database).await.unwrap();
    assert_eq!(unchanged.tables.len(), before.tables.len() + 1);
}
