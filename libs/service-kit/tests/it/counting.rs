//! Calls, requests, transactions and deliveries as they are counted.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::Request;
use service_kit::metrics::{Family, HttpRequests};
use service_kit::policy::Requirement;
use service_kit::relay::DeliveryError;
use service_kit::{Channel, Clock, ErrorReason, Metrics, Microservice, Refusal};
use test_kit::TestIssuer;
use tokio::sync::Notify;
use tower::ServiceExt;

use crate::outbox::{TOPIC, appended};
use crate::relay::relay;
use crate::store;
use crate::stub::{RPC, Stub, ask, message};

const EVENTS: Family = Family { name: "shop_sales", help: "What was sold" };

/// The value that is told under this name with these labels.
fn value(metrics: &Metrics, series: &str) -> Option<f64> {
    let text = metrics.text().unwrap();
    text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}

fn count_of_calls(metrics: &Metrics, method: &str, code: &str) -> Option<f64> {
    let labels = format!("rpc_method=\"{method}\",rpc_response_status_code=\"{code}\"");
    value(metrics, &format!("rpc_server_call_duration_seconds_count{{{labels}}}"))
}

pub fn known(path: &str) -> Option<Requirement> {
    (path == RPC).then_some(Requirement::Public)
}

fn counted(stub: Stub, metrics: &Metrics) -> Channel {
    let trust = TestIssuer::new(&test_kit::clock()).trust();
    stub.behind(&trust, known).metrics(metrics).build().in_process()
}

#[tokio::test]
async fn calls_are_counted_by_method_and_by_how_they_ended_on_both_sides() {
    let metrics = Metrics::new();
    let stub = Stub::new(|request| async move {
        match request.into_inner().page_token.as_str() {
            "no" => Err(Refusal::new(ErrorReason::Forbidden, "Not you.").into()),
            text => Ok(text.to_owned()),
        }
    });
    let channel = counted(stub, &metrics).counted(&metrics, "till", "stub");
    for text in ["a", "b", "no"] {
        let _ = ask(&channel, message(text)).await;
    }
    let method = RPC.trim_start_matches('/');
    assert_eq!(count_of_calls(&metrics, method, "OK"), Some(2.0));
    assert_eq!(count_of_calls(&metrics, method, "PERMISSION_DENIED"), Some(1.0));
    assert_eq!(value(&metrics, "rpc_server_active_requests{service=\"stub\"}"), Some(0.0));
    assert_eq!(value(&metrics, "guildhall_authz_denied_total{service=\"stub\",reason=\"FORBIDDEN\"}"), Some(1.0));
    let of_client = "rpc_client_call_duration_seconds_count{service=\"till\",server=\"stub\",rpc_response_status_code=";
    assert_eq!(value(&metrics, &format!("{of_client}\"OK\"}}")), Some(2.0));
    assert_eq!(value(&metrics, &format!("{of_client}\"PERMISSION_DENIED\"}}")), Some(1.0));
}

#[tokio::test]
async fn methods_that_no_policy_lists_are_one_series() {
    let metrics = Metrics::new();
    let channel = counted(Stub::echo(), &metrics);
    let call = async |number: usize| {
        let path = format!("/guildhall.billing.v1.PlanService/Strange{number}");
        let request = Request::post(path).body(tonic::body::Body::empty()).unwrap();
        let _ = channel.clone().oneshot(request).await.unwrap();
    };
    call(0).await;
    let series = metrics.text().unwrap().lines().count();
    for number in 1..50 {
        call(number).await;
    }
    assert_eq!(metrics.text().unwrap().lines().count(), series);
    assert_eq!(count_of_calls(&metrics, "unknown", "PERMISSION_DENIED"), Some(50.0));
}

#[tokio::test]
async fn a_call_whose_caller_goes_away_is_cancelled() {
    let (metrics, begun) = (Metrics::new(), Arc::new(Notify::new()));
    let stub = {
        let begun = Arc::clone(&begun);
        Stub::new(move |_| {
            begun.notify_one();
            std::future::pending()
        })
    };
    let channel = counted(stub, &metrics).counted(&metrics, "till", "stub");
    tokio::select! {
        _ = ask(&channel, message("")) => panic!("it never answers"),
        () = begun.notified() => {}
    }
    assert_eq!(count_of_calls(&metrics, RPC.trim_start_matches('/'), "CANCELLED"), Some(1.0));
    assert_eq!(value(&metrics, "rpc_server_active_requests{service=\"stub\"}"), Some(0.0));
    let of_client = "rpc_client_call_duration_seconds_count{service=\"till\",server=\"stub\",rpc_response_status_code=";
    assert_eq!(value(&metrics, &format!("{of_client}\"CANCELLED\"}}")), Some(1.0));
}

#[tokio::test]
async fn requests_are_counted_by_the_template_of_their_route() {
    let metrics = Metrics::new();
    let router = Router::new().route("/things/{id}", get(|| async { "a thing" }));
    let router = HttpRequests::counted(&metrics, router);
    let ask = async |method: &str, path: String| {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap().status().as_u16()
    };
    for number in 0..20 {
        assert_eq!(ask("GET", format!("/things/{number}")).await, 200);
        assert_eq!(ask("GET", format!("/others/{number}")).await, 404);
        assert_eq!(ask(&format!("BREW{number}"), "/things/1".to_owned()).await, 405);
    }
    let count = |method: &str, route: &str, status: u16| {
        let labels =
            format!("http_request_method=\"{method}\",http_route=\"{route}\",http_response_status_code=\"{status}\"");
        value(&metrics, &format!("http_server_request_duration_seconds_count{{{labels}}}"))
    };
    assert_eq!(count("GET", "/things/{id}", 200), Some(20.0));
    assert_eq!(count("GET", "unknown", 404), Some(20.0));
    assert_eq!(count("unknown", "/things/{id}", 405), Some(20.0));
    let text = metrics.text().unwrap();
    assert_eq!(text.lines().filter(|line| line.contains("_seconds_count{")).count(), 3, "{text}");
}

#[tokio::test]
async fn what_a_transaction_does_is_counted_once_it_has_committed() {
    let (database, metrics) = (store::database().await, Metrics::new());
    let sales = metrics.count(EVENTS, &[("what", "flowers")]);
    let told = || value(&metrics, "shop_sales_total{what=\"flowers\"}");
    assert_eq!(told(), Some(0.0), "told before anything happened");

    let transaction = database.begin_write().await.unwrap();
    transaction.count(&sales);
    drop(transaction);
    assert_eq!(told(), Some(0.0), "rolled back");

    let transaction = database.begin_write().await.unwrap();
    transaction.count(&sales);
    assert_eq!(told(), Some(0.0), "not committed yet");
    transaction.commit().await.unwrap();
    assert_eq!(told(), Some(1.0));
    metrics.count(EVENTS, &[("what", "flowers")]).up();
    assert_eq!((told(), sales.so_far()), (Some(2.0), 2), "who asks for the same again counts together");
}

/// A service whose outbox has two messages, one of which cannot be delivered.
async fn shop(metrics: &Metrics, clock: &Clock) -> Microservice {
    let database = store::database().await;
    appended(&database, ["good", "bad"]).await;
    let relay = relay(&database, clock, |delivery| match delivery.key.as_str() {
        "bad" => Err(DeliveryError::Retry("not today".to_owned())),
        _ => Ok(()),
    });
    let trust = TestIssuer::new(clock).trust();
    let builder = Stub::echo().behind(&trust, known).relay(relay).database(&database).schema::<store::Migrations>();
    builder.metrics(metrics).build()
}

async fn look(shop: &Microservice) {
    for work in shop.periodic() {
        work.run_once().await;
    }
}

#[tokio::test]
async fn what_waits_in_an_outbox_is_told_with_its_age_for_as_long_as_it_is_known() {
    let (metrics, clock) = (Metrics::new(), test_kit::clock());
    let shop = shop(&metrics, &clock).await;
    let told = |name: &str| value(&metrics, &format!("guildhall_outbox_{name}{{service=\"stub\",topic=\"{TOPIC}\"}}"));
    assert_eq!(told("depth"), None, "nobody has looked yet");
    clock.advance(Duration::from_secs(30));
    look(&shop).await;
    assert_eq!((told("depth"), told("oldest_seconds"), told("set_aside")), (Some(2.0), Some(30.0), Some(0.0)));

    while shop.relay().unwrap().run_once().await < 2 {}
    look(&shop).await;
    clock.advance(Duration::from_secs(20));
    assert_eq!((told("depth"), told("oldest_seconds")), (Some(1.0), Some(50.0)), "the one that was tried in vain");
    let tries = |result: &str| {
        let labels = format!("service=\"stub\",topic=\"{TOPIC}\",result=\"{result}\"");
        value(&metrics, &format!("guildhall_outbox_deliveries_total{{{labels}}}"))
    };
    assert_eq!((tries("delivered"), tries("put_off"), tries("set_aside")), (Some(1.0), Some(1.0), Some(0.0)));

    clock.advance(Duration::from_secs(61));
    assert_eq!(told("depth"), None, "it was seen too long ago");
}

#[tokio::test]
async fn a_database_that_is_away_holds_no_numbers_up_and_is_counted() {
    let (metrics, clock) = (Metrics::new(), test_kit::clock());
    let database = store::database().await;
    let trust = TestIssuer::new(&clock).trust();
    let relay = relay(&database, &clock, |_| Ok(()));
    let builder = Stub::echo().behind(&trust, known).relay(relay).database(&database).schema::<store::Migrations>();
    let shop = builder.metrics(&metrics).build();
    look(&shop).await;
    let taken = value(&metrics, "guildhall_schema_version{service=\"stub\"}");
    assert!(taken > Some(5.0), "{taken:?}");
    assert_eq!(value(&metrics, "guildhall_schema_version_wanted{service=\"stub\"}"), taken);

    database.close().await.unwrap();
    look(&shop).await;
    for work in ["outbox numbers", "schema numbers"] {
        let failures = format!("guildhall_work_failures_total{{service=\"stub\",work=\"{work}\"}}");
        assert_eq!(value(&metrics, &failures), Some(1.0), "{work}");
    }
    let in_use = metrics.text().unwrap().lines().filter(|line| line.starts_with("guildhall_db_pool_in_use{")).count();
    assert!(in_use > 0);
}
