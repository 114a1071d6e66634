//! Messages of `AdmissionService`.

use contracts::invitations::v1::RegisterInviteeRequest;
use mail::Address;
use service_kit::{CallOrigin, Fields, Refusal, SecretToken};

use crate::upstreams::Registration;
use crate::wire::token;

/// Reads a sign-up. That its tokens go into cookies is believed of the gateway alone.
pub fn register_invitee(
    request: RegisterInviteeRequest,
    is_from_service: bool,
    origin: CallOrigin,
) -> Result<(SecretToken, Registration), Refusal> {
    let mut registration = request.registration.unwrap_or_default();
    registration.in_cookies &= is_from_service;
    let token = token(&request.invite_token)?;
    let mut fields = Fields::default();
    let email = fields.check("email", Address::parse(&registration.email)).ok_or_else(|| fields.refuse())?;
    Ok((token, Registration::new(registration, email, origin)))
}
