//! Serving gRPC over accepted connections, with every limit set by name. Tonic's own server is this and has no place to look after
//! streams that nobody takes.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures_util::stream::{Stream, StreamExt};
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::io::InspectReader;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::transport::server::Connected;
use tower::ServiceExt;

use crate::entropy::Entropy;
use crate::untaken::Streams;

/// Connections held at once; more wait until one has gone.
const CONNECTIONS: usize = 10_000;
/// Calls that one connection carries at once.
const STREAMS_AT_ONCE: u32 = 128;
/// How long the other end may take to say that it speaks HTTP/2. After that it is asked from time to time whether it is still there.
const PREFACE_WITHIN: Duration = Duration::from_secs(10);
/// What it says then, in bytes (RFC 9113, section 3.4); whoever says anything else is not served.
const PREFACE_BYTES: usize = 24;
/// What a connection without a call has once it is to leave.
const LEAVES_WITHIN: Duration = Duration::from_secs(1);
/// How old a connection gets, in seconds: each process chooses for itself, so that callers of many don't come back at once.
const CONNECTION_AGE: std::ops::Range<u64> = 270..330;

/// Serves `routes` over these connections until `stop`, then finishes what is under way.
pub(crate) async fn serve_grpc<C>(incoming: impl Stream<Item = io::Result<C>>, routes: Router, stop: CancellationToken)
where
    C: AsyncRead + AsyncWrite + Connected + Unpin + Send + 'static,
{
    let (age, slots, open) = (connection_age(), Arc::new(Semaphore::new(CONNECTIONS)), TaskTracker::new());
    {
        let mut incoming = pin!(incoming);
        loop {
            let next = async {
                let slot = Arc::clone(&slots).acquire_owned().await;
                (slot, incoming.next().await)
            };
            let (slot, connection) = tokio::select! {
                () = stop.cancelled() => break,
                next = next => next,
            };
            match connection {
                Some(Ok(connection)) => {
                    let connection = serve_connection(connection, routes.clone(), age, stop.clone());
                    open.spawn(async move {
                        connection.await;
                        drop(slot);
                    });
                }
                Some(Err(error)) => tracing::debug!(%error, "a connection was not accepted"),
                None => break,
            }
        }
        // The listener goes here: who comes now is refused at once, and does not wait for the calls under way.
    }
    open.close();
    open.wait().await;
}

/// Serves one connection until it ends. At the stop, and when it is old, its other end is told to leave, and may finish what it has begun.
async fn serve_connection<C>(connection: C, routes: Router, age: Duration, stop: CancellationToken)
where
    C: AsyncRead + AsyncWrite + Connected + Unpin + Send + 'static,
{
    let (info, streams) = (connection.connect_info(), Streams::default());
    let (has_spoken, has_called) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let connection = noting_preface(connection, Arc::clone(&has_spoken));
    let (announcing, calls) = (streams.clone(), Arc::clone(&has_called));
    let service = service_fn(move |request: Request<Incoming>| {
        calls.store(true, Ordering::Relaxed);
        let announced = announcing.announce();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(info.clone());
        let answering = routes.clone().oneshot(request);
        async move { Ok::<_, Infallible>(answering.await?.map(|body| announced.in_pieces(body))) }
    });
    let mut connection = pin!(limits(streams).serve_connection(TokioIo::new(connection), service));
    let leaves = async {
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(age) => {}
        }
    };
    let stays_silent = async {
        sleep(PREFACE_WITHIN).await;
        if has_spoken.load(Ordering::Relaxed) {
            pending::<()>().await;
        }
    };
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stays_silent => return,
        () = leaves => {
            connection.as_mut().graceful_shutdown();
            match timeout(LEAVES_WITHIN, &mut connection).await {
                Ok(ended) => ended,
                // Whoever has not even said that it speaks HTTP/2 cannot be told to leave.
                Err(_) if !has_called.load(Ordering::Relaxed) => return,
                Err(_) => connection.await,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Notes when enough was read for a preface.
fn noting_preface<C: AsyncRead>(connection: C, has_spoken: Arc<AtomicBool>) -> InspectReader<C, impl FnMut(&[u8])> {
    let mut missing = PREFACE_BYTES;
    InspectReader::new(connection, move |read| {
        if missing > 0 {
            missing = missing.saturating_sub(read.len());
            has_spoken.store(missing == 0, Ordering::Relaxed);
        }
    })
}

/// Left alone, this server would switch two of HTTP/2's guards off.
fn limits(streams: Streams) -> Builder<Streams> {
    let mut builder = Builder::new(streams);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_AT_ONCE)
        // A gateway's connection carries the calls of many users. With fewer than all of its streams, a moment in
        // which this process stalls and callers give up would pass for an attack and cut off all of them.
        .max_pending_accept_reset_streams(STREAMS_AT_ONCE as usize)
        .max_local_error_reset_streams(1024)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}

fn connection_age() -> Duration {
    Duration::from_secs(CONNECTION_AGE.start + Entropy::system().below(CONNECTION_AGE.end - CONNECTION_AGE.start))
}
