//! A process that was told to stop: what it says, and what it does until it ends.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use service_kit::Stop;
use service_kit::policy::Requirement;
use test_kit::TestIssuer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tonic::Code;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;

use crate::hosting::Served;
use crate::serving::{health, http_get, http_status};
use crate::store;
use crate::stub::{Stub, ask, message};

/// Longer than any test takes, which ends it by hand.
const DELAY: Duration = Duration::from_secs(600);

fn leave(stop: &Stop) -> JoinHandle<()> {
    let stop = stop.clone();
    tokio::spawn(async move { stop.after(DELAY).await })
}

/// Watches over one connection: each change is told.
async fn until_health_is(served: &Served, name: &str, status: ServingStatus) {
    let channel = Endpoint::from_shared(served.grpc.clone()).unwrap().connect().await.unwrap();
    let request = HealthCheckRequest { service: name.to_owned() };
    let mut watched = HealthClient::new(channel).watch(request).await.unwrap().into_inner();
    while watched.message().await.unwrap().unwrap().status() != status {}
}

#[tokio::test]
async fn it_is_not_ready_at_once_and_serves_old_and_new_connections_as_before() {
    let served = Served::start(Stub::echo().open()).await;
    let old = served.channel();
    assert_eq!(ask(&old, message("before")).await.unwrap(), "before");
    for name in ["", "guildhall.ready", "stub"] {
        until_health_is(&served, name, ServingStatus::Serving).await;
    }

    let leaving = leave(&served.stop);
    for name in ["", "guildhall.ready", "stub", "guildhall.billing.v1.PlanService"] {
        until_health_is(&served, name, ServingStatus::NotServing).await;
    }
    for name in ["guildhall.live", "guildhall.startup"] {
        assert_eq!(health(&served, name).await, ServingStatus::Serving, "{name}: nobody is to restart it for leaving");
    }
    let ready = http_get(&served, "/readyz").await;
    assert!(ready.starts_with("HTTP/1.1 503") && ready.contains("stopping"), "{ready}");
    for probe in ["/livez", "/healthz", "/startupz"] {
        assert_eq!(http_status(&served, probe).await, "200", "{probe}");
    }
    for channel in [old, served.channel()] {
        assert_eq!(ask(&channel, message("meanwhile")).await.unwrap(), "meanwhile");
    }
    assert!(!served.end.is_finished());
    leaving.abort();
    served.stop.now();
    served.end.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_connection_that_is_kept_for_more_requests_is_closed_after_its_next_answer() {
    let served = Served::start(Stub::echo().open()).await;
    let mut connection = TcpStream::connect(served.ops).await.unwrap();
    let request = b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n";
    connection.write_all(request).await.unwrap();
    let mut head = String::new();
    while !head.ends_with("ok\n") {
        let mut piece = [0; 1024];
        let length = connection.read(&mut piece).await.unwrap();
        assert!(length > 0, "{head}");
        head.push_str(&String::from_utf8_lossy(&piece[..length]).to_lowercase());
    }
    assert!(head.starts_with("http/1.1 200") && !head.contains("connection: close"), "{head}");

    let leaving = leave(&served.stop);
    served.stop.leaving().await;
    connection.write_all(request).await.unwrap();
    let mut rest = String::new();
    connection.read_to_string(&mut rest).await.unwrap();
    let rest = rest.to_lowercase();
    assert!(rest.starts_with("http/1.1 200") && rest.contains("connection: close"), "{rest}");
    leaving.abort();
    served.stop.now();
}

#[tokio::test]
async fn whoever_watches_health_or_keeps_asking_by_reflection_is_told_of_the_end_and_does_not_hold_it_up() {
    /// Less than calls under way would have.
    const SOON: Duration = Duration::from_secs(10);
    let served = Served::start(Stub::echo().open()).await;
    let channel = Endpoint::from_shared(served.grpc.clone()).unwrap().connect().await.unwrap();
    let request = HealthCheckRequest { service: "guildhall.live".to_owned() };
    let mut watched = HealthClient::new(channel.clone()).watch(request).await.unwrap().into_inner();
    assert_eq!(watched.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    let question = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let questions = stream::iter([question]).chain(stream::pending());
    let mut answers =
        ServerReflectionClient::new(channel).server_reflection_info(questions).await.unwrap().into_inner();
    assert!(answers.message().await.unwrap().is_some());

    served.stop.now();
    assert_eq!(watched.message().await.unwrap_err().code(), Code::Unavailable);
    let status = answers.message().await.unwrap_err();
    assert_eq!((status.code(), status.message().contains("ask again")), (Code::Unavailable, true), "{status:?}");
    tokio::time::timeout(SOON, served.end).await.expect("nobody holds it up").unwrap().unwrap();
}

#[tokio::test]
async fn until_the_last_call_is_answered_the_operators_port_says_how_it_is() {
    let go = Arc::new(Notify::new());
    let (sender, mut begun) = mpsc::channel(1);
    let stub = {
        let go = Arc::clone(&go);
        Stub::new(move |_| {
            let (go, sender) = (Arc::clone(&go), sender.clone());
            async move {
                let _ = sender.send(()).await;
                go.notified().await;
                Ok("answered".to_owned())
            }
        })
    };
    let served = Served::start(stub.open()).await;
    let channel = served.channel();
    let call = tokio::spawn(async move { ask(&channel, message("")).await });
    begun.recv().await.unwrap();
    served.stop.now();
    assert_eq!(http_status(&served, "/livez").await, "200");
    assert_eq!(http_status(&served, "/readyz").await, "503");
    go.notify_one();
    assert_eq!(call.await.unwrap().unwrap(), "answered");
    served.end.await.unwrap().unwrap();
}

#[tokio::test]
async fn verbose_readiness_tells_each_check_and_what_is_wrong() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let feed = token_verification::RevocationFeed::builder().build();
    let builder = Stub::echo().behind(&issuer.trust(), |_| Some(Requirement::Public));
    let stub = builder.database(&store::database().await).build().hears(&feed);
    let served = Served::start(stub).await;
    let answer = http_get(&served, "/readyz?verbose").await;
    let body: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["ready"], false);
    assert_eq!(body["missing"], serde_json::json!(["stub/revocations"]));
    let checks = body["checks"].as_array().unwrap();
    let told = |check: &str| checks.iter().find(|told| told["check"] == check).unwrap_or_else(|| panic!("{check}"));
    assert_eq!((&told("database")["ok"], &told("database")["problem"]), (&true.into(), &serde_json::Value::Null));
    assert_eq!(told("revocations")["ok"], false);
    assert_eq!(told("revocations")["problem"], "revocations are not heard yet");
    let brief = http_get(&served, "/readyz").await;
    assert!(!brief.contains("problem"), "{brief}");
    served.stop.now();
}

#[tokio::test]
async fn the_version_is_told_with_the_schema_that_each_service_needs() {
    let trust = TestIssuer::new(&test_kit::clock()).trust();
    let service = Stub::echo().behind(&trust, |_| Some(Requirement::Public)).schema::<store::Migrations>().build();
    let served = Served::start(service).await;
    let answer = http_get(&served, "/version").await;
    let body: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    let told = (&body["name"], &body["version"], &body["commit"]);
    assert_eq!(told, (&"flower-shop".into(), &"1.2.3".into(), &"c0ffee".into()));
    assert!(body["schema"]["stub"]["migrations"].as_u64().unwrap() > 0, "{body}");
    assert!(!body["schema"]["stub"]["last"].as_str().unwrap().is_empty(), "{body}");
    served.stop.now();
}
