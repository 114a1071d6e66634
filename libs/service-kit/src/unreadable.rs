//! Requests that no handler saw, because tonic could not make a message of them.

use axum::response::Response;
use tonic::{Code, Status};

use crate::refusal::{ErrorReason, Refusal, reason_of};
use crate::request_scope::grpc_answer;

/// Handlers refuse with a reason, so a status without one is tonic's own. What it calls internal is a
/// fault of the request, which callers must be able to tell from one of ours.
pub(crate) fn name_fault(answer: Response) -> Response {
    let Some(status) = Status::from_header_map(answer.headers()) else { return answer };
    if reason_of(&status).is_some() {
        return answer;
    }
    let refusal = match status.code() {
        Code::Internal => Refusal::invalid(vec![(
            "message".to_owned(),
            "must be one uncompressed message of the type that the call takes".to_owned(),
        )]),
        Code::OutOfRange => {
            Refusal::new(ErrorReason::PayloadTooLarge, "The message is too large; send less than 1 MiB at once.")
        }
        _ => return answer,
    };
    grpc_answer(refusal.into())
}
