//! Calls that end between their change and the record of their answer, or hang on.

use std::sync::Arc;
use std::time::Duration;

use prost_types::method_options::IdempotencyLevel;
use service_kit::refusal::reason_of;
use service_kit::{Database, ErrorReason, Refusal};
use tokio::runtime::Runtime;
use tokio::sync::{Notify, mpsc};
use tonic::Status;

use super::shop::{SALES, Shop, keyed, sell_one};
use crate::store;
use crate::stub::{Stub, ask};

/// Longer than any call may take.
const LEASE: Duration = Duration::from_secs(32);

/// When the process dies.
#[derive(Clone, Copy, PartialEq)]
enum Death {
    BeforeTheCommit,
    AfterTheCommit,
}

/// Sells up to the moment, says so, and gets no further.
fn dying(database: &Database, death: Death, reached: mpsc::Sender<()>) -> Stub {
    let database = database.clone();
    Stub::new(move |_| {
        let (database, reached) = (database.clone(), reached.clone());
        async move {
            let transaction = database.begin_write().await.map_err(Refusal::from)?;
            store::write(&transaction, SALES, 1).await.map_err(Refusal::from)?;
            if death == Death::AfterTheCommit {
                transaction.commit().await.map_err(Refusal::from)?;
            } else {
                drop(transaction);
            }
            reached.send(()).await.unwrap();
            std::future::pending::<Result<String, Status>>().await
        }
    })
}

/// A call of a process that dies then, as seen by the process that comes after it: while the first may still be alive,
/// and when it cannot.
fn after_death(death: Death, level: IdempotencyLevel) -> (Status, Result<String, Status>, i64) {
    let first_life = Runtime::new().unwrap();
    let settings = first_life.block_on(test_kit::fresh_database("kit"));
    let clock = test_kit::clock();
    first_life.block_on(async {
        let shop = Shop::at(&settings, clock.clone()).await;
        let (reached, mut reaching) = mpsc::channel(1);
        let stub = dying(&shop.database, death, reached);
        let channel = shop.doing(stub, shop.idempotency(level)).in_process();
        tokio::spawn(async move { ask(&channel, keyed("key", "one")).await });
        reaching.recv().await.unwrap();
    });
    first_life.shutdown_timeout(Duration::from_secs(10));

    Runtime::new().unwrap().block_on(async {
        let shop = Shop::at(&settings, clock).await;
        let channel = shop.doing(shop.sell(), shop.idempotency(level)).in_process();
        let early = ask(&channel, keyed("key", "one")).await.unwrap_err();
        shop.clock.advance(LEASE);
        let late = ask(&channel, keyed("key", "one")).await;
        let again = ask(&channel, keyed("key", "one")).await;
        assert_eq!(again.as_ref().ok(), late.as_ref().ok(), "the same once more");
        (early, late, shop.sold().await)
    })
}

#[test]
fn killed_after_its_commit_a_call_is_not_carried_out_again_and_says_so() {
    let (early, late, sold) = after_death(Death::AfterTheCommit, IdempotencyLevel::IdempotencyUnknown);
    assert_eq!(reason_of(&early), Some(ErrorReason::Conflict));
    assert!(early.message().contains("in a moment"), "{early:?}");
    let late = late.unwrap_err();
    assert_eq!(reason_of(&late), Some(ErrorReason::Conflict));
    assert!(late.message().contains("its answer is lost"), "{late:?}");
    assert_eq!(sold, 1);
}

#[test]
fn killed_after_its_commit_a_call_that_may_repeat_is_carried_out_again() {
    let (early, late, sold) = after_death(Death::AfterTheCommit, IdempotencyLevel::Idempotent);
    assert_eq!(reason_of(&early), Some(ErrorReason::Conflict));
    assert_eq!((late.unwrap().as_str(), sold), ("sale 2", 2));
}

#[test]
fn killed_before_its_commit_a_call_is_carried_out_as_if_it_had_never_come() {
    for level in [IdempotencyLevel::IdempotencyUnknown, IdempotencyLevel::Idempotent] {
        let (early, late, sold) = after_death(Death::BeforeTheCommit, level);
        assert_eq!(reason_of(&early), Some(ErrorReason::Conflict));
        assert_eq!((late.unwrap().as_str(), sold), ("sale 1", 1));
    }
}

#[tokio::test]
async fn a_run_that_hangs_beyond_its_time_commits_nothing_once_another_has_taken_over() {
    let shop = Shop::open().await;
    let (outcomes, mut outcome) = mpsc::channel(1);
    let (begun, mut beginning) = mpsc::channel(1);
    let go = Arc::new(Notify::new());
    let hanging = {
        let (database, go) = (shop.database.clone(), Arc::clone(&go));
        Stub::new(move |_| {
            let (database, go, begun, outcomes) = (database.clone(), Arc::clone(&go), begun.clone(), outcomes.clone());
            async move {
                begun.send(()).await.unwrap();
                go.notified().await;
                let sale = sell_one(&database).await;
                outcomes.send(sale.clone()).await.unwrap();
                sale
            }
        })
    };
    let level = IdempotencyLevel::IdempotencyUnknown;
    let slow = shop.doing(hanging, shop.idempotency(level)).in_process();
    let first = tokio::spawn(async move { ask(&slow, keyed("key", "one")).await });
    beginning.recv().await.unwrap();
    shop.clock.advance(LEASE);
    let quick = shop.doing(shop.sell(), shop.idempotency(level)).in_process();
    assert_eq!(ask(&quick, keyed("key", "one")).await.unwrap(), "sale 1");
    go.notify_one();
    assert!(outcome.recv().await.unwrap().is_err(), "its transaction was refused");
    assert!(first.await.unwrap().is_err());
    assert_eq!(shop.sold().await, 1);
    assert_eq!(ask(&quick, keyed("key", "one")).await.unwrap(), "sale 1");
}

/// Sells, and then ends like this.
fn selling_and_then(shop: &Shop, end: fn() -> Result<String, Status>) -> Stub {
    let database = shop.database.clone();
    Stub::new(move |_| {
        let database = database.clone();
        async move {
            sell_one(&database).await?;
            end()
        }
    })
}

#[tokio::test]
async fn a_fault_after_the_change_does_not_lead_to_a_second_one() {
    let faults: [fn() -> Result<String, Status>; 3] = [
        || Err(Refusal::internal("a fault").into()),
        || Err(Refusal::new(ErrorReason::DeadlineExceeded, "Late.").into()),
        || panic!("as asked"),
    ];
    for fault in faults {
        let shop = Shop::open().await;
        let stub = selling_and_then(&shop, fault);
        let channel = shop.doing(stub, shop.idempotency(IdempotencyLevel::IdempotencyUnknown)).in_process();
        assert!(ask(&channel, keyed("key", "one")).await.is_err());
        let status = ask(&channel, keyed("key", "one")).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::Conflict));
        assert!(status.message().contains("its answer is lost"), "{status:?}");
        assert_eq!(shop.sold().await, 1);
    }
}

#[tokio::test]
async fn a_panic_before_any_change_lets_the_key_go() {
    let shop = Shop::open().await;
    let database = shop.database.clone();
    let has_panicked = std::sync::atomic::AtomicBool::new(false);
    let stub = Stub::new(move |_| {
        let database = database.clone();
        let panics = !has_panicked.swap(true, std::sync::atomic::Ordering::SeqCst);
        async move {
            assert!(!panics, "as asked");
            sell_one(&database).await
        }
    });
    let channel = shop.doing(stub, shop.idempotency(IdempotencyLevel::IdempotencyUnknown)).in_process();
    let status = ask(&channel, keyed("key", "one")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::InternalError));
    assert_eq!(ask(&channel, keyed("key", "one")).await.unwrap(), "sale 1");
}

#[tokio::test]
async fn an_outage_after_a_first_step_lets_the_key_go() {
    let shop = Shop::open().await;
    let stub = selling_and_then(&shop, || Err(Refusal::unavailable("the next service is away").into()));
    let channel = shop.doing(stub, shop.idempotency(IdempotencyLevel::IdempotencyUnknown)).in_process();
    for steps in 1..=2 {
        let status = ask(&channel, keyed("key", "one")).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::ServiceUnavailable));
        assert_eq!(shop.sold().await, steps);
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_kept_is_given_all_the_same() {
    let shop = Shop::open().await;
    let database = shop.database.clone();
    let stub = Stub::new(move |_| {
        let database = database.clone();
        async move {
            let sale = sell_one(&database).await?;
            make_unwritable(&database).await;
            Ok(sale)
        }
    });
    let channel = shop.doing(stub, shop.idempotency(IdempotencyLevel::IdempotencyUnknown)).in_process();
    assert_eq!(ask(&channel, keyed("key", "one")).await.unwrap(), "sale 1");
}

/// Nothing can be written to the table of keys from now on.
async fn make_unwritable(database: &Database) {
    use sea_orm::ConnectionTrait;
    let transaction = database.begin_write().await.unwrap();
    transaction.execute_unprepared("ALTER TABLE idempotency_keys RENAME COLUMN answer TO lost_answer").await.unwrap();
    transaction.commit().await.unwrap();
}
