//! Calls run to their end even when the caller goes away.
//!
//! A handler that is dropped while the database driver begins a transaction can hand a connection with
//! an open transaction back to the pool. So each call runs in a task of its own, which neither a
//! disconnect nor the deadline drops; a panic in it becomes INTERNAL_ERROR. Statement and lock
//! timeouts bound how long such a task can live, and a bounded number of them runs at once.
//!
//! The request is read before its task starts, and before its caller is asked for, while the deadline still counts: else a caller
//! that never finishes its message would hold a place for ever.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::sync::Semaphore;
use tracing::Instrument;

use crate::limits::LARGEST_MESSAGE;
use crate::refusal::{ErrorReason, Refusal};
use crate::request_scope::{RequestScope, grpc_answer};

/// What gRPC puts before a message, in bytes: whether it is compressed, and its length.
const MESSAGE_PREFIX: usize = 5;

/// The layer that reads requests to their end.
pub(crate) async fn read_whole(request: Request, next: Next) -> Response {
    match read(request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => grpc_answer(refusal.into()),
    }
}

/// The layer that detaches calls, which are read.
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

/// The request with its message in memory.
async fn read(request: Request) -> Result<Request, Refusal> {
    let (parts, body) = request.into_parts();
    match Limited::new(body, LARGEST_MESSAGE + MESSAGE_PREFIX).collect().await {
        Ok(message) => Ok(Request::from_parts(parts, Body::from(message.to_bytes()))),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Refusal::new(ErrorReason::PayloadTooLarge, "The message is too large; send less than 1 MiB at once."))
        }
        Err(error) => Err(Refusal::unavailable(error)),
    }
}
