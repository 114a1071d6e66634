//! Serving built services: gRPC with health and reflection, the operator's port, an orderly stop.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use futures_util::future::join_all;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;
use tonic::service::Routes;
use tracing::Instrument;

use crate::access_log::note_probe;
use crate::database::Database;
use crate::grpc_server::serve_grpc;
use crate::http_server::serve_http;
use crate::lasting::end_with;
use crate::limits::CALLS_AT_ONCE;
use crate::log_level::log_level_routes;
use crate::metrics::Metrics;
use crate::microservice::Microservice;
use crate::ops_port::ops_routes;
use crate::readiness::{Checked, begin_health, report_health};
use crate::reflection::Reflection;
pub use crate::release::Release;
use crate::stop::Stop;
use crate::telemetry::LogFilter;
use crate::tls::{Tls, connections};

/// What calls under way have at least, after those in front of this process's services have used up the time to finish in.
const CALLS_HAVE: Duration = Duration::from_secs(1);
/// How long calls whose callers went away may take after the stop.
const DETACHED_WITHIN: Duration = Duration::from_secs(5);
/// How long is waited for relays and periodic work after that. A delivery that takes longer is cut off: nobody knows what came
/// of it, so its claim is left to run out.
const BACKGROUND_WITHIN: Duration = Duration::from_secs(8);
/// How long databases may take to be closed; whoever cannot wait is cut off, and nothing is lost by that.
const CLOSED_WITHIN: Duration = Duration::from_secs(2);

/// Serving failed.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The operator's port ended with an error.
    #[error("the operator's port failed: {0}")]
    Ops(#[from] std::io::Error),
    /// The descriptor set is damaged.
    #[error("reflection cannot be set up: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// Where and how services are served.
pub struct Front {
    /// Takes calls.
    pub grpc: TcpListener,
    /// What is shown to those who call, and whose calls are taken.
    pub tls: Tls,
    /// The operator's port.
    pub ops: TcpListener,
    /// What reflection tells of.
    pub descriptors: &'static [u8],
    /// Whom it tells.
    pub reflection: Reflection,
    /// What `/metrics` tells.
    pub metrics: Metrics,
    /// What `/version` tells.
    pub release: Release,
    /// What `/loglevel` changes; `None` leaves it out.
    pub log_filter: Option<LogFilter>,
}

/// Serves these services on one gRPC port until `stop`, and answers `/livez`, `/readyz`, `/startupz`, `/version` and `/metrics` on the
/// operator's port. Relays, tails and periodic work run beside. While the process is leaving it says that it is not ready and
/// goes on as before. After the end, calls under way are finished first, then deliveries, so that relays still see what the last
/// calls left; what is not finished in time is cut off, deliveries are left to other relays. Last of all the services' databases are
/// closed.
pub async fn serve(microservices: Vec<Microservice>, front: Front, stop: impl Into<Stop>) -> Result<(), ServeError> {
    // A part, so that one server that ends by itself ends the other too.
    let stop = stop.into().part();
    let stop_relays = stop.behind();
    // Whoever drops this future ends everything that runs beside it.
    let _stops = (stop.ending().clone().drop_guard(), stop_relays.ending().clone().drop_guard());
    let (health, health_server) = tonic_health::server::health_reporter();
    let mut router = Router::new();
    let mut checks = Vec::new();
    let mut schema = BTreeMap::new();
    let mut slots = Vec::new();
    let mut databases = Vec::new();
    let background = TaskTracker::new();
    for microservice in microservices {
        router = router.merge(microservice.router);
        // Whatever happens beside the calls is the service's too.
        let log = tracing::error_span!(parent: None, "service", service = microservice.name);
        slots.push(microservice.slots);
        databases.extend(microservice.database);
        schema.extend(microservice.schema.map(|schema| (microservice.name, schema)));
        let names = [&[microservice.name], microservice.rpc_services.as_slice()].concat();
        checks.push(Checked { name: microservice.name, names, readiness: microservice.readiness });
        if let Some(relay) = microservice.relay {
            background.spawn(relay.run(stop_relays.clone()).instrument(log.clone()));
        }
        if let Some(tail) = microservice.tail {
            // Ends first: streams that follow it would hold up the stop.
            background.spawn(tail.run(stop.ending().clone()).instrument(log.clone()));
        }
        for work in microservice.continuous {
            // Ends as early, for the same reason.
            background.spawn(work.run(stop.ending().clone()).instrument(log.clone()));
        }
        for work in microservice.periodic {
            background.spawn(work.run(stop_relays.ending().clone()).instrument(log.clone()));
        }
    }
    background.spawn(front.tls.keep_current().run(stop.ending().clone()));
    let checks = Arc::new(checks);
    begin_health(&checks, &health).await;
    background.spawn(report_health(Arc::clone(&checks), health, stop.clone()));
    background.close();

    // Whoever watches health or asks by reflection stays for as long as they like.
    let health_routes = Routes::from(Router::new()).add_service(health_server).into_axum_router();
    let lasting = front.reflection.routes(front.descriptors)?.merge(health_routes);
    let lasting = lasting.route_layer(from_fn_with_state(stop.clone(), end_with)).route_layer(from_fn(note_probe));
    let router = router.merge(lasting);
    let routes = Routes::from(router.fallback(unknown_rpc)).prepare().into_axum_router();
    let grpc_server = serve_grpc(connections(front.grpc, front.tls.clone()), routes, stop.ending().clone());
    let grpc_server = async {
        tokio::select! {
            () = grpc_server => {}
            () = stop.overtime(CALLS_HAVE) => tracing::warn!("some calls were not finished in time and are cut off"),
        }
        stop.end();
    };
    // Behind the calls: who looks after this process wants to know how it is until they are finished.
    let stop_ops = stop.behind();
    front.metrics.tell_release(front.release);
    front.tls.tell(&front.metrics);
    let ops_routes = ops_routes(checks, (front.release, schema), front.metrics, stop.clone())
        .layer(from_fn(note_probe))
        .merge(log_level_routes(front.log_filter));
    let ops_server = async {
        let ended = serve_http(front.ops, ops_routes, stop_ops.clone()).await;
        stop.end();
        ended
    };
    let grpc_server = async {
        grpc_server.await;
        finish_detached_calls(slots).await;
        stop_ops.end();
    };
    let ((), ops_end) = tokio::join!(grpc_server, ops_server);

    stop_relays.end();
    tokio::select! {
        () = background.wait() => {}
        () = stop_relays.overtime(BACKGROUND_WITHIN) => tracing::warn!("some work beside the calls was not finished in time"),
    }
    close(databases).await;
    ops_end?;
    Ok(())
}

/// Leaves databases in order: SQLite takes its log into the file, Postgres hears a farewell.
async fn close(databases: Vec<Database>) {
    let closing = join_all(databases.into_iter().map(Database::close));
    match tokio::time::timeout(CLOSED_WITHIN, closing).await {
        Ok(ends) => ends.into_iter().filter_map(Result::err).for_each(|error| {
            tracing::warn!(%error, "a database could not be closed");
        }),
        Err(_) => tracing::warn!("some databases were not closed in time"),
    }
}

/// Waits for the calls whose callers went away: they run on without a connection.
async fn finish_detached_calls(slots: Vec<Arc<Semaphore>>) {
    let every_slot = u32::try_from(CALLS_AT_ONCE).unwrap_or(u32::MAX);
    let all_free = join_all(slots.iter().map(|slots| slots.acquire_many(every_slot)));
    if tokio::time::timeout(DETACHED_WITHIN, all_free).await.is_err() {
        tracing::warn!("some calls without a caller were not finished in time and are cut off");
    }
}

async fn unknown_rpc() -> axum::response::Response {
    tonic::Status::unimplemented("There is no such call here; list the services by reflection.").into_http()
}
