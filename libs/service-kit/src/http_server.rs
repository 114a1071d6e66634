//! Serving HTTP/1.1 and HTTP/2 (with prior knowledge) on one port, with every limit set by name.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Response, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::{Service, ServiceExt};

use crate::stalled::Watched;
use crate::stop::Stop;
use crate::untaken::Streams;

/// Connections held at once; more wait in the listener's queue.
const CONNECTIONS: usize = 10_000;
/// How long a client may take over the head of a request.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// What requests under way have at least after the end, however long others in the process took.
const REQUESTS_HAVE: Duration = Duration::from_secs(1);
/// What the parser holds of a request's head, in bytes; the router may refuse less with an answer of its own.
const LARGEST_HEAD: u32 = 64 * 1024;

/// Serves `router` until the end of `stop`, then finishes what is under way. While it is leaving, each answer over HTTP/1.1 asks
/// its client to go on over another connection: a connection that is kept for the next request would otherwise end just as it
/// is sent. Handlers find the client's address as `ConnectInfo<SocketAddr>`.
///
/// # Errors
/// When the listener's own address cannot be read.
pub async fn serve_http(listener: TcpListener, router: Router, stop: impl Into<Stop>) -> io::Result<()> {
    let stop = stop.into();
    tracing::info!(address = %listener.local_addr()?, "serving HTTP");
    let graceful = GracefulShutdown::new();
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepting = async {
            let slot = Arc::clone(&connections).acquire_owned().await;
            (slot, listener.accept().await)
        };
        let (slot, (stream, peer)) = tokio::select! {
            () = stop.ending().cancelled() => break,
            (slot, accepted) = accepting => match accepted {
                Ok(accepted) => (slot, accepted),
                Err(error) => {
                    wait_out(&error).await;
                    continue;
                }
            },
        };
        let connection = serve_connection((stream, peer), router.clone(), stop.clone(), graceful.watcher());
        tokio::spawn(async move {
            connection.await;
            drop(slot);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = stop.overtime(REQUESTS_HAVE) => tracing::warn!("some requests were not finished in time and are cut off"),
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

fn limits(streams: Streams) -> Builder<Streams> {
    let mut builder = Builder::new(streams);
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
    (stream, peer): (TcpStream, SocketAddr),
    router: Router,
    stop: Stop,
    watcher: hyper_util::server::graceful::Watcher,
) -> impl Future<Output = ()> + Send {
    let has_asked = Arc::new(AtomicBool::new(false));
    let asks = Arc::clone(&has_asked);
    async move {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        let router = router.map_request(move |request| {
            asks.store(true, Ordering::Relaxed);
            with_peer(request, peer)
        });
        let (streams, leaving) = (Streams::default(), Leaving { router, stop });
        let announcing = streams.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let announced = (request.version() == Version::HTTP_2).then(|| announcing.announce());
            let answering = leaving.clone().oneshot(request);
            async move {
                let answer = answering.await?;
                Ok::<_, Infallible>(match announced {
                    Some(announced) => answer.map(|body| announced.in_pieces(body)),
                    None => answer,
                })
            }
        });
        let connection =
            limits(streams).serve_connection(TokioIo::new(Watched::connection(stream)), service).into_owned();
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

/// Asks clients of HTTP/1.1 to come back over another connection once the process is leaving.
#[derive(Clone)]
struct Leaving<S> {
    router: S,
    stop: Stop,
}

impl<S, B> Service<Request<B>> for Leaving<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.router.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // In HTTP/2 there is no such header; its connections are told by the protocol.
        let can_be_told = request.version() <= Version::HTTP_11;
        let (answering, stop) = (self.router.call(request), self.stop.clone());
        Box::pin(async move {
            let mut answer = answering.await?;
            if can_be_told && stop.is_leaving() {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(answer)
        })
    }
}
