//! Transactions as `Database` begins them.

use futures_util::future::try_join_all;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use service_kit::Database;
use service_kit::database::{DatabaseSettings, Location};

use crate::store;

const WRITERS: i64 = 20;
const ROUNDS: i64 = 10;

async fn count_up(database: &Database) -> Result<(), DbErr> {
    for _ in 0..ROUNDS {
        let transaction = database.begin_write().await?;
        let value = store::read(&transaction, 1).await?.expect("the counter is there");
        tokio::task::yield_now().await;
        store::write(&transaction, 1, value + 1).await?;
        transaction.commit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_writers_that_read_first_lose_nothing_and_never_fail() {
    for pool_size in [1, 4] {
        let settings = DatabaseSettings { pool_size, ..test_kit::fresh_database("kit").await };
        let database = store::open(&settings).await;
        store::insert(database.reader(), 1, 0).await.unwrap();
        try_join_all((0..WRITERS).map(|_| {
            let database = database.clone();
            async move { tokio::spawn(async move { count_up(&database).await }).await.unwrap() }
        }))
        .await
        .unwrap();
        assert_eq!(store::read(database.reader(), 1).await.unwrap(), Some(WRITERS * ROUNDS), "pool of {pool_size}");
    }
}

#[tokio::test]
async fn a_dropped_transaction_rolls_back() {
    let database = store::database().await;
    let transaction = database.begin_write().await.unwrap();
    store::insert(&transaction, 1, 1).await.unwrap();
    drop(transaction);
    assert_eq!(store::count(database.reader(), "counters", None).await, 0);
}

#[tokio::test]
async fn readers_do_not_see_what_is_not_committed() {
    let settings = DatabaseSettings { pool_size: 4, ..test_kit::fresh_database("kit").await };
    let database = store::open(&settings).await;
    let transaction = database.begin_write().await.unwrap();
    store::insert(&transaction, 1, 1).await.unwrap();
    assert_eq!(store::count(database.reader(), "counters", None).await, 0);
    transaction.commit().await.unwrap();
    assert_eq!(store::count(database.reader(), "counters", None).await, 1);
}

#[tokio::test]
async fn a_snapshot_stays_as_it_was() {
    let settings = DatabaseSettings { pool_size: 4, ..test_kit::fresh_database("kit").await };
    let database = store::open(&settings).await;
    let snapshot = database.begin_snapshot().await.unwrap();
    assert_eq!(store::count(&snapshot, "counters", None).await, 0);
    store::insert(database.reader(), 1, 1).await.unwrap();
    assert_eq!(store::count(&snapshot, "counters", None).await, 0);
    snapshot.commit().await.unwrap();
    assert_eq!(store::count(database.reader(), "counters", None).await, 1);
}

#[tokio::test]
async fn migrating_twice_at_once_is_harmless() {
    let settings = test_kit::fresh_database("kit").await;
    let databases = try_join_all((0..4).map(|_| Database::open(&settings, "kit"))).await.unwrap();
    try_join_all(databases.iter().map(|database| database.migrate::<store::Migrations>("kit"))).await.unwrap();
    databases[0].migrate::<store::Migrations>("kit").await.unwrap();
    assert_eq!(store::count(databases[0].reader(), "outbox", None).await, 0);
}

#[tokio::test]
async fn a_unique_violation_is_known_as_one() {
    let database = store::database().await;
    store::insert(database.reader(), 1, 1).await.unwrap();
    let error = store::insert(database.reader(), 1, 2).await.unwrap_err();
    assert!(service_kit::database::is_unique_violation(&error));
}

#[tokio::test]
async fn a_file_may_lie_in_a_folder_with_an_odd_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("50%20 of? it#1.db");
    let location = Location::SqliteFile(file.clone());
    let database = store::open(&DatabaseSettings { location, pool_size: 2, survives_power_cut: true }).await;
    database.ping().await.unwrap();
    assert!(file.exists());
}

#[tokio::test]
async fn waits_for_statements_and_locks_are_bounded_on_postgres() {
    let database = store::database().await;
    if !store::is_postgres(&database) {
        return;
    }
    for (setting, bound) in
        [("statement_timeout", "10s"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "15s")]
    {
        let show = Statement::from_string(DbBackend::Postgres, format!("SHOW {setting}"));
        let row = database.reader().query_one_raw(show).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<String>(0).unwrap(), bound, "{setting}");
    }
}
