//! A sign-up that is passed on to identity.

use std::net::IpAddr;

use contracts::identity::v1::{RegisterRequest, RegisterResponse};
use mail::Address;
use service_kit::CallOrigin;
use service_kit::call_origin::tell_origin;
use service_kit::refusal::{ErrorReason, pass_on_to_user, reason_of};
use tonic::{Request, Status};

use crate::domain::UserId;
use crate::error::InvitationError;

/// The sign-up as it was asked for. It holds a password: it is never logged, kept or shown.
pub struct Registration {
    request: RegisterRequest,
    email: Address,
    origin: CallOrigin,
}

/// Refused before there was an account, or not known to be: the account comes first, and what follows it may fail.
pub(super) fn not_registered(status: Status) -> InvitationError {
    match reason_of(&status) {
        Some(
            ErrorReason::ValidationError
            | ErrorReason::WeakPassword
            | ErrorReason::UserAlreadyExists
            | ErrorReason::RateLimited
            // Sign-up is closed, be there an invitation or not.
            | ErrorReason::Forbidden,
        ) => InvitationError::Upstream(status),
        _ => InvitationError::Unanswered(pass_on_to_user(status)),
    }
}

/// What identity answered.
pub struct Registered(RegisterResponse);

impl Registration {
    /// A sign-up for this address, which was read from the request.
    pub const fn new(request: RegisterRequest, email: Address, origin: CallOrigin) -> Self {
        Self { request, email, origin }
    }

    /// Where the sign-up comes from, if that is known.
    pub fn from(&self) -> Option<IpAddr> {
        self.origin.ip()
    }

    /// Who signs up.
    pub const fn email(&self) -> &Address {
        &self.email
    }

    /// The request, with the word of this service that there is an invitation, and where it came from beside it.
    pub(super) fn of_an_invitee(self) -> Request<RegisterRequest> {
        let mut request = Request::new(RegisterRequest { is_invited: true, ..self.request });
        let CallOrigin { ip_address, user_agent, .. } = self.origin;
        tell_origin(request.metadata_mut(), &ip_address.unwrap_or_default(), &user_agent.unwrap_or_default());
        request
    }
}

impl Registered {
    pub(super) const fn new(answer: RegisterResponse) -> Self {
        Self(answer)
    }

    /// The user just made, if identity tells.
    pub fn user_id(&self) -> Option<UserId> {
        self.0.user_id.parse().ok()
    }

    /// The answer to pass on.
    pub fn into_answer(self) -> RegisterResponse {
        self.0
    }
}
