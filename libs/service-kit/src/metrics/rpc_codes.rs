//! Durations by how a call ended.

use std::sync::OnceLock;
use std::time::Duration;

use http::HeaderMap;
use tonic::{Code, Status};

use super::Durations;
use crate::refusal::code_name;

/// How many codes gRPC has.
const CODES: usize = 17;

/// Durations of each code, made when the first call ends with it.
#[derive(Default)]
pub(super) struct ByCode([OnceLock<Durations>; CODES]);

impl ByCode {
    pub(super) fn add(&self, code: Code, took: Duration, make: impl FnOnce(&'static str) -> Durations) {
        if let Some(durations) = self.0.get(code as usize) {
            durations.get_or_init(|| make(code_name(code))).add(took);
        }
    }
}

/// How a call ended whose answer has this head. One that has begun well may still end otherwise: that comes after its head.
pub(super) fn code_in(headers: &HeaderMap) -> Code {
    headers.get(Status::GRPC_STATUS).map_or(Code::Ok, |code| Code::from_bytes(code.as_bytes()))
}
