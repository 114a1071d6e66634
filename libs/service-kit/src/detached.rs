//! Calls run to their end even when the caller goes away.
//!
//! A handler that is dropped while the database driver begins a transaction can hand a connection with
//! an open transaction back to the pool. So each call runs in a task of its own, which neither a
//! disconnect nor the deadline drops; a panic in it becomes INTERNAL_ERROR. Statement and lock
//! timeouts bound how long such a task can live, and a bounded number of them runs at once.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;
use tracing::Instrument;

use crate::refusal::Refusal;
use crate::request_scope::{RequestScope, grpc_answer};

/// Calls that one service works on at once; beyond it callers are asked to retry.
pub const CALLS_AT_ONCE: usize = 1024;

/// The layer that detaches calls.
pub(crate) async fn detach(State(slots): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let Ok(slot) = slots.try_acquire_owned() else {
        return grpc_answer(Refusal::unavailable("too many calls at once").into());
    };
    let call = async move {
        let answer = next.run(request).await;
        drop(slot);
        answer
    };
    let task = match RequestScope::current() {
        Some(scope) => tokio::spawn(scope.run(call).in_current_span()),
        None => tokio::spawn(call.in_current_span()),
    };
    match task.await {
        Ok(answer) => answer,
        Err(error) => grpc_answer(Refusal::internal(error).into()),
    }
}
