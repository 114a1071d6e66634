//! The trace that a task works in.

use std::future::Future;

use super::Traces;
use super::context::TraceContext;
use super::span::{Kind, Span};

tokio::task_local! {
    /// Of a call, or of work that no call stands behind.
    static CURRENT: TraceScope;
}

/// The span that a task works in, and for which service.
#[derive(Clone)]
pub struct TraceScope {
    pub(crate) context: TraceContext,
    pub(crate) service: &'static str,
    traces: Traces,
}

impl TraceScope {
    /// Begins a span of this service's that follows `parent`, or the first one of a new trace; and the scope in it. It is named when
    /// somebody is told.
    pub fn begin(
        parent: Option<&TraceContext>,
        service: &'static str,
        traces: &Traces,
        kind: Kind,
        name: impl FnOnce() -> String,
    ) -> (Self, Span) {
        let span = traces.begin(parent, service, kind, name);
        let context = span.context().unwrap_or_else(|| TraceContext::after(parent));
        (Self { context, service, traces: traces.clone() }, span)
    }

    /// One that is told to nobody and belongs to no service.
    pub(crate) fn unknown() -> Self {
        Self { context: TraceContext::after(None), service: "", traces: Traces::none() }
    }

    /// The trace that this task works in, if it works in one.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs `work` within this scope. Tasks spawned by `work` do not inherit it.
    pub async fn run<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// What travels further from here.
    pub fn context(&self) -> TraceContext {
        self.context.clone()
    }

    /// A span that follows this one, and the scope in it. Where nobody is told, the scope stays the same.
    pub(crate) fn following(&self, kind: Kind, name: impl FnOnce() -> String) -> (Self, Span) {
        if !(self.context.is_sampled() && self.traces.is_on()) {
            return (self.clone(), Span::untold());
        }
        Self::begin(Some(&self.context), self.service, &self.traces, kind, name)
    }
}

impl std::fmt::Debug for TraceScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TraceScope({}, {})", self.service, self.context)
    }
}
