//! What a process answers while it waits for something that it cannot be built without: it is alive and not ready, and every call is
//! to be tried again.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use tonic::Status;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic_health::ServingStatus;

use crate::http_server::serve_http;
use crate::metrics::Metrics;
use crate::ops_port::numbers;
use crate::refusal::{ErrorReason, Refusal};
use crate::release::Release;
use crate::tls::{Tls, connections};

/// How long callers that were being answered are waited for when the wait is over.
const HAND_OVER_WITHIN: Duration = Duration::from_secs(1);
const RETRY_AFTER_SECONDS: u64 = 1;
/// gRPC health names that say that a process is there, whatever it waits for.
const THERE: [&str; 2] = ["guildhall.live", "guildhall.startup"];
/// Those that say that it can be called.
const READY: [&str; 2] = ["", "guildhall.ready"];

/// Something that a service waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanting {
    /// The service that waits.
    pub service: &'static str,
    /// The kind of thing: `schema`, `database`.
    pub check: &'static str,
    /// What is wrong with it, in a sentence.
    pub problem: String,
}

/// Everything that is waited for. Clones share it.
#[derive(Clone, Default)]
pub struct Missing(Arc<Mutex<Vec<Wanting>>>);

impl Missing {
    /// Says what is missing now.
    pub fn replace(&self, missing: Vec<Wanting>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = missing;
    }

    /// What is missing now.
    pub fn now(&self) -> Vec<Wanting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The ports of a process.
pub struct Ports {
    /// For requests of people and programs, where it has one.
    pub http: Option<TcpListener>,
    /// For calls.
    pub grpc: TcpListener,
    /// For operators.
    pub ops: TcpListener,
}

/// Answers on all of a process's ports until dropped or handed over.
pub struct Meanwhile {
    ports: Ports,
    stop: DropGuard,
    servers: TaskTracker,
}

impl Meanwhile {
    /// Begins to answer for these services.
    pub fn begin(
        ports: Ports,
        tls: &Tls,
        release: Release,
        services: &[&'static str],
        missing: &Missing,
    ) -> io::Result<Self> {
        let (stop, servers) = (CancellationToken::new(), TaskTracker::new());
        let (grpc, of_grpc) = twice(ports.grpc)?;
        let (ops, of_ops) = twice(ports.ops)?;
        let http = match ports.http {
            None => None,
            Some(http) => {
                let (http, of_http) = twice(http)?;
                servers.spawn(serve_http(of_http, Router::new().fallback(http_refusal), stop.clone()));
                Some(http)
            }
        };
        servers.spawn(serve_http(of_ops, ops_routes(missing.clone(), release), stop.clone()));
        servers.spawn(serve_grpc(of_grpc, tls.clone(), services.to_vec(), stop.clone()));
        servers.spawn(tls.keep_current().run(stop.clone()));
        servers.close();
        Ok(Self { ports: Ports { http, grpc, ops }, stop: stop.drop_guard(), servers })
    }

    /// Ends it and gives the ports back. Whoever connects meanwhile is answered by whoever serves next.
    pub async fn hand_over(self) -> Ports {
        drop(self.stop);
        // Streams of health would last: they are cut, and begun again by those who want them.
        let _ = tokio::time::timeout(HAND_OVER_WITHIN, self.servers.wait()).await;
        self.ports
    }
}

/// The same port, to be accepted from by two.
fn twice(listener: TcpListener) -> io::Result<(TcpListener, TcpListener)> {
    let listener = listener.into_std()?;
    let other = listener.try_clone()?;
    Ok((TcpListener::from_std(listener)?, TcpListener::from_std(other)?))
}

/// Of numbers it tells what runs here and no more: others begin with what they count. Whoever collects them sees that it is there.
fn ops_routes(missing: Missing, release: Release) -> Router {
    let alive = || async { "ok\n" };
    let metrics = Metrics::new();
    metrics.tell_release(release);
    Router::new()
        .route("/livez", get(alive))
        .route("/healthz", get(alive))
        .route("/startupz", get(alive))
        .route("/readyz", get(readyz))
        .route("/metrics", get(move || async move { numbers(&metrics) }))
        .with_state(missing)
}

async fn readyz(State(missing): State<Missing>) -> Response {
    let wanting = missing.now();
    let places: Vec<String> = wanting.iter().map(|one| format!("{}/{}", one.service, one.check)).collect();
    let told =
        |one: &Wanting| json!({ "service": one.service, "check": one.check, "ok": false, "problem": one.problem });
    let checks: Vec<_> = wanting.iter().map(told).collect();
    let answer = json!({ "ready": false, "missing": places, "checks": checks });
    (StatusCode::SERVICE_UNAVAILABLE, Json(answer)).into_response()
}

/// In the envelope that every refusal over HTTP has.
async fn http_refusal() -> Response {
    let reason = ErrorReason::ServiceUnavailable;
    let status = StatusCode::from_u16(reason.http_status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let error = json!({ "code": reason.code(), "message": "The service is being prepared; retry in a moment." });
    (status, [(RETRY_AFTER, RETRY_AFTER_SECONDS.to_string())], Json(json!({ "error": error }))).into_response()
}

async fn serve_grpc(listener: TcpListener, tls: Tls, services: Vec<&'static str>, stop: CancellationToken) {
    let (health, health_server) = tonic_health::server::health_reporter();
    for name in THERE {
        health.set_service_status(name, ServingStatus::Serving).await;
    }
    for name in READY.iter().chain(&services) {
        health.set_service_status(*name, ServingStatus::NotServing).await;
    }
    let calls = Router::new().fallback(|| async {
        let wait = Duration::from_secs(RETRY_AFTER_SECONDS);
        let message = "The service is being prepared; retry in a moment.";
        Status::from(Refusal::new(ErrorReason::ServiceUnavailable, message).retry_after(wait))
            .into_http::<axum::body::Body>()
    });
    let routes = Routes::from(calls).add_service(health_server).prepare();
    let incoming = connections(listener, tls);
    let serving = Server::builder().add_routes(routes).serve_with_incoming_shutdown(incoming, stop.cancelled_owned());
    if let Err(error) = serving.await {
        tracing::warn!(%error, "calls are not answered while the process waits");
    }
}
