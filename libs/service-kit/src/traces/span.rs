//! One piece of work in a trace, with its beginning and end.

use http::Response;
use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, Status as Outcome};
use tonic::{Code, Status};

use super::context::TraceContext;
use crate::refusal::{code_name, reason_of};

/// Which side of which hand-over a span is.
pub use opentelemetry::trace::SpanKind as Kind;

/// A span under way; told when it is finished, or dropped, which means that whoever waited for it has gone. Nothing at all where
/// nobody is told.
pub struct Span(Option<Box<opentelemetry_sdk::trace::Span>>);

impl Span {
    pub(super) const fn untold() -> Self {
        Self(None)
    }

    pub(super) fn under_way(span: opentelemetry_sdk::trace::Span) -> Self {
        Self(Some(Box::new(span)))
    }

    /// Where the trace stands with it; `None` where nobody is told.
    pub(super) fn context(&self) -> Option<TraceContext> {
        let context = self.0.as_ref()?.span_context();
        context.is_valid().then(|| TraceContext(context.clone()))
    }

    /// Adds an attribute.
    pub fn text(&mut self, name: &'static str, value: impl Into<String>) {
        if let Some(span) = &mut self.0 {
            span.set_attribute(KeyValue::new(name, value.into()));
        }
    }

    /// Adds an attribute that is a number.
    pub fn number(&mut self, name: &'static str, value: i64) {
        if let Some(span) = &mut self.0 {
            span.set_attribute(KeyValue::new(name, value));
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
        self.end(failure);
    }

    fn end(&mut self, failure: Option<&str>) {
        let Some(mut span) = self.0.take() else { return };
        if let Some(failure) = failure {
            span.set_attribute(KeyValue::new("error.type", failure.to_owned()));
            span.set_status(Outcome::error(failure.to_owned()));
        }
        span.end();
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
        self.end(Some("cancelled"));
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
