//! What is logged of a call.

use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use prost_types::method_options::IdempotencyLevel;
use serde_json::Value;
use service_kit::policy::Requirement;
use service_kit::request_scope::RequestScope;
use service_kit::telemetry::{JsonLines, LogFilter, Process};
use service_kit::{ErrorReason, Refusal};
use test_kit::{TestIssuer, bearer, service_secrets};
use tokio::sync::mpsc;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, registry};
use uuid::Uuid;

use crate::hosting::Wire;
use crate::idempotency::shop::Shop;
use crate::stub::{RPC, Stub, ask, message};

/// What is logged by this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn begin(filter: &str) -> (Self, DefaultGuard) {
        Self::heeding(EnvFilter::new(filter))
    }

    fn heeding(filter: impl Layer<Registry> + Send + Sync) -> (Self, DefaultGuard) {
        let log = Self::default();
        let process = Process { service: "flower-shop".to_owned(), version: "1.2.3", environment: "dev" };
        let subscriber = registry().with(filter).with(JsonLines::new(process, log.clone()));
        let guard = tracing::subscriber::set_default(subscriber);
        (log, guard)
    }

    fn lines(&self) -> Vec<Value> {
        let bytes = self.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl io::Write for &Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'log> MakeWriter<'log> for Log {
    type Writer = &'log Self;

    fn make_writer(&'log self) -> &'log Self {
        self
    }
}

fn of_the_call(lines: &[Value]) -> &Value {
    lines.iter().find(|line| line["msg"] == "answered").unwrap_or_else(|| panic!("{lines:#?}"))
}

#[tokio::test]
async fn a_line_names_the_service_the_call_the_caller_and_the_reason() {
    let issuer = TestIssuer::new(&test_kit::clock());
    for wire in Wire::BOTH {
        let (log, _guard) = Log::begin("info");
        let user = Uuid::from_u128(7);
        let stub = Stub::new(|_| async { Err(Refusal::new(ErrorReason::Conflict, "Not now.").into()) });
        let policy = |path: &str| (path == RPC).then_some(Requirement::SignedIn);
        let hosted = wire.host(stub.behind(&issuer.trust(), policy).build()).await;
        let mut request = bearer(message("").into_inner(), &issuer.token(user));
        request.metadata_mut().insert("guildhall-peer", "identity".parse().unwrap());
        request.metadata_mut().insert("guildhall-client-address", "203.0.113.77".parse().unwrap());
        ask(&hosted.channel, request).await.unwrap_err();
        let lines = log.lines();
        let line = of_the_call(&lines);
        for (field, value) in [
            ("service", "stub"),
            ("version", "1.2.3"),
            ("env", "dev"),
            ("level", "INFO"),
            ("rpc_method", RPC.trim_start_matches('/')),
            ("reason", "CONFLICT"),
            ("actor_type", "user"),
            ("actor_id", &user.to_string()),
            // It does not show the services' credential, so it is not believed.
            ("peer", "client"),
        ] {
            assert_eq!(line[field], value, "{wire:?} {field}: {line}");
        }
        assert_ne!(line["remote_ip"], "203.0.113.0", "{wire:?}: {line}");
    }
}

#[tokio::test]
async fn services_are_believed_about_who_they_are_and_where_a_call_came_from() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let (log, _guard) = Log::begin("info");
    let hosted = Wire::Tcp.host(Stub::echo().behind(&issuer.trust(), |_| Some(Requirement::Service)).build()).await;
    let channel = hosted.channel.clone().with_credential(&service_secrets());
    let mut request = message("");
    request.metadata_mut().insert("guildhall-peer", "identity".parse().unwrap());
    request.metadata_mut().insert("guildhall-client-address", "203.0.113.77".parse().unwrap());
    ask(&channel, request).await.unwrap();
    let lines = log.lines();
    let line = of_the_call(&lines);
    assert_eq!((&line["peer"], &line["remote_ip"]), (&"identity".into(), &"203.0.113.0".into()), "{line}");
    assert_eq!((&line["actor_type"], &line["code"]), (&"service".into(), &"OK".into()), "{line}");
}

#[tokio::test]
async fn what_a_service_looks_up_by_itself_is_told_when_it_is_refused_or_somebody_asks_for_details() {
    use IdempotencyLevel::{IdempotencyUnknown, NoSideEffects};
    let shop = Shop::open().await;
    for (filter, level, is_refused, expected) in [
        ("info", NoSideEffects, false, &[][..]),
        ("debug", NoSideEffects, false, &["DEBUG"]),
        ("info", NoSideEffects, true, &["INFO"]),
        ("info", IdempotencyUnknown, false, &["INFO"]),
    ] {
        let (log, _guard) = Log::begin(filter);
        let stub = Stub::new(move |_| async move {
            let refusal = || Refusal::new(ErrorReason::Conflict, "Not now.").into();
            if is_refused { Err(refusal()) } else { Ok(String::new()) }
        });
        let hosted = Wire::Tcp.host(shop.doing(stub, shop.idempotency(level))).await;
        let channel = hosted.channel.clone().with_credential(&service_secrets());
        assert_eq!(ask(&channel, message("")).await.is_err(), is_refused);
        let lines = log.lines();
        let answered = lines.iter().filter(|line| line["msg"] == "answered" && line["rpc_method"].is_string());
        assert_eq!(
            answered.map(|line| &line["level"]).collect::<Vec<_>>(),
            expected,
            "{filter} {level:?} {is_refused}"
        );
    }
}

#[tokio::test]
async fn whatever_is_said_in_a_call_says_which_one_and_shows_no_address() {
    let (log, _guard) = Log::begin("warn");
    let stub = Stub::new(|_| async {
        tracing::warn!(answer = "550 no such user: alice@example.com", "the mail server refuses");
        Ok(RequestScope::current().expect("a call has a scope").request_id.to_string())
    });
    let hosted = Wire::InProcess.host(stub.open()).await;
    let id = ask(&hosted.channel, message("")).await.unwrap();
    let lines = log.lines();
    let [line] = lines.as_slice() else { panic!("{lines:#?}") };
    assert_eq!((&line["request_id"], &line["service"]), (&id.into(), &"stub".into()));
    assert_eq!(line["answer"], "550 no such user: a***@example.com");
    assert_eq!(line["trace_id"].as_str().unwrap().len(), 32);
}

#[tokio::test]
async fn a_call_whose_caller_goes_away_has_its_line_as_well() {
    for wire in Wire::BOTH {
        let (log, _guard) = Log::begin("info");
        let (sender, mut begun) = mpsc::channel(1);
        let stub = Stub::new(move |_| {
            let sender = sender.clone();
            async move {
                let _ = sender.send(()).await;
                pending().await
            }
        });
        let hosted = wire.host(stub.open()).await;
        let channel = hosted.channel.clone();
        let call = tokio::spawn(async move { ask(&channel, message("")).await });
        begun.recv().await.unwrap();
        call.abort();
        while !log.lines().iter().any(|line| line["msg"] == "answered") {
            tokio::task::yield_now().await;
        }
        let lines = log.lines();
        let line = of_the_call(&lines);
        assert_eq!((&line["code"], &line["service"]), (&"CANCELLED".into(), &"stub".into()), "{wire:?}: {line}");
        assert!(line["request_id"].is_string() && line["peer"] == "client", "{wire:?}: {line}");
    }
}

#[tokio::test]
async fn the_log_tells_of_its_own_change_by_the_filter_before_or_else_by_the_new_one() {
    const WHILE: Duration = Duration::from_secs(60);
    let (filter, layer) = LogFilter::new("info").unwrap();
    let (log, _guard) = Log::heeding(layer);
    filter.change("verbose", WHILE).unwrap_err();
    filter.change("off", WHILE).unwrap();
    tracing::error!("nobody hears this");
    filter.change("debug", WHILE).unwrap();
    let told: Vec<Value> = log.lines().iter().map(|line| line["filter"].clone()).collect();
    assert_eq!(told, ["off", "debug"]);
}
