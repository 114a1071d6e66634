//! A sign-up that is passed on to identity.

use contracts::identity::v1::{RegisterRequest, RegisterResponse};
use mail::Address;

use crate::domain::UserId;

/// The sign-up as it was asked for. It holds a password: it is never logged, kept or shown.
pub struct Registration {
    request: RegisterRequest,
    email: Address,
}

/// What identity answered.
pub struct Registered(RegisterResponse);

impl Registration {
    /// A sign-up for this address, which was read from the request.
    pub const fn new(request: RegisterRequest, email: Address) -> Self {
        Self { request, email }
    }

    /// Who signs up.
    pub const fn email(&self) -> &Address {
        &self.email
    }

    /// The request, with the word of this service that there is an invitation.
    pub(super) fn of_an_invitee(self) -> RegisterRequest {
        RegisterRequest { is_invited: true, ..self.request }
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
