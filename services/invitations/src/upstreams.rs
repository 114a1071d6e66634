//! What this service asks of others, in its own words.

mod identity;
mod organizations;
mod registration;

use service_kit::Channel;
use service_kit::refusal::{ErrorReason, pass_on_to_user, reason_of};
use tonic::Status;

use crate::error::InvitationError;

pub use identity::Identity;
pub use organizations::{Admission, Joining, NotAdmitted, Organizations};
pub use registration::{Registered, Registration};

/// Channels to the services that this one calls; they carry the service credential.
pub struct Upstreams {
    /// Answers who may invite, and makes memberships.
    pub organizations: Channel,
    /// Answers whose address is proven.
    pub identity: Channel,
}

/// Whether the status tells for certain that the other service has done nothing.
fn is_definite(status: &Status) -> bool {
    let Some(reason) = reason_of(status) else { return false };
    !matches!(
        reason,
        ErrorReason::ServiceUnavailable
            | ErrorReason::DeadlineExceeded
            | ErrorReason::InternalError
            | ErrorReason::RateLimited
            | ErrorReason::Forbidden
            | ErrorReason::Unauthorized
    )
}

fn failed(status: Status) -> InvitationError {
    if is_definite(&status) {
        InvitationError::Upstream(status)
    } else {
        InvitationError::Unanswered(pass_on_to_user(status))
    }
}
