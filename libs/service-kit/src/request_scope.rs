//! What belongs to one call and travels with it over every hop: its id, its deadline and its trace.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;
use tonic::{Code, Status};
use tracing::Instrument;

use crate::access_log::{AccessLine, Facts, Outcome};
use crate::entropy::Entropy;
use crate::refusal::{Refusal, deadline_exceeded, reason_of};
use crate::traces::{Kind, TraceContext, TraceScope, Traces, is_fault};

/// The header and metadata key of the request id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The metadata key of a gRPC deadline (gRPC over HTTP/2, "Timeout").
pub const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");
/// The metadata key of the name of the service that calls.
pub(crate) const PEER: HeaderName = HeaderName::from_static("guildhall-peer");

/// Given to a call that names no deadline.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);
/// No call may ask for more.
pub const LONGEST_TIMEOUT: Duration = Duration::from_secs(30);
/// What a call takes off the time that it was given, so that its answer is back before the caller gives up and
/// before the transport answers in its place: at most this, and at most a tenth.
const KEPT_FOR_THE_WAY_BACK: Duration = Duration::from_millis(10);
/// With less than this left, another hop is not worth starting.
const LEAST_TIME_FOR_A_HOP: Duration = Duration::from_millis(5);

tokio::task_local! {
    static CURRENT: RequestScope;
}

/// One call's id, deadline and place in a trace, and what is found out about it for the log.
#[derive(Clone, Debug)]
pub struct RequestScope {
    /// Names the call in logs, answers and calls that follow from it.
    pub request_id: Arc<str>,
    /// When whoever asked stops waiting.
    pub deadline: Instant,
    /// The span that answers the call.
    pub trace: TraceScope,
    /// What the call's log line tells.
    pub facts: Arc<Facts>,
}

impl RequestScope {
    /// A scope with a new id, for a call that comes from nowhere else.
    pub fn begin(timeout: Duration) -> Self {
        let request_id = uuid::Builder::from_random_bytes(Entropy::system().bytes()).into_uuid().to_string();
        Self {
            request_id: request_id.into(),
            deadline: Instant::now() + timeout,
            trace: TraceScope::current().unwrap_or_else(TraceScope::unknown),
            facts: Arc::default(),
        }
    }

    /// The scope of the call that this task works for, if it works for one.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Notes something for the log line of the call that this task works for, if it works for one.
    pub fn note(noting: impl FnOnce(&Facts)) {
        // Nothing is noted where there is no call.
        let _ = CURRENT.try_with(|scope| noting(&scope.facts));
    }

    /// How long whoever asked still waits.
    pub fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Runs `work` within this scope and its trace. Tasks spawned by `work` do not inherit it.
    pub async fn run<F: Future>(self, work: F) -> F::Output {
        self.trace.clone().run(CURRENT.scope(self, work)).await
    }

    /// Reads the id and deadline that a caller sent, within our bounds.
    pub fn of_headers(headers: &HeaderMap) -> Result<Self, Refusal> {
        let timeout = match headers.get(GRPC_TIMEOUT) {
            None => DEFAULT_TIMEOUT,
            Some(value) => {
                let given = parse_timeout(value)
                    .ok_or_else(|| {
                        Refusal::invalid(vec![(
                            "grpc-timeout".to_owned(),
                            "must be up to 8 digits and one of H M S m u n".to_owned(),
                        )])
                    })?
                    .min(LONGEST_TIMEOUT);
                given - KEPT_FOR_THE_WAY_BACK.min(given / 10)
            }
        };
        Ok(Self::named_by(headers, timeout))
    }

    fn named_by(headers: &HeaderMap, timeout: Duration) -> Self {
        let mut scope = Self::begin(timeout);
        if let Some(sent) = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| is_request_id(id))
        {
            scope.request_id = sent.into();
        }
        scope
    }

    /// When a hop ends that may take this long, and at most four fifths of what is left: the rest is for the answer.
    pub(crate) fn share(&self, longest: Duration) -> Instant {
        let now = Instant::now();
        now + longest.min(self.deadline.saturating_duration_since(now) * 4 / 5)
    }

    /// Writes id, trace and remaining time for the next hop; DEADLINE_EXCEEDED when too little is left.
    pub(crate) fn write_headers(&self, headers: &mut HeaderMap) -> Result<(), Status> {
        let left = self.time_left();
        if left < LEAST_TIME_FOR_A_HOP {
            return Err(deadline_exceeded().into());
        }
        let mut timeout = left;
        if let Some(own) = headers.get(GRPC_TIMEOUT).and_then(parse_timeout) {
            timeout = timeout.min(own);
        }
        if let Ok(value) = HeaderValue::try_from(format!("{}m", timeout.as_millis())) {
            headers.insert(GRPC_TIMEOUT, value);
        }
        if let Ok(value) = HeaderValue::try_from(&*self.request_id) {
            headers.insert(REQUEST_ID, value);
        }
        self.trace.context.write_headers(headers);
        if !self.trace.service.is_empty() {
            headers.insert(PEER, HeaderValue::from_static(self.trace.service));
        }
        Ok(())
    }
}

/// Ids of others are taken over only when they are harmless in logs and headers.
fn is_request_id(id: &str) -> bool {
    (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn parse_timeout(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(amount * 3600)),
        "M" => Some(Duration::from_secs(amount * 60)),
        "S" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_millis(amount)),
        "u" => Some(Duration::from_micros(amount)),
        "n" => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

/// The outermost layer of every RPC of this service: gives the call its scope and spans, answers in time, and writes one log line.
pub(crate) async fn enter(
    State(service): State<&'static str>,
    traces: Option<Extension<Traces>>,
    request: Request,
    next: Next,
) -> Response {
    let method = request.uri().path().trim_start_matches('/').to_owned();
    let (mut scope, refusal) = match RequestScope::of_headers(request.headers()) {
        Ok(scope) => (scope, None),
        Err(refusal) => (RequestScope::named_by(request.headers(), DEFAULT_TIMEOUT), Some(refusal)),
    };
    let parent = TraceContext::of_headers(request.headers());
    let traces = traces.map(|Extension(traces)| traces).unwrap_or_default();
    let (trace, mut span) = TraceScope::begin(parent.as_ref(), service, &traces, Kind::Server, || method.clone());
    scope.trace = trace;
    span.call(&method, &scope.request_id);
    // Without a parent: in one process, lines of a service look as they do where it is alone. At the level of errors, so that
    // whatever is logged says which call it is about.
    let log = tracing::error_span!(
        parent: None,
        "call",
        service,
        rpc_method = method,
        request_id = %scope.request_id,
        trace_id = %scope.trace.context.trace_id(),
        span_id = %scope.trace.context.span_id(),
    );
    let deadline = scope.deadline;
    let line = AccessLine::begin(Arc::clone(&scope.facts), Outcome::Rpc(Code::Cancelled, None));
    let request_id = HeaderValue::try_from(&*scope.request_id);

    let answer = async {
        let answer = match refusal {
            Some(refusal) => grpc_answer(refusal.into()),
            None => match tokio::time::timeout_at(deadline, scope.run(unwinding(next.run(request)))).await {
                Ok(answer) => answer,
                Err(_) => grpc_answer(deadline_exceeded().into()),
            },
        };
        let refused = Status::from_header_map(answer.headers());
        let code = refused.as_ref().map_or(Code::Ok, Status::code);
        let reason = refused.as_ref().and_then(reason_of).map(|reason| reason.code());
        line.end(Outcome::Rpc(code, reason));
        span.finish_rpc(code, reason, is_fault(code));
        answer
    };
    let mut answer = answer.instrument(log).await;
    if let Ok(request_id) = request_id {
        answer.headers_mut().insert(REQUEST_ID, request_id);
    }
    answer
}

/// The answer, or INTERNAL_ERROR if a layer panics: calls themselves run in tasks of their own, but who calls is found out before.
/// In process, a panic would unwind into the caller.
async fn unwinding(answering: impl Future<Output = Response>) -> Response {
    let answered = AssertUnwindSafe(answering).catch_unwind().await;
    answered.unwrap_or_else(|_| grpc_answer(Refusal::internal("a layer panicked").into()))
}

/// A status as the answer to an RPC.
pub(crate) fn grpc_answer(status: Status) -> Response {
    status.into_http::<Body>()
}
