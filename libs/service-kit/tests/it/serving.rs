//! Served services: health, readiness, reflection, an orderly stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use contracts::billing::v1::plan_service_client::PlanServiceClient;
use service_kit::policy::Requirement;
use service_kit::refusal::reason_of;
use service_kit::{Database, ErrorReason, Refusal, Trust};
use test_kit::{AUDIENCE, ISSUER, TestFeed, TestIssuer};
use token_verification::{FeedState, Freshness, KeySet, KeyStore, RevocationFeed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tonic::Code;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::hosting::Served;
use crate::outbox::{waiting, write};
use crate::relay::Inbox;
use crate::store;
use crate::stub::{Stub, ask, message};

pub async fn health(served: &Served, service: &str) -> ServingStatus {
    let channel = Endpoint::from_shared(served.grpc.clone()).unwrap().connect().await.unwrap();
    let request = HealthCheckRequest { service: service.to_owned() };
    HealthClient::new(channel).check(request).await.unwrap().into_inner().status()
}

pub async fn http_status(served: &Served, path: &str) -> String {
    http_get(served, path).await.split(' ').nth(1).unwrap().to_owned()
}

/// The whole answer of the operator's port.
pub async fn http_get(served: &Served, path: &str) -> String {
    let mut stream = TcpStream::connect(served.ops).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn what_hears_revocations_is_ready_once_it_has_heard_and_stays_so() {
    let trust = TestIssuer::new(&test_kit::clock()).trust();
    let late = Arc::new(AtomicBool::new(false));
    let is_late = Arc::clone(&late);
    let clock = move || Duration::from_secs(if is_late.load(Ordering::Relaxed) { 60 } else { 0 });
    let feed = RevocationFeed::builder().clock(clock).build();
    let service = Stub::echo().behind(&trust, |_| Some(Requirement::Public)).build().hears(&feed);
    let served = Served::start(service).await;
    assert_eq!(http_status(&served, "/readyz").await, "503");

    TestFeed::of(&feed);
    assert_eq!(http_status(&served, "/readyz").await, "200");
    late.store(true, Ordering::Relaxed);
    assert_eq!(feed.state(), FeedState::Blind);
    assert_eq!(http_status(&served, "/readyz").await, "200", "others may be silent for a while");
}

#[tokio::test]
async fn a_service_is_ready_once_its_keys_are_there_and_not_before() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let (keys, secrets) = (KeyStore::empty(), test_kit::service_secrets());
    let audiences = [AUDIENCE.to_owned()];
    let trust = Trust::lazy(ISSUER, &audiences, keys, Freshness::UntilExpiry, secrets, test_kit::clock()).unwrap();
    let database: Database = store::database().await;
    let service = Stub::echo().behind(&trust, |_| Some(Requirement::Public)).database(&database).build();
    let served = Served::start(service).await;
    assert_eq!(http_status(&served, "/livez").await, "200");
    assert_eq!(http_status(&served, "/readyz").await, "503");
    while health(&served, "").await != ServingStatus::NotServing {
        tokio::task::yield_now().await;
    }
    trust.keys.replace(KeySet::from_jwks(&issuer.jwks()).unwrap());
    assert_eq!(http_status(&served, "/readyz").await, "200");
    for name in ["", "stub", "guildhall.billing.v1.PlanService"] {
        while health(&served, name).await != ServingStatus::Serving {
            tokio::task::yield_now().await;
        }
    }
    served.stop.now();
    served.end.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_call_that_no_service_has_is_unimplemented() {
    let served = Served::start(Stub::echo().open()).await;
    let channel = Endpoint::from_shared(served.grpc.clone()).unwrap().connect().await.unwrap();
    let mut stranger = contracts::billing::v1::credit_service_client::CreditServiceClient::new(channel);
    let status = stranger.get_balance(contracts::billing::v1::GetBalanceRequest::default()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    served.stop.now();
}

#[tokio::test]
async fn a_call_under_way_at_the_stop_is_answered_and_what_it_left_is_not_lost() {
    let database = store::database().await;
    let go = Arc::new(Notify::new());
    let (sender, mut begun) = mpsc::channel(1);
    let stub = {
        let (database, go) = (database.clone(), Arc::clone(&go));
        Stub::new(move |_| {
            let (database, go, sender) = (database.clone(), Arc::clone(&go), sender.clone());
            async move {
                let _ = sender.send(()).await;
                go.notified().await;
                let transaction = database.begin_write().await.map_err(Refusal::from)?;
                write(&transaction, "left behind").await;
                transaction.commit().await.map_err(Refusal::from)?;
                Ok("answered".to_owned())
            }
        })
    };
    let inbox = Inbox::default();
    let trust = TestIssuer::new(&test_kit::clock()).trust();
    let service =
        stub.behind(&trust, |_| Some(Requirement::Public)).relay(inbox.relay(&database, &test_kit::clock())).build();
    let served = Served::start(service).await;
    let channel = served.channel();
    let call = tokio::spawn(async move { ask(&channel, message("")).await });
    begun.recv().await.unwrap();
    served.stop.now();
    tokio::task::yield_now().await;
    assert!(!served.end.is_finished());
    go.notify_one();
    assert_eq!(call.await.unwrap().unwrap(), "answered");
    served.end.await.unwrap().unwrap();
    let delivered = i64::try_from(inbox.all().len()).unwrap();
    assert_eq!(waiting(&database).await + delivered, 1);
}

#[tokio::test]
async fn a_call_whose_caller_has_gone_is_finished_before_the_service_ends() {
    let go = Arc::new(Notify::new());
    let (begun_sender, mut begun) = mpsc::channel(1);
    let (done_sender, mut done) = mpsc::channel(1);
    let stub = {
        let go = Arc::clone(&go);
        Stub::new(move |_| {
            let (go, begun, done) = (Arc::clone(&go), begun_sender.clone(), done_sender.clone());
            async move {
                let _ = begun.send(()).await;
                go.notified().await;
                let _ = done.send(()).await;
                Ok(String::new())
            }
        })
    };
    let served = Served::start(stub.open()).await;
    let channel = served.channel();
    let call = tokio::spawn(async move { ask(&channel, message("")).await });
    begun.recv().await.unwrap();
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    served.stop.now();
    go.notify_one();
    served.end.await.unwrap().unwrap();
    assert!(done.try_recv().is_ok());
}

#[tokio::test]
async fn a_server_that_goes_away_under_a_call_is_an_outage() {
    let stub = Stub::new(|_| async {
        Notify::new().notified().await;
        Ok(String::new())
    });
    let served = Served::start(stub.open()).await;
    // A connection in between that is cut, as by a machine that dies.
    let between = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", between.local_addr().unwrap());
    let server = served.grpc.trim_start_matches("http://").to_owned();
    let cut = tokio::spawn(async move {
        let (mut client, _) = between.accept().await.unwrap();
        let mut server = TcpStream::connect(server).await.unwrap();
        let passing = tokio::io::copy_bidirectional(&mut client, &mut server);
        let _ = tokio::time::timeout(Duration::from_millis(300), passing).await;
    });
    let channel = service_kit::Channel::remote(&address).unwrap();
    let status = ask(&channel, message("")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::ServiceUnavailable), "{status:?}");
    cut.await.unwrap();
    served.stop.now();
}

#[tokio::test]
async fn a_plain_client_reaches_a_service_without_our_channel() {
    let served = Served::start(Stub::echo().open()).await;
    let channel = Endpoint::from_shared(served.grpc.clone()).unwrap().connect().await.unwrap();
    let answer = PlanServiceClient::new(channel).list_plans(message("hello")).await.unwrap();
    assert_eq!(answer.into_inner().next_page_token, "hello");
    served.stop.now();
}
