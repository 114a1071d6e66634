//! Whether services are ready: asked every second for gRPC's health protocol, and on demand for the operator's port.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::stop::Stop;

const CHECK_EVERY: Duration = Duration::from_secs(1);
const CHECK_WITHIN: Duration = Duration::from_secs(1);
/// Names under which gRPC's health protocol answers for everything together: is it ready?
const EVERYTHING: [&str; 2] = ["", "guildhall.ready"];
/// Does it run at all? Nothing that it needs is asked, and it is so to the end: else whoever restarts what does not live
/// would cut an orderly stop short, or answer an outage of the database with another one.
const LIVE: &str = "guildhall.live";
/// Has it started? From the moment on at which calls are taken.
const STARTUP: &str = "guildhall.startup";

type Checking = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Answers whether something that the service needs is there.
pub(crate) type ReadinessCheck = Arc<dyn Fn() -> Checking + Send + Sync>;

/// A served service and what it needs.
pub(crate) struct Checked {
    pub(crate) name: &'static str,
    /// The names under which health is asked for: the service's own and those of its RPC services.
    pub(crate) names: Vec<&'static str>,
    pub(crate) readiness: Vec<(&'static str, ReadinessCheck)>,
}

/// What came of one check.
#[derive(Clone)]
pub(crate) struct Finding {
    pub(crate) service: &'static str,
    pub(crate) check: &'static str,
    /// Why the service is not ready, if it is not.
    pub(crate) problem: Option<String>,
}

impl Checked {
    /// What came of every check, in their order; all are made at once, so that they take no longer than one.
    pub(crate) async fn look(&self) -> Vec<Finding> {
        let looks = self.readiness.iter().map(|(check, is_ready)| async move {
            let outcome = tokio::time::timeout(CHECK_WITHIN, is_ready()).await;
            let problem = outcome.unwrap_or_else(|_| Err("no answer in time".to_owned())).err();
            if let Some(why) = &problem {
                tracing::debug!(service = self.name, check, why, "not ready");
            }
            Finding { service: self.name, check, problem }
        });
        join_all(looks).await
    }
}

/// Says of a process that is about to take calls that it lives and has started, and of everything else that it is not known to
/// be ready.
pub(crate) async fn begin_health(checks: &[Checked], health: &HealthReporter) {
    set_all(checks, health, false).await;
    for name in [LIVE, STARTUP] {
        health.set_service_status(name, ServingStatus::Serving).await;
    }
}

/// Keeps gRPC's health answers true until no more calls should come, and says "not serving" from then on.
pub(crate) async fn report_health(checks: Arc<Vec<Checked>>, health: HealthReporter, stop: Stop) {
    while !stop.is_leaving() {
        tokio::select! {
            () = stop.leaving() => break,
            () = look_once(&checks, &health) => {}
        }
        tokio::select! {
            () = stop.leaving() => break,
            () = tokio::time::sleep(CHECK_EVERY) => {}
        }
    }
    set_all(&checks, &health, false).await;
}

async fn look_once(checks: &[Checked], health: &HealthReporter) {
    let mut is_everything_ready = true;
    let found = join_all(checks.iter().map(Checked::look)).await;
    for (service, findings) in checks.iter().zip(found) {
        let is_ready = findings.iter().all(|finding| finding.problem.is_none());
        is_everything_ready &= is_ready;
        for name in &service.names {
            health.set_service_status(name, status(is_ready)).await;
        }
    }
    for name in EVERYTHING {
        health.set_service_status(name, status(is_everything_ready)).await;
    }
}

async fn set_all(checks: &[Checked], health: &HealthReporter, is_ready: bool) {
    for name in checks.iter().flat_map(|service| &service.names).chain(&EVERYTHING) {
        health.set_service_status(name, status(is_ready)).await;
    }
}

const fn status(is_ready: bool) -> ServingStatus {
    if is_ready { ServingStatus::Serving } else { ServingStatus::NotServing }
}
