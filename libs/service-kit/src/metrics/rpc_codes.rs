//! Durations by how a call ended.

use std::sync::OnceLock;
use std::time::Duration;

use http::HeaderMap;
use tonic::{Code, Status};

use super::Durations;

/// How many codes gRPC has.
const CODES: usize = 17;

/// Durations of each code, made when the first call ends with it.
#[derive(Default)]
pub(super) struct ByCode([OnceLock<Durations>; CODES]);

impl ByCode {
    pub(super) fn add(&self, code: Code, took: Duration, make: impl FnOnce(&'static str) -> Durations) {
        if let Some(durations) = self.0.get(code as usize) {
            durations.get_or_init(|| make(name(code))).add(took);
        }
    }
}

/// How a call ended whose answer has this head. One that has begun well may still end otherwise: that comes after its head.
pub(super) fn code_in(headers: &HeaderMap) -> Code {
    headers.get(Status::GRPC_STATUS).map_or(Code::Ok, |code| Code::from_bytes(code.as_bytes()))
}

/// The code as gRPC's documents write it.
pub(super) const fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
