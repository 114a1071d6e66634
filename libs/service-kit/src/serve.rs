//! Serving built services: gRPC with health and reflection, the operator's port, an orderly stop.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use futures_util::future::join_all;
use futures_util::stream::{self, Stream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;
use tonic::service::Routes;

use crate::grpc_server::serve_grpc;
use crate::http_server::{serve_http, wait_out};
use crate::lasting::end_with;
use crate::limits::CALLS_AT_ONCE;
use crate::metrics::Metrics;
use crate::microservice::Microservice;
pub use crate::ops_port::Release;
use crate::ops_port::ops_routes;
use crate::readiness::{Checked, begin_health, report_health};
use crate::reflection::Reflection;
use crate::stop::Stop;

/// What calls under way have at least, after those in front of this process's services have used up the time to finish in.
const CALLS_HAVE: Duration = Duration::from_secs(1);
/// How long calls whose callers went away may take after the stop.
const DETACHED_WITHIN: Duration = Duration::from_secs(5);
/// How long is waited for relays and periodic work after that. A delivery that takes longer is cut off: nobody knows what came
/// of it, so its claim is left to run out.
const BACKGROUND_WITHIN: Duration = Duration::from_secs(8);

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
}

/// Serves these services on one gRPC port until `stop`, and answers `/livez`, `/readyz`, `/startupz`, `/version` and `/metrics` on the
/// operator's port. Relays, tails and periodic work run beside. While the process is leaving it says that it is not ready and
/// goes on as before. After the end, calls under way are finished first, then deliveries, so that relays still see what the last
/// calls left; what is not finished in time is cut off, deliveries are left to other relays.
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
    let background = TaskTracker::new();
    for microservice in microservices {
        router = router.merge(microservice.router);
        slots.push(microservice.slots);
        schema.extend(microservice.schema.map(|schema| (microservice.name, schema)));
        let names = [&[microservice.name], microservice.rpc_services.as_slice()].concat();
        checks.push(Checked { name: microservice.name, names, readiness: microservice.readiness });
        if let Some(relay) = microservice.relay {
            background.spawn(relay.run(stop_relays.clone()));
        }
        if let Some(tail) = microservice.tail {
            // Ends first: streams that follow it would hold up the stop.
            background.spawn(tail.run(stop.ending().clone()));
        }
        for work in microservice.continuous {
            // Ends as early, for the same reason.
            background.spawn(work.run(stop.ending().clone()));
        }
        for work in microservice.periodic {
            background.spawn(work.run(stop_relays.ending().clone()));
        }
    }
    let checks = Arc::new(checks);
    begin_health(&checks, &health).await;
    background.spawn(report_health(Arc::clone(&checks), health, stop.clone()));
    background.close();

    // Whoever watches health or asks by reflection stays for as long as they like.
    let health_routes = Routes::from(Router::new()).add_service(health_server).into_axum_router();
    let lasting = front.reflection.routes(front.descriptors)?.merge(health_routes);
    let router = router.merge(lasting.route_layer(from_fn_with_state(stop.clone(), end_with)));
    let routes = Routes::from(router.fallback(unknown_rpc)).prepare().into_axum_router();
    let grpc_server = serve_grpc(connections(front.grpc), routes, stop.ending().clone());
    let grpc_server = async {
        tokio::select! {
            () = grpc_server => {}
            () = stop.overtime(CALLS_HAVE) => tracing::warn!("some calls were not finished in time and are cut off"),
        }
        stop.end();
    };
    // Behind the calls: who looks after this process wants to know how it is until they are finished.
    let stop_ops = stop.behind();
    let ops_routes = ops_routes(checks, (front.release, schema), front.metrics, stop.clone());
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
    ops_end?;
    Ok(())
}

/// Waits for the calls whose callers went away: they run on without a connection.
async fn finish_detached_calls(slots: Vec<Arc<Semaphore>>) {
    let every_slot = u32::try_from(CALLS_AT_ONCE).unwrap_or(u32::MAX);
    let all_free = join_all(slots.iter().map(|slots| slots.acquire_many(every_slot)));
    if tokio::time::timeout(DETACHED_WITHIN, all_free).await.is_err() {
        tracing::warn!("some calls without a caller were not finished in time and are cut off");
    }
}

/// Accepted connections, for ever: what goes wrong with one is no reason to refuse the next.
fn connections(listener: TcpListener) -> impl Stream<Item = io::Result<TcpStream>> {
    stream::unfold(listener, |listener| async {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "a connection keeps its delay");
                    }
                    return Some((Ok(stream), listener));
                }
                Err(error) => wait_out(&error).await,
            }
        }
    })
}

async fn unknown_rpc() -> axum::response::Response {
    tonic::Status::unimplemented("There is no such call here; list the services by reflection.").into_http()
}
