//! Serving built services: gRPC with health and reflection, the operator's port, an orderly stop.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::microservice::{Microservice, ReadinessCheck};

const CHECK_EVERY: Duration = Duration::from_secs(1);
const CHECK_WITHIN: Duration = Duration::from_secs(1);

/// Serving failed.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The gRPC server ended with an error.
    #[error("the gRPC server failed: {0}")]
    Grpc(#[from] tonic::transport::Error),
    /// The operator's port ended with an error.
    #[error("the operator's port failed: {0}")]
    Ops(#[from] std::io::Error),
    /// The descriptor set is damaged.
    #[error("reflection cannot be set up: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// Serves these services on one gRPC port until `stop`, with reflection over `descriptors`, and
/// answers `/livez` and `/readyz` on the operator's port. Relays run beside; what is under way at the
/// stop is finished.
pub async fn serve(
    microservices: Vec<Microservice>,
    descriptors: &'static [u8],
    grpc: TcpListener,
    ops: TcpListener,
    stop: CancellationToken,
) -> Result<(), ServeError> {
    let (health, health_server) = tonic_health::server::health_reporter();
    let mut router = Router::new();
    let mut checks = Vec::new();
    let relays = TaskTracker::new();
    for microservice in microservices {
        router = router.merge(microservice.router);
        let names = [&[microservice.name], microservice.rpc_services.as_slice()].concat();
        checks.push(Checked { name: microservice.name, names, readiness: microservice.readiness });
        if let Some(relay) = microservice.relay {
            relays.spawn(relay.run(stop.clone()));
        }
    }
    let checks = Arc::new(checks);
    relays.spawn(report_health(Arc::clone(&checks), health, stop.clone()));
    relays.close();

    let routes = Routes::from(router.fallback(unknown_rpc))
        .add_service(health_server)
        .add_service(reflection(descriptors).build_v1()?)
        .add_service(reflection(descriptors).build_v1alpha()?)
        .prepare();
    let grpc_server = grpc_limits()
        .add_routes(routes)
        .serve_with_incoming_shutdown(TcpListenerStream::new(grpc), stop.clone().cancelled_owned());
    let ops_server = axum::serve(ops, ops_routes(checks, stop.clone())).with_graceful_shutdown(stop.cancelled_owned());

    let (grpc_end, ops_end) = tokio::join!(grpc_server, ops_server);
    relays.wait().await;
    grpc_end?;
    ops_end?;
    Ok(())
}

/// Every limit is set by name: left alone, this server would switch two of HTTP/2's guards off.
fn grpc_limits() -> Server {
    Server::builder()
        .max_concurrent_streams(128)
        .http2_max_pending_accept_reset_streams(Some(20))
        .http2_max_local_error_reset_streams(Some(1024))
        .http2_max_header_list_size(16 * 1024)
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_keepalive_timeout(Some(Duration::from_secs(10)))
        .max_connection_age(Duration::from_secs(300))
        .max_connection_age_grace(Duration::from_secs(30))
        .tcp_nodelay(true)
}

fn reflection(descriptors: &'static [u8]) -> tonic_reflection::server::Builder<'static> {
    // Without the sets of health and error details, grpcurl shows neither of them readable.
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(descriptors)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
}

async fn unknown_rpc() -> axum::response::Response {
    tonic::Status::unimplemented("There is no such call here; list the services by reflection.").into_http()
}

struct Checked {
    name: &'static str,
    names: Vec<&'static str>,
    readiness: Vec<(&'static str, ReadinessCheck)>,
}

impl Checked {
    /// What is missing, as `service/check: why`.
    async fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (check, is_ready) in &self.readiness {
            let outcome = tokio::time::timeout(CHECK_WITHIN, is_ready()).await;
            if let Err(why) = outcome.unwrap_or_else(|_| Err("no answer in time".to_owned())) {
                tracing::debug!(service = self.name, check, why, "not ready");
                problems.push(format!("{}/{check}", self.name));
            }
        }
        problems
    }
}

async fn report_health(checks: Arc<Vec<Checked>>, health: HealthReporter, stop: CancellationToken) {
    loop {
        for service in checks.iter() {
            let is_ready = !stop.is_cancelled() && service.problems().await.is_empty();
            let status = if is_ready { ServingStatus::Serving } else { ServingStatus::NotServing };
            for name in &service.names {
                health.set_service_status(name, status).await;
            }
        }
        if stop.is_cancelled() {
            return;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(CHECK_EVERY) => {}
        }
    }
}

fn ops_routes(checks: Arc<Vec<Checked>>, stop: CancellationToken) -> Router {
    Router::new().route("/livez", get(|| async { "ok\n" })).route("/readyz", get(readyz)).with_state((checks, stop))
}

async fn readyz(
    State((checks, stop)): State<(Arc<Vec<Checked>>, CancellationToken)>,
) -> (StatusCode, Json<serde_json::Value>) {
    let mut problems = Vec::new();
    for service in checks.iter() {
        problems.extend(service.problems().await);
    }
    if stop.is_cancelled() {
        problems.push("stopping".to_owned());
    }
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(serde_json::json!({ "ready": problems.is_empty(), "missing": problems })))
}
