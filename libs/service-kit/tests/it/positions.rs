//! The record of narrowing changes.

use futures_util::future::join_all;
use sea_orm::sea_query::{Alias, Expr, Order, Query};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;
use service_kit::database::DatabaseSettings;
use service_kit::{Database, positions};
use test_kit::START;

use crate::store;

const CHANGES: i64 = 50;

fn rolls_back(number: i64) -> bool {
    number % 3 == 0
}

/// Adds one to counter 1 together with a position, or takes it back.
async fn change(database: &Database, number: i64) -> Result<Option<i64>, DbErr> {
    let transaction = database.begin_write().await?;
    let value = store::read(&transaction, 1).await?.unwrap_or_default();
    store::write(&transaction, 1, value + 1).await?;
    let position = positions::advance(&transaction, "narrowed", json!({ "number": number }), START).await?;
    tokio::task::yield_now().await;
    if rolls_back(number) {
        drop(transaction);
        return Ok(None);
    }
    transaction.commit().await?;
    Ok(Some(position))
}

async fn recorded(connection: &impl ConnectionTrait) -> Vec<i64> {
    let select = Query::select()
        .expr_as(Expr::col(Alias::new("position")), "position")
        .from(Alias::new("narrowing_events"))
        .order_by(Alias::new("position"), Order::Asc)
        .to_owned();
    let rows = connection.query_all(&select).await.unwrap();
    rows.into_iter().map(|row| row.try_get("", "position").unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_have_no_gaps_and_every_snapshot_agrees_with_its_position() {
    let settings = DatabaseSettings { pool_size: 8, ..test_kit::fresh_database("kit").await };
    let database = store::open(&settings).await;
    store::insert(database.reader(), 1, 0).await.unwrap();
    let writers = join_all((0..CHANGES).map(|number| {
        let database = database.clone();
        tokio::spawn(async move { change(&database, number).await.unwrap() })
    }));
    let reader = async {
        let mut last = 0;
        for _ in 0..CHANGES {
            let snapshot = database.begin_snapshot().await.unwrap();
            let position = positions::current(&snapshot).await.unwrap();
            let select = Query::select().column(store::Counters::Value).from(store::Counters::Table).to_owned();
            let changes: i64 = snapshot.query_one(&select).await.unwrap().unwrap().try_get("", "value").unwrap();
            assert_eq!(recorded(&snapshot).await, (1..=position).collect::<Vec<_>>());
            assert_eq!(changes, position);
            assert!(position >= last);
            last = position;
            snapshot.commit().await.unwrap();
        }
    };
    let (positions_taken, ()) = tokio::join!(writers, reader);
    let mut taken: Vec<i64> = positions_taken.into_iter().filter_map(Result::unwrap).collect();
    taken.sort_unstable();
    let kept = (0..CHANGES).filter(|number| !rolls_back(*number)).count();
    assert_eq!(taken, (1..=i64::try_from(kept).unwrap()).collect::<Vec<_>>());
    assert_eq!(recorded(database.reader()).await, taken);
    assert_eq!(positions::current(database.reader()).await.unwrap(), i64::try_from(kept).unwrap());
}
