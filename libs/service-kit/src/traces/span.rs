//! One piece of work in a trace, with its beginning and end.

use http::Response;
use tokio::time::Instant;
use tonic::{Code, Status};

use super::context::TraceContext;
use super::scope::TraceScope;
use crate::clock::Clock;
use crate::refusal::{code_name, reason_of};

/// Which side of which hand-over a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Answers a call.
    Server,
    /// Makes a call.
    Client,
    /// Leaves a message.
    Producer,
    /// Delivers a message.
    Consumer,
}

/// Tells of something that it went wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure(pub(super) String);

/// A span that has ended.
pub(super) struct Finished {
    pub(super) context: TraceContext,
    pub(super) parent: Option<TraceContext>,
    pub(super) service: &'static str,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) start_nanos: u64,
    pub(super) end_nanos: u64,
    pub(super) attributes: Vec<(&'static str, Value)>,
    pub(super) failure: Option<Failure>,
}

/// What an attribute can be.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Number(i64),
}

/// A span under way; told when it is finished, or dropped, which means that whoever waited for it has gone. Nothing at all where
/// nobody is told.
pub struct Span(Option<Box<UnderWay>>);

struct UnderWay {
    scope: TraceScope,
    began: Instant,
    so_far: Finished,
}

impl Span {
    pub(super) const fn untold() -> Self {
        Self(None)
    }

    pub(super) fn begin(scope: &TraceScope, kind: Kind, parent: Option<TraceContext>, name: String) -> Self {
        let start_nanos = Clock::system().nanos();
        let so_far = Finished {
            context: scope.context,
            parent,
            service: scope.service,
            name,
            kind,
            start_nanos,
            end_nanos: start_nanos,
            attributes: Vec::new(),
            failure: None,
        };
        Self(Some(Box::new(UnderWay { scope: scope.clone(), began: Instant::now(), so_far })))
    }

    /// Adds an attribute.
    pub fn text(&mut self, name: &'static str, value: impl Into<String>) {
        if let Some(span) = &mut self.0 {
            span.so_far.attributes.push((name, Value::Text(value.into())));
        }
    }

    /// Adds an attribute that is a number.
    pub fn number(&mut self, name: &'static str, value: i64) {
        if let Some(span) = &mut self.0 {
            span.so_far.attributes.push((name, Value::Number(value)));
        }
    }

    /// Says which RPC it is about, and under which id logs tell of it.
    pub(crate) fn call(&mut self, method: &str, request_id: &str) {
        if self.0.is_some() {
            self.text("rpc.system.name", "grpc");
            self.text("rpc.method", method);
            self.text("guildhall.request_id", request_id);
        }
    }

    /// Ends well, or with this reason why not.
    pub fn finish(mut self, failure: Option<&str>) {
        if let Some(span) = self.0.take() {
            span.finish(failure);
        }
    }

    /// Ends with what an RPC was answered with. A server's own fault is one of few codes, any refusal is one for who called.
    pub(crate) fn finish_rpc(mut self, code: Code, reason: Option<&str>, is_failure: bool) {
        self.text("rpc.response.status_code", code_name(code));
        let failure = is_failure.then(|| reason.unwrap_or_else(|| code_name(code)));
        self.finish(failure);
    }

    /// Makes a call within the span, which ends with its answer.
    pub(crate) async fn around<B>(
        self,
        calling: impl Future<Output = Result<Response<B>, Status>>,
    ) -> Result<Response<B>, Status> {
        let answer = calling.await;
        if self.0.is_some() {
            let refused = match &answer {
                Ok(answer) => Status::from_header_map(answer.headers()),
                Err(status) => Some(status.clone()),
            };
            let code = refused.as_ref().map_or(Code::Ok, Status::code);
            let reason = refused.as_ref().and_then(reason_of);
            self.finish_rpc(code, reason.map(|reason| reason.code()), code != Code::Ok);
        }
        answer
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(span) = self.0.take() {
            span.finish(Some("cancelled"));
        }
    }
}

impl UnderWay {
    fn finish(self: Box<Self>, failure: Option<&str>) {
        let Self { scope, began, mut so_far } = *self;
        let took = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        so_far.end_nanos = so_far.start_nanos.saturating_add(took);
        if let Some(failure) = failure {
            so_far.attributes.push(("error.type", Value::Text(failure.to_owned())));
            so_far.failure = Some(Failure(failure.to_owned()));
        }
        if let Some(exporter) = &scope.traces.0 {
            exporter.take(so_far);
        }
    }
}

/// Whether the code says that the server is at fault, and not who called.
pub(crate) const fn is_fault(code: Code) -> bool {
    matches!(
        code,
        Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
    )
}
