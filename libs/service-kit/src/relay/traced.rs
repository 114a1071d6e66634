//! Deliveries as part of the traces in which their messages were written.

use std::sync::Arc;

use super::{Handler, Relay};
use crate::outbox::Delivery;
use crate::traces::{Kind, TraceContext, TraceScope};

/// The span of one attempt to deliver a message.
#[derive(Clone)]
pub(super) struct DeliveryTrace {
    scope: TraceScope,
    written_in: Option<TraceContext>,
    topic: &'static str,
}

impl DeliveryTrace {
    pub(super) fn of(relay: &Relay, topic: &'static str, delivery: &Delivery) -> Self {
        let scope = TraceScope::after(delivery.written_in, relay.service, &relay.traces);
        Self { scope, written_in: delivery.written_in, topic }
    }

    /// What log lines about the delivery say of it.
    pub(super) fn log(&self) -> tracing::Span {
        let context = self.scope.context();
        tracing::error_span!(
            parent: None,
            "delivery",
            service = self.scope.service,
            topic = self.topic,
            trace_id = %context.trace_id(),
            span_id = %context.span_id(),
        )
    }

    /// The handler in this span: calls that it makes and messages that it leaves follow from it.
    pub(super) fn around(&self, handler: &Handler) -> Handler {
        let (this, handler) = (self.clone(), Arc::clone(handler));
        Arc::new(move |delivery| {
            let (this, handler) = (this.clone(), Arc::clone(&handler));
            Box::pin(async move {
                let name = || format!("deliver {}", this.topic);
                let mut span = this.scope.span(Kind::Consumer, this.written_in, name);
                span.text("messaging.destination.name", this.topic);
                span.number("guildhall.attempts", i64::from(delivery.attempts));
                let outcome = this.scope.clone().run(handler(delivery)).await;
                // The cause may name people; the log has it.
                span.finish(outcome.is_err().then_some("not delivered"));
                outcome
            })
        })
    }
}
