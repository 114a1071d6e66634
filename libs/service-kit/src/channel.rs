//! One type for calling another service, wherever it runs.

mod outage;
mod repeats;
mod replicas;
mod upstream;

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use tonic::Status;
use tonic::body::Body;
use tonic::transport::Endpoint;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt};

#[cfg(debug_assertions)]
use crate::fail_points::last_segment;
use crate::idempotency::{Methods, PassedOn};
use crate::limits::STREAMS_IN_A_LANE;
use crate::metrics::{Metrics, RpcClients};
use crate::refusal::{Refusal, deadline_exceeded};
use crate::request_scope::RequestScope;
use crate::tls::{Dialer, Tls};
use crate::traces::Kind;
use crate::trust::{SERVICE_CREDENTIAL, ServiceSecrets};

use self::outage::Outage;
use self::repeats::Repeats;
use self::replicas::Replicas;
use self::upstream::Upstream;
pub use self::upstream::{UnusableUrl, try_connection};

/// Given to calls that no request stands behind: relays and start-up.
const TIMEOUT_WITHOUT_SCOPE: Duration = Duration::from_secs(10);

/// Bytes of one stream of a lane that may be under way before they are read.
const STREAM_WINDOW: u32 = 64 * 1024;

/// A connection through which nothing comes any more is given up after these two together, sooner than the calls on it run out
/// of time: they are told of an outage, and the next ones go over another connection. An answer to a ping may take long: a
/// process that stalls for seconds is still there, and giving up the connection fails every call on it.
const PING_EVERY: Duration = Duration::from_secs(5);
const PONG_WITHIN: Duration = Duration::from_secs(8);

type Transport = BoxCloneSyncService<Request<Body>, Response<Body>, Outage>;

/// Calls another service: over a socket or by a function call, with the same layers on the other
/// side. Carries request id, deadline, trace, service credential and a request's idempotency key. Never call
/// one while a transaction is open.
#[derive(Clone)]
pub struct Channel {
    // The error is concrete on purpose: with a boxed one, async handlers that hold a client do not compile.
    inner: Transport,
    /// A connection of its own for streams that last.
    for_streams: Option<Transport>,
    credential: Option<HeaderValue>,
    patience: Option<Duration>,
    repeats: Option<Repeats>,
    numbers: Option<RpcClients>,
}

impl Channel {
    /// Connects when first used, and again whenever the connection is lost. Where the URL has a name, calls go to each of its
    /// addresses in turn; who comes and goes behind it is noticed within ten seconds, and within one after a failure.
    pub fn remote(url: &str) -> Result<Self, UnusableUrl> {
        Self::remote_over(url, &Tls::none())
    }

    /// The same where the URL may begin with `https://`: then whoever shows a certificate for its host by an authority that `tls`
    /// believes is called, and shown ours.
    pub fn remote_over(url: &str, tls: &Tls) -> Result<Self, UnusableUrl> {
        let upstream = Upstream::parse(url, tls)?;
        let Some((host, port)) = upstream.name() else {
            return Ok(Self::over(|| connecting(upstream.endpoint(), &upstream.dialer)));
        };
        Self::remote_by(url, tls, move || {
            let host = host.clone();
            async move { Ok(tokio::net::lookup_host((host.as_str(), port)).await?.collect()) }
        })
    }

    /// The same where `look_up` says which addresses the name in the URL has.
    pub fn remote_by<F>(
        url: &str,
        tls: &Tls,
        look_up: impl Fn() -> F + Clone + Send + Sync + 'static,
    ) -> Result<Self, UnusableUrl>
    where
        F: Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static,
    {
        let upstream = Upstream::parse(url, tls)?;
        Ok(Self::over(|| {
            let (look_up, upstream) = (look_up.clone(), upstream.clone());
            let connect = move |address| connecting(upstream.at(address), &upstream.dialer);
            let replicas = Replicas::new(Box::new(move || Box::pin(look_up())), connect);
            BoxCloneSyncService::new(tower::service_fn(move |request| replicas.clone().call(request)))
        }))
    }

    /// Streams that last have connections of their own.
    fn over(connect: impl Fn() -> Transport) -> Self {
        let for_streams = Some(connect());
        Self { inner: connect(), for_streams, credential: None, patience: None, repeats: None, numbers: None }
    }

    /// The same for a lane of streams: one whose reader is slow holds up its own messages and none of its neighbours'. It connects to
    /// one of the name's addresses.
    pub fn remote_lane(url: &str, tls: &Tls) -> Result<Self, UnusableUrl> {
        let all = STREAM_WINDOW.saturating_mul(u32::try_from(STREAMS_IN_A_LANE).unwrap_or(u32::MAX));
        let upstream = Upstream::parse(url, tls)?;
        let endpoint = upstream.endpoint();
        let endpoint = endpoint.initial_stream_window_size(STREAM_WINDOW).initial_connection_window_size(all);
        let inner = connecting(endpoint, &upstream.dialer);
        Ok(Self { inner, for_streams: None, credential: None, patience: None, repeats: None, numbers: None })
    }

    /// The same service over a connection that ordinary calls don't use. A server asks for a new connection every few minutes; a
    /// stream that lasts would keep the old one half alive, and the next ordinary call would find out by failing.
    #[must_use]
    pub fn for_streams(&self) -> Self {
        let inner = self.for_streams.as_ref().unwrap_or(&self.inner).clone();
        Self { inner, for_streams: None, ..self.clone() }
    }

    /// Calls the services behind this router without a socket.
    pub(crate) fn in_process(router: Router) -> Self {
        let service = router
            .map_request(as_if_sent_over_a_wire)
            .map_response(|response: Response<axum::body::Body>| response.map(Body::new))
            .map_err(|never: Infallible| match never {});
        Self {
            inner: BoxCloneSyncService::new(service),
            for_streams: None,
            credential: None,
            patience: None,
            repeats: None,
            numbers: None,
        }
    }

    /// Shows this deployment's credential with every call.
    #[must_use]
    pub fn with_credential(mut self, secrets: &ServiceSecrets) -> Self {
        self.credential = Some(secrets.credential().clone());
        self
    }

    /// Takes silence for an outage: a call without an answer after this time, or after four fifths of the time that its
    /// own caller has left, ends with SERVICE_UNAVAILABLE, which says to retry, and not with DEADLINE_EXCEEDED, which
    /// says to look first. For calls that can be repeated safely; what was asked for may still be done.
    #[must_use]
    pub const fn waiting_at_most(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Counts the calls as ones that `service` makes of `server`.
    #[must_use]
    pub fn counted(mut self, metrics: &Metrics, service: &'static str, server: &'static str) -> Self {
        self.numbers = Some(RpcClients::of(metrics, service, server));
        self
    }

    /// Makes calls again, twice at most and within their time, when no answer came: whatever was surely not taken up, and what
    /// `methods` say may be repeated also when it may have been carried out. All clones of the channel share a budget, so that
    /// an outage is not answered by a multiple of the calls.
    #[must_use]
    pub fn repeating(mut self, methods: &Methods) -> Self {
        self.repeats = Some(Repeats::of(methods));
        self
    }
}

fn connecting(endpoint: Endpoint, dialer: &Dialer) -> Transport {
    let channel = endpoint
        .connect_timeout(Duration::from_secs(2))
        .http2_keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PONG_WITHIN)
        .keep_alive_while_idle(true)
        .connect_with_connector_lazy(dialer.clone());
    let service = channel
        .map_response(|response: Response<Body>| response.map(|body| Body::new(body.map_err(name_broken_answer))))
        .map_err(Outage::from);
    BoxCloneSyncService::new(service)
}

/// Extensions do not cross a socket; letting them through here could forge a verified caller.
fn as_if_sent_over_a_wire(mut request: Request<Body>) -> Request<axum::body::Body> {
    request.extensions_mut().clear();
    request.map(axum::body::Body::new)
}

impl Service<Request<Body>> for Channel {
    type Response = Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Status>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let inner = self.inner.clone();
        if let Some(credential) = &self.credential {
            request.headers_mut().insert(SERVICE_CREDENTIAL, credential.clone());
        }
        let mut scope = RequestScope::current().unwrap_or_else(|| RequestScope::begin(TIMEOUT_WITHOUT_SCOPE));
        let rpc = request.uri().path().trim_start_matches('/');
        let (trace, mut span) = scope.trace.following(Kind::Client, || rpc.to_owned());
        span.call(rpc, &scope.request_id);
        scope.trace = trace;
        let until = self.patience.map_or(scope.deadline, |patience| scope.share(patience));
        let passed_on = PassedOn::current();
        let (repeats, numbers) = (self.repeats.clone(), self.numbers.clone());
        let calling = span.around(async move {
            if let Some(passed_on) = &passed_on {
                passed_on.write_headers(request.headers_mut());
            }
            scope.write_headers(request.headers_mut())?;
            #[cfg(debug_assertions)]
            let method = last_segment(request.uri().path()).to_owned();
            let attempt = |mut request: Request<Body>| {
                // Anew for each attempt: there is less time left.
                let is_late = scope.write_headers(request.headers_mut()).is_err();
                let inner = inner.clone();
                async move { if is_late { Err(Outage::TooLate) } else { inner.oneshot(request).await } }
            };
            let calling = async {
                match repeats {
                    None => attempt(request).await,
                    Some(repeats) => repeats.carry_out(request, attempt).await,
                }
            };
            let answering = then_pass!(tokio::time::timeout_at(until, calling), method);
            let answer = match answering {
                Ok(answer) => answer?,
                Err(_) if until < scope.deadline => return Err(Refusal::unavailable("no answer in time").into()),
                Err(_) => return Err(deadline_exceeded().into()),
            };
            if let Some(passed_on) = &passed_on {
                passed_on.read_answer(answer.headers());
            }
            Ok(answer)
        });
        match numbers {
            None => Box::pin(calling),
            Some(numbers) => Box::pin(numbers.count(calling)),
        }
    }
}

/// What breaks off an answer that has begun is an outage too; a status without a source was sent.
fn name_broken_answer(status: Status) -> Status {
    if status.source().is_some() { Refusal::unavailable(status).into() } else { status }
}
