//! Fail points: where a call can be made to wait. That a process dies at them is for the tests of the whole product.

use service_kit::fail_points::FailPoints;
use service_kit::outbox::Message;
use service_kit::relay::Relay;
use service_kit::request_scope::{LONGEST_TIMEOUT, RequestScope};
use service_kit::{Database, Entropy, Microservice, Refusal, outbox};

use crate::store;
use crate::stub::{Stub, ask, message};

/// A service whose call asks another one and writes two rows.
fn writer(database: &Database, points: &FailPoints) -> Microservice {
    let (database, other) = (database.clone(), Stub::echo().open().in_process());
    let stub = Stub::new(move |request| {
        let (database, other) = (database.clone(), other.clone());
        async move {
            let first: i64 = request.into_inner().page_token.parse().unwrap();
            ask(&other, message("")).await?;
            let transaction = database.begin_write().await.map_err(Refusal::from)?;
            store::insert(&transaction, first, 0).await.map_err(Refusal::from)?;
            store::insert(&transaction, first + 1, 0).await.map_err(Refusal::from)?;
            transaction.commit().await.map_err(Refusal::from)?;
            Ok(String::new())
        }
    });
    stub.open().fail_at(points)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_waits_where_it_is_held_and_has_done_what_comes_before() {
    let database = store::database().await;
    let points = FailPoints::default();
    let service = writer(&database, &points);
    let places = ["start", "ListPlans", "begin", "insert counters", "insert counters:2", "commit"];
    for (round, place) in (0..).zip(places) {
        let mut held = points.hold(&format!("ListPlans/{place}"), None);
        let channel = service.in_process();
        let call = tokio::spawn(async move { ask(&channel, message(&(2 * round).to_string())).await });
        assert!(held.arrived().await, "{place}");
        assert!(!call.is_finished());
        let of_this_call = i64::from(place == "commit") * 2;
        assert_eq!(store::count(database.reader(), "counters", None).await, 2 * round + of_this_call, "{place}");
        held.release();
        call.await.unwrap().unwrap();
    }
    assert_eq!(store::count(database.reader(), "counters", None).await, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_is_held_and_others_pass() {
    let database = store::database().await;
    let points = FailPoints::default();
    let service = writer(&database, &points);
    let mut held = points.hold("ListPlans/start", None);
    let channel = service.in_process();
    let call = tokio::spawn(async move { ask(&channel, message("0")).await });
    assert!(held.arrived().await);
    ask(&service.in_process(), message("2")).await.unwrap();
    drop(held);
    call.await.unwrap().unwrap();
    assert_eq!(store::count(database.reader(), "counters", None).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_call_of_one_request_can_be_held_and_its_places_be_told() {
    let database = store::database().await;
    let points = FailPoints::default();
    let service = writer(&database, &points);
    points.record();
    let ask_as = async |id: &str, number: i64| {
        let scope = RequestScope { request_id: id.into(), ..RequestScope::begin(LONGEST_TIMEOUT) };
        let channel = service.in_process();
        scope.run(async { ask(&channel, message(&number.to_string())).await }).await.unwrap()
    };
    let mut held = points.hold("ListPlans/begin", Some("the-second"));
    ask_as("the-first", 0).await;
    let watch = async {
        assert!(held.arrived().await);
        assert_eq!(points.recorded("the-second"), ["ListPlans/start", "ListPlans/ListPlans", "ListPlans/begin"]);
        assert_eq!(points.recorded("the-first").len(), 6);
        held.release();
    };
    tokio::join!(ask_as("the-second", 2), watch);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_a_call_named_by_its_topic() {
    const TOPIC: &str = "water-flower";
    let database = store::database().await;
    let now = test_kit::clock().now();
    let transaction = database.begin_write().await.unwrap();
    let message = Message { topic: TOPIC, key: "rose".to_owned(), payload: serde_json::json!({}), due: now };
    outbox::append(&transaction, message, now).await.unwrap();
    transaction.commit().await.unwrap();

    let relay = {
        let database = database.clone();
        Relay::new(database.clone(), test_kit::clock(), Entropy::seeded(1)).on(TOPIC, move |_| {
            let database = database.clone();
            async move {
                let transaction = database.begin_write().await.unwrap();
                store::insert(&transaction, 1, 0).await.unwrap();
                transaction.commit().await.unwrap();
                Ok(())
            }
        })
    };
    let points = FailPoints::default();
    let service = Stub::echo()
        .behind(&test_kit::TestIssuer::new(&test_kit::clock()).trust(), |_| None)
        .relay(relay)
        .build()
        .fail_at(&points);
    let mut held = points.hold("water-flower/commit", None);
    let delivering = tokio::spawn(async move { service.relay().unwrap().run_once().await });
    assert!(held.arrived().await);
    assert_eq!(store::count(database.reader(), "counters", None).await, 1);
    assert_eq!(store::count(database.reader(), "outbox", None).await, 1, "not yet recorded as delivered");
    held.release();
    assert_eq!(delivering.await.unwrap(), 1);
    assert_eq!(store::count(database.reader(), "outbox", None).await, 0);
}
