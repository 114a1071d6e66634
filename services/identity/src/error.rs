//! How identity refuses, and what callers hear of it.

mod key_error;
mod operator_error;

use std::error::Error;
use std::time::Duration;

use sea_orm::DbErr;
use service_kit::rates::in_words;
use service_kit::refusal::{pass_on_to_user, reason_of};
use service_kit::relay::DeliveryError;
use service_kit::{ErrorReason, Fields, Refusal};
use tonic::Status;

use crate::domain::administrator::Denial;
use crate::domain::password::WeakPassword;

pub use self::key_error::KeyError;
pub use self::operator_error::OperatorError;

/// Why a call was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Unknown address, wrong password or an account that may not sign in: nobody learns which.
    #[error("the credentials do not belong to an account that may sign in")]
    InvalidCredentials,
    /// No such refresh token.
    #[error("the refresh token is unknown")]
    TokenInvalid,
    /// The refresh token or its session is past its life.
    #[error("the refresh token is past its life")]
    TokenExpired,
    /// The session has ended, or its account may not be used.
    #[error("the session has ended")]
    TokenRevoked,
    /// A browser keeps the session's tokens in cookies, and the call came without them.
    #[error("the session is kept in cookies and the call came otherwise")]
    SessionInCookies,
    /// The call came by cookie for a session whose client keeps the tokens itself.
    #[error("the call came by cookie and the session is kept otherwise")]
    SessionNotInCookies,
    /// No living session of the caller has this id.
    #[error("the caller has no such session")]
    SessionNotFound,
    /// The mailed token is unknown, used, replaced or expired.
    #[error("the mailed token cannot be used")]
    LinkInvalid,
    /// The back office is not the caller's, or not for this.
    #[error("the back office refuses: {0:?}")]
    Denied(Denial),
    /// No such account.
    #[error("there is no such account")]
    UserNotFound,
    /// Nobody active would hold `system_admin`.
    #[error("no active system administrator would remain")]
    LastSystemAdmin,
    /// Something else is being done to the account.
    #[error("the account is being changed at the same time")]
    Unsettled,
    /// Somebody signed up with the address.
    #[error("the address has an account")]
    UserAlreadyExists,
    /// The new address is the account's already.
    #[error("the new address is the account's already")]
    SameEmail,
    /// The password is not good enough.
    #[error("the password {0}")]
    WeakPassword(WeakPassword),
    /// Too many passwords wait to be hashed.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// Whatever it is, it was done too often; waiting this long helps.
    #[error("too often")]
    TooOften(Duration),
    /// A platform role is for accounts whose address is proven.
    #[error("the account's address is not proven")]
    UnprovenAccount,
    /// Only whoever was invited may sign up.
    #[error("sign-up takes an invitation")]
    NotInvited,
    /// Nobody may sign up.
    #[error("sign-up is closed")]
    SignUpClosed,
    /// Too many wrong passwords in a row.
    #[error("too many wrong passwords in a row")]
    TooManyFailures(Duration),
    /// The database did not do what it was told.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// Another service refused or did not answer.
    #[error("another service refused: {}", .0.message())]
    Upstream(Status),
    /// Something that never happens.
    #[error(transparent)]
    Broken(Box<dyn Error + Send + Sync>),
}

impl IdentityError {
    /// A fault of ours.
    pub fn broken(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Broken(cause.into())
    }

    /// Whether another service has refused for a cause of its own, and works as it should.
    pub fn is_refusal_of_another(&self) -> bool {
        let Self::Upstream(status) = self else { return false };
        let is_outage = |reason: ErrorReason| reason.http_status() >= 500;
        reason_of(status).is_some_and(|reason| !is_outage(reason))
    }

    /// Whether organizations refused because an organization would lose its only owner.
    pub fn is_sole_owner(&self) -> bool {
        matches!(self, Self::Upstream(status) if reason_of(status) == Some(ErrorReason::SoleOwner))
    }
}

/// For the relay: whatever it was may pass.
pub fn retry(error: impl Into<IdentityError>) -> DeliveryError {
    DeliveryError::Retry(error.into().to_string())
}

impl From<Denial> for IdentityError {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<IdentityError> for Status {
    fn from(error: IdentityError) -> Self {
        let (reason, message) = match error {
            IdentityError::Database(cause) => return Refusal::from(cause).into(),
            IdentityError::Upstream(status) => return pass_on_to_user(status),
            IdentityError::Broken(cause) => return Refusal::internal(cause).into(),
            IdentityError::Busy => {
                let refusal =
                    Refusal::new(ErrorReason::RateLimited, "Too many people sign in right now; retry in a moment.");
                return refusal.retry_after(Duration::from_secs(1)).into();
            }
            IdentityError::TooOften(wait) => {
                let message = format!("That was too often; wait {} and try again.", in_words(wait));
                return Refusal::new(ErrorReason::RateLimited, message).retry_after(wait).into();
            }
            IdentityError::TooManyFailures(wait) => {
                let message = format!(
                    "Too many wrong passwords; wait {} and try again, or set a new password by mail.",
                    in_words(wait)
                );
                return Refusal::new(ErrorReason::RateLimited, message).retry_after(wait).into();
            }
            IdentityError::SameEmail => {
                let mut fields = Fields::default();
                fields.violation("new_email", "must be another than the address so far");
                return fields.refuse().into();
            }
            IdentityError::WeakPassword(fault) => (ErrorReason::WeakPassword, format!("The password {fault}.")),
            IdentityError::UnprovenAccount => (
                ErrorReason::EmailNotVerified,
                "Nobody has proven the account's e-mail address; its owner has to before it can hold a platform role."
                    .to_owned(),
            ),
            IdentityError::NotInvited => (
                ErrorReason::Forbidden,
                "Sign-up takes an invitation here; follow the link in the invitation's mail.".to_owned(),
            ),
            IdentityError::SignUpClosed => {
                (ErrorReason::Forbidden, "Sign-up is closed here; ask whoever runs this for an account.".to_owned())
            }
            IdentityError::InvalidCredentials => (
                ErrorReason::InvalidCredentials,
                "The e-mail address and password do not belong together; check both.".to_owned(),
            ),
            IdentityError::TokenInvalid => {
                (ErrorReason::TokenInvalid, "This refresh token is not one of ours; sign in again.".to_owned())
            }
            IdentityError::TokenExpired => {
                (ErrorReason::TokenExpired, "The session is past its lifetime; sign in again.".to_owned())
            }
            IdentityError::TokenRevoked => {
                (ErrorReason::TokenRevoked, "The session has ended; sign in again.".to_owned())
            }
            IdentityError::SessionInCookies => (
                ErrorReason::Forbidden,
                "A browser keeps this session in its cookies; call with those and no token beside them, or sign in again."
                    .to_owned(),
            ),
            IdentityError::SessionNotInCookies => (
                ErrorReason::Forbidden,
                "This session is not kept in cookies; call with its tokens, or sign in again.".to_owned(),
            ),
            IdentityError::SessionNotFound => (
                ErrorReason::NotFound,
                "You have no such session; list your sessions to see those that are alive.".to_owned(),
            ),
            IdentityError::LinkInvalid => {
                (ErrorReason::LinkInvalid, "This link is no longer valid; ask for a new one.".to_owned())
            }
            IdentityError::Denied(denial) => (ErrorReason::Forbidden, sentence_for(denial).to_owned()),
            IdentityError::UserNotFound => (ErrorReason::UserNotFound, "There is no such user.".to_owned()),
            IdentityError::LastSystemAdmin => (
                ErrorReason::Conflict,
                "The account is the last active system administrator; make somebody else one first.".to_owned(),
            ),
            IdentityError::Unsettled => (
                ErrorReason::Conflict,
                "The account is being changed by somebody else; look at it again and retry.".to_owned(),
            ),
            IdentityError::UserAlreadyExists => (
                ErrorReason::UserAlreadyExists,
                "An account with this e-mail address exists; sign in instead.".to_owned(),
            ),
        };
        Refusal::new(reason, message).into()
    }
}

const fn sentence_for(denial: Denial) -> &'static str {
    match denial {
        Denial::NotOfTheBackOffice => "Only the back office may make this call.",
        Denial::SystemAdminsOnly => "Only a system administrator may do this; ask one.",
        Denial::Oneself => "Nobody does this to their own account; ask another administrator.",
    }
}
