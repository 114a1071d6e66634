//! Deliveries as part of the traces in which their messages were written.

use super::{DeliveryError, Relay};
use crate::outbox::Delivery;
use crate::traces::{Kind, Span, TraceScope};

/// The span of one attempt to deliver a message.
pub(super) struct DeliveryTrace {
    scope: TraceScope,
    span: Span,
    topic: &'static str,
}

impl DeliveryTrace {
    pub(super) fn begin(relay: &Relay, topic: &'static str, delivery: &Delivery) -> Self {
        let (written_in, name) = (delivery.written_in.as_ref(), || format!("deliver {topic}"));
        let (scope, mut span) = TraceScope::begin(written_in, relay.service, &relay.traces, Kind::Consumer, name);
        span.text("messaging.destination.name", topic);
        span.number("guildhall.attempts", i64::from(delivery.attempts));
        Self { scope, span, topic }
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

    /// The delivery in this span: calls that it makes and messages that it leaves follow from it.
    pub(super) async fn around(
        self,
        delivering: impl Future<Output = Result<(), DeliveryError>>,
    ) -> Result<(), DeliveryError> {
        let outcome = self.scope.run(delivering).await;
        // The cause may name people; the log has it.
        self.span.finish(outcome.is_err().then_some("not delivered"));
        outcome
    }
}
