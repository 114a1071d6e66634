//! Serving HTTP/1.1 and HTTP/2 (with prior knowledge) on one port, with every limit set by name.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::stalled::Watched;

/// Connections held at once; more wait in the listener's queue.
const CONNECTIONS: usize = 10_000;
/// How long a client may take over the head of a request.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long requests under way may take after the stop.
const STOP_WITHIN: Duration = Duration::from_secs(30);
/// What the parser holds of a request's head, in bytes; the router may refuse less with an answer of its own.
const LARGEST_HEAD: u32 = 64 * 1024;

/// Serves `router` until `stop`, then finishes what is under way. Handlers find the client's address
/// as `ConnectInfo<SocketAddr>`.
///
/// # Errors
/// When the listener's own address cannot be read.
pub async fn serve_http(listener: TcpListener, router: Router, stop: CancellationToken) -> io::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "serving HTTP");
    let builder = Arc::new(limits());
    let graceful = GracefulShutdown::new();
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepting = async {
            let slot = Arc::clone(&connections).acquire_owned().await;
            (slot, listener.accept().await)
        };
        let (slot, (stream, peer)) = tokio::select! {
            () = stop.cancelled() => break,
            (slot, accepted) = accepting => match accepted {
                Ok(accepted) => (slot, accepted),
                Err(error) => {
                    wait_out(&error).await;
                    continue;
                }
            },
        };
        let connection = serve_connection(Arc::clone(&builder), stream, peer, router.clone(), graceful.watcher());
        tokio::spawn(async move {
            connection.await;
            drop(slot);
        });
    }
    drop(listener);
    if tokio::time::timeout(STOP_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were not finished in time and are cut off");
    }
    Ok(())
}

/// A connection that was gone before it was accepted costs nothing; without file handles it is better
/// to wait than to spin.
pub(crate) async fn wait_out(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be accepted");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn limits() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(LARGEST_HEAD as usize)
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(LARGEST_HEAD)
        .max_concurrent_streams(128)
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(1024)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}

fn serve_connection(
    builder: Arc<Builder<TokioExecutor>>,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
) -> impl Future<Output = ()> + Send {
    let has_asked = Arc::new(AtomicBool::new(false));
    let asks = Arc::clone(&has_asked);
    async move {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        let service = TowerToHyperService::new(router.map_request(move |request| {
            asks.store(true, Ordering::Relaxed);
            with_peer(request, peer)
        }));
        let connection = builder.serve_connection(TokioIo::new(Watched::connection(stream)), service).into_owned();
        let mut connection = pin!(watcher.watch(connection));
        // While the protocol's version is being read, no timeout of its own runs.
        let ended = tokio::time::timeout(HEAD_WITHIN, &mut connection).await;
        let ended = match ended {
            Ok(ended) => ended,
            Err(_) if !has_asked.load(Ordering::Relaxed) => return,
            Err(_) => connection.await,
        };
        if let Err(error) = ended {
            tracing::debug!(error, "a connection ended early");
        }
    }
}

fn with_peer<B>(request: Request<B>, peer: SocketAddr) -> Request<Body>
where
    B: http_body_util::BodyExt<Data = axum::body::Bytes, Error: Into<axum::BoxError>> + Send + 'static,
{
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}
