//! Callers that go away at every possible point while a handler writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use service_kit::database::DatabaseSettings;
use service_kit::{Channel, Database, Entropy, Microservice, Refusal};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::cut_short::CutShort;
use crate::hosting::Served;
use crate::store;
use crate::stub::{Stub, ask, message};

const CALLERS: u64 = 8;
/// Patience is spread over its orders of magnitude, up to 2 to this power polls: how many polls a call
/// takes depends on the machine and the database, and every step of it shall be cut somewhere.
const MOST_DOUBLINGS: u64 = 14;
/// One call in so many is waited for, so that some always come to their end.
const CALLS_PER_PATIENT_ONE: u64 = 20;

/// A service whose call writes one row, and what is known of it.
struct Writer {
    settings: DatabaseSettings,
    database: Database,
    committed: Arc<AtomicI64>,
    service: Microservice,
    /// Ends when the service and every call of it are gone.
    all_done: mpsc::Receiver<()>,
}

async fn writer() -> Writer {
    let settings = DatabaseSettings { pool_size: 1, ..test_kit::fresh_database("kit").await };
    let database = store::open(&settings).await;
    let (committed, next_id) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let (alive, all_done) = mpsc::channel(1);
    let stub = {
        let (database, committed) = (database.clone(), Arc::clone(&committed));
        Stub::new(move |_| {
            let (database, committed, next_id) = (database.clone(), Arc::clone(&committed), Arc::clone(&next_id));
            let alive = alive.clone();
            async move {
                let id = next_id.fetch_add(1, Ordering::SeqCst);
                let transaction = database.begin_write().await.map_err(Refusal::from)?;
                store::insert(&transaction, id, 0).await.map_err(Refusal::from)?;
                store::read(&transaction, id).await.map_err(Refusal::from)?;
                transaction.commit().await.map_err(Refusal::from)?;
                committed.fetch_add(1, Ordering::SeqCst);
                drop(alive);
                Ok(String::new())
            }
        })
    };
    Writer { settings, database, committed, service: stub.open(), all_done }
}

/// Answers how many callers went away and how many stayed.
async fn call_and_go_away(channel: Channel, calls: u64) -> (u64, u64) {
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let channel = channel.clone();
        let chance = Entropy::seeded(caller);
        callers.spawn(async move {
            let (mut gone, mut stayed) = (0, 0);
            for _ in 0..calls / CALLERS {
                match CutShort::after(patience(&chance), ask(&channel, message(""))).await {
                    None => gone += 1,
                    Some(_) => stayed += 1,
                }
            }
            (gone, stayed)
        });
    }
    let mut sum = (0, 0);
    while let Some(counted) = callers.join_next().await {
        let (gone, stayed) = counted.unwrap();
        sum = (sum.0 + gone, sum.1 + stayed);
    }
    sum
}

/// How many polls a caller waits before it goes away.
fn patience(chance: &Entropy) -> u64 {
    if chance.below(CALLS_PER_PATIENT_ONE) == 0 {
        return u64::MAX;
    }
    chance.below(1 << chance.below(MOST_DOUBLINGS + 1))
}

async fn assert_nothing_leaked(database: Database, settings: &DatabaseSettings, committed: i64) {
    assert!(committed > 0);
    let transaction = database.begin_write().await.expect("the one connection is free");
    store::insert(&transaction, -1, 0).await.unwrap();
    transaction.commit().await.unwrap();
    // Another connection sees only what is durable; a transaction left open would hide its rows.
    let other = Database::open(settings, "kit").await.unwrap();
    assert_eq!(store::count(other.reader(), "counters", None).await, committed + 1);
    if !store::is_postgres(&other) {
        let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check");
        let row = other.reader().query_one_raw(check).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "ok");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_that_go_away_leave_no_transaction_behind() {
    let Writer { settings, database, committed, service, mut all_done } = writer().await;
    let (gone, stayed) = call_and_go_away(service.in_process(), 10_000).await;
    assert!(gone > 100 && stayed > 100, "{gone} went, {stayed} stayed");
    drop(service);
    assert_eq!(all_done.recv().await, None);
    assert_nothing_leaked(database, &settings, committed.load(Ordering::SeqCst)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_that_hang_up_leave_no_transaction_behind() {
    let Writer { settings, database, committed, service, mut all_done } = writer().await;
    let served = Served::start(service).await;
    let (gone, _) = call_and_go_away(served.channel(), 1_000).await;
    assert!(gone > 100, "{gone} went");
    served.stop.now();
    served.end.await.unwrap().unwrap();
    assert_eq!(all_done.recv().await, None);
    assert_nothing_leaked(database, &settings, committed.load(Ordering::SeqCst)).await;
}
