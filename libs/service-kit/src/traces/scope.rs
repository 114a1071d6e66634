//! The trace that a task works in.

use std::future::Future;

use super::Traces;
use super::context::TraceContext;
use super::span::{Kind, Span};
use crate::request_scope::RequestScope;

tokio::task_local! {
    /// For work that no call stands behind.
    static CURRENT: TraceScope;
}

/// The span that a task works in, and for which service.
#[derive(Clone)]
pub struct TraceScope {
    pub(crate) context: TraceContext,
    pub(crate) service: &'static str,
    pub(super) traces: Traces,
}

impl TraceScope {
    /// A span of this service's that follows `parent`, or the first one of a new trace.
    pub fn after(parent: Option<TraceContext>, service: &'static str, traces: &Traces) -> Self {
        let context = parent.map_or_else(TraceContext::begin, TraceContext::next);
        let is_sampled = traces.samples(parent.as_ref(), context.trace_id);
        Self { context: TraceContext { is_sampled, ..context }, service, traces: traces.clone() }
    }

    /// One that is told to nobody and belongs to no service.
    pub(crate) fn unknown() -> Self {
        Self { context: TraceContext::begin(), service: "", traces: Traces::none() }
    }

    /// The trace that this task works in, if it works in one.
    pub fn current() -> Option<Self> {
        RequestScope::current().map(|scope| scope.trace).or_else(|| CURRENT.try_with(Clone::clone).ok())
    }

    /// Runs `work` within this scope. Tasks spawned by `work` do not inherit it.
    pub async fn run<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// What travels further from here.
    pub const fn context(&self) -> TraceContext {
        self.context
    }

    /// The span of this scope, begun now, named when it is told.
    pub fn span(&self, kind: Kind, parent: Option<TraceContext>, name: impl FnOnce() -> String) -> Span {
        if self.is_told() { Span::begin(self, kind, parent, name()) } else { Span::untold() }
    }

    /// A span that follows this one, and the scope in it. Where nobody is told, the scope stays the same.
    pub(crate) fn following(&self, kind: Kind, name: impl FnOnce() -> String) -> (Self, Span) {
        if !self.is_told() {
            return (self.clone(), Span::untold());
        }
        let next = Self { context: self.context.next(), ..self.clone() };
        let span = Span::begin(&next, kind, Some(self.context), name());
        (next, span)
    }

    const fn is_told(&self) -> bool {
        self.context.is_sampled && self.traces.is_on()
    }
}

impl std::fmt::Debug for TraceScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TraceScope({}, {})", self.service, self.context)
    }
}
