//! Serving built services: gRPC with health and reflection, the operator's port, an orderly stop.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use futures_util::future::join_all;
use futures_util::stream::{self, Stream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::service::Routes;
use tonic::transport::Server;

use crate::http_server::{serve_http, wait_out};
use crate::limits::CALLS_AT_ONCE;
use crate::metrics::Metrics;
use crate::microservice::Microservice;
use crate::readiness::{Checked, ops_routes, report_health};
use crate::request_scope::LONGEST_TIMEOUT;

/// How long calls under way may take after the stop: as long as a call may take at all.
const STOP_WITHIN: Duration = LONGEST_TIMEOUT;
/// How long calls whose callers went away may take after that: statement and lock timeouts end them sooner.
const DETACHED_WITHIN: Duration = Duration::from_secs(10);
/// Calls that one connection carries at once.
const STREAMS_AT_ONCE: u32 = 128;

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
/// answers `/livez`, `/readyz` and `/metrics` on the operator's port. Relays, tails and periodic work run beside. After the stop, calls under way
/// are finished first, then deliveries, so that relays still see what the last calls left.
pub async fn serve(
    microservices: Vec<Microservice>,
    descriptors: &'static [u8],
    grpc: TcpListener,
    ops: TcpListener,
    metrics: Metrics,
    stop: CancellationToken,
) -> Result<(), ServeError> {
    // A child, so that one server that ends by itself ends the other too.
    let stop = stop.child_token();
    let stop_relays = CancellationToken::new();
    // Whoever drops this future ends everything that runs beside it.
    let _stops = (stop.clone().drop_guard(), stop_relays.clone().drop_guard());
    let (health, health_server) = tonic_health::server::health_reporter();
    let mut router = Router::new();
    let mut checks = Vec::new();
    let mut slots = Vec::new();
    let background = TaskTracker::new();
    for microservice in microservices {
        router = router.merge(microservice.router);
        slots.push(microservice.slots);
        let names = [&[microservice.name], microservice.rpc_services.as_slice()].concat();
        checks.push(Checked { name: microservice.name, names, readiness: microservice.readiness });
        if let Some(relay) = microservice.relay {
            background.spawn(relay.run(stop_relays.clone()));
        }
        if let Some(tail) = microservice.tail {
            // Ends first: streams that follow it would hold up the stop.
            background.spawn(tail.run(stop.clone()));
        }
        for work in microservice.continuous {
            // Ends as early, for the same reason.
            background.spawn(work.run(stop.clone()));
        }
        for work in microservice.periodic {
            background.spawn(work.run(stop_relays.clone()));
        }
    }
    let checks = Arc::new(checks);
    background.spawn(report_health(Arc::clone(&checks), health, stop.clone()));
    background.close();

    let routes = Routes::from(router.fallback(unknown_rpc))
        .add_service(health_server)
        .add_service(reflection(descriptors).build_v1()?)
        .add_service(reflection(descriptors).build_v1alpha()?)
        .prepare();
    let grpc_server = grpc_limits()
        .add_routes(routes)
        .serve_with_incoming_shutdown(connections(grpc), stop.clone().cancelled_owned());
    let grpc_server = async {
        let ended = tokio::select! {
            ended = grpc_server => ended,
            () = too_late(&stop) => {
                tracing::warn!("some calls were not finished in time and are cut off");
                Ok(())
            }
        };
        stop.cancel();
        ended
    };
    let ops_server = serve_http(ops, ops_routes(checks, metrics, stop.clone()), stop.clone());
    let (grpc_end, ops_end) = tokio::join!(grpc_server, ops_server);

    finish_detached_calls(slots).await;
    stop_relays.cancel();
    background.wait().await;
    grpc_end?;
    ops_end?;
    Ok(())
}

async fn too_late(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(STOP_WITHIN).await;
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

/// Every limit is set by name: left alone, this server would switch two of HTTP/2's guards off.
fn grpc_limits() -> Server {
    Server::builder()
        .max_concurrent_streams(STREAMS_AT_ONCE)
        // A gateway's connection carries the calls of many users. With fewer than all of its streams, a moment in
        // which this process stalls and callers give up would pass for an attack and cut off all of them.
        .http2_max_pending_accept_reset_streams(Some(STREAMS_AT_ONCE as usize))
        .http2_max_local_error_reset_streams(Some(1024))
        .http2_max_header_list_size(16 * 1024)
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_keepalive_timeout(Some(Duration::from_secs(10)))
        // No grace beside it: with one, the server would cut connections off without telling them to leave.
        .max_connection_age(Duration::from_secs(300))
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
