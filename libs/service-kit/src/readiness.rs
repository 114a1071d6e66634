//! Whether services are ready: asked every second for gRPC's health protocol, and on demand for `/readyz`.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use tokio_util::sync::CancellationToken;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::metrics::{MEDIA_TYPE, Metrics};
use crate::microservice::ReadinessCheck;

const CHECK_EVERY: Duration = Duration::from_secs(1);
const CHECK_WITHIN: Duration = Duration::from_secs(1);
/// The name under which gRPC's health protocol answers for everything together.
const EVERYTHING: &str = "";

/// A served service and what it needs.
pub(crate) struct Checked {
    pub(crate) name: &'static str,
    /// The names under which health is asked for: the service's own and those of its RPC services.
    pub(crate) names: Vec<&'static str>,
    pub(crate) readiness: Vec<(&'static str, ReadinessCheck)>,
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

/// Keeps gRPC's health answers true until the stop, and says "not serving" from then on.
pub(crate) async fn report_health(checks: Arc<Vec<Checked>>, health: HealthReporter, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let mut is_everything_ready = true;
        for service in checks.iter() {
            let is_ready = service.problems().await.is_empty();
            is_everything_ready &= is_ready;
            for name in &service.names {
                health.set_service_status(name, status(is_ready)).await;
            }
        }
        health.set_service_status(EVERYTHING, status(is_everything_ready)).await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(CHECK_EVERY) => {}
        }
    }
    for name in checks.iter().flat_map(|service| &service.names).chain([&EVERYTHING]) {
        health.set_service_status(name, status(false)).await;
    }
}

const fn status(is_ready: bool) -> ServingStatus {
    if is_ready { ServingStatus::Serving } else { ServingStatus::NotServing }
}

/// The operator's port.
pub(crate) fn ops_routes(checks: Arc<Vec<Checked>>, metrics: Metrics, stop: CancellationToken) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .with_state((checks, stop))
        .route("/metrics", get(move || async move { numbers(&metrics) }))
}

fn numbers(metrics: &Metrics) -> Response {
    match metrics.text() {
        Ok(text) => ([(CONTENT_TYPE, MEDIA_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
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
