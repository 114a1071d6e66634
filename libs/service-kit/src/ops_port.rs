//! The operator's port: probes, numbers, and what runs here.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures_util::future::join_all;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;
use serde_json::{Value, json};

use crate::metrics::{MEDIA_TYPE, Metrics};
use crate::readiness::{Checked, Finding};
use crate::release::Release;
use crate::stop::Stop;

/// What is known of a service's schema, for `/version`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Schema {
    /// How many migrations it needs.
    pub(crate) migrations: usize,
    /// The name of the last one.
    pub(crate) last: String,
}

#[derive(Clone)]
struct Probed {
    checks: Arc<Vec<Checked>>,
    stop: Stop,
}

/// `/livez` (`/healthz`), `/readyz`, `/startupz`, `/version` and `/metrics`.
pub(crate) fn ops_routes(
    checks: Arc<Vec<Checked>>,
    (release, schema): (Release, BTreeMap<&'static str, Schema>),
    metrics: Metrics,
    stop: Stop,
) -> Router {
    let version = json!({
        "name": release.name, "version": release.version, "commit": release.commit, "schema": schema,
    });
    Router::new()
        .route("/readyz", get(readyz))
        .with_state(Probed { checks, stop })
        // They ask for nothing: a database that is away is no reason to restart what waits for it, and what answers has started.
        .route("/livez", get(ok))
        .route("/healthz", get(ok))
        .route("/startupz", get(ok))
        .route("/version", get(move || async move { Json(version) }))
        .route("/metrics", get(move || async move { numbers(&metrics) }))
}

async fn ok() -> &'static str {
    "ok\n"
}

/// All numbers, for whoever collects them.
pub(crate) fn numbers(metrics: &Metrics) -> Response {
    match metrics.text() {
        Ok(text) => ([(CONTENT_TYPE, MEDIA_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Whether calls should come here. `?verbose` tells each check and why it failed.
async fn readyz(State(Probed { checks, stop }): State<Probed>, RawQuery(query): RawQuery) -> (StatusCode, Json<Value>) {
    let findings = join_all(checks.iter().map(Checked::look)).await.concat();
    let mut missing: Vec<String> = findings.iter().filter(|one| one.problem.is_some()).map(Finding::place).collect();
    if stop.is_leaving() {
        missing.push("stopping".to_owned());
    }
    let is_ready = missing.is_empty();
    let mut answer = json!({ "ready": is_ready, "missing": missing });
    if is_verbose(query.as_deref().unwrap_or_default()) {
        answer["checks"] = findings.iter().map(Finding::told).collect();
    }
    (if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(answer))
}

fn is_verbose(query: &str) -> bool {
    query.split('&').any(|pair| pair.split('=').next() == Some("verbose"))
}

impl Finding {
    fn place(&self) -> String {
        format!("{}/{}", self.service, self.check)
    }

    fn told(&self) -> Value {
        json!({ "service": self.service, "check": self.check, "ok": self.problem.is_none(), "problem": self.problem })
    }
}
