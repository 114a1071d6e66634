//! The calls: each reads a command, runs one use case and answers.

mod access_service;
mod membership_service;
mod organization_service;
mod role_service;

use service_kit::{Refusal, authentication};
use tonic::Request;

use crate::context::Context;
use crate::domain::ids::UserId;

/// Carries out the calls of every service of this crate.
#[derive(Clone)]
pub struct Grpc {
    /// What use cases work with.
    pub context: Context,
}

/// Who makes the call.
fn caller<T>(request: &Request<T>) -> Result<UserId, Refusal> {
    Ok(authentication::caller(request)?.user_id.into())
}
