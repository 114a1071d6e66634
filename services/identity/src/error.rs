//! How identity refuses, and what callers hear of it.

use std::error::Error;
use std::time::Duration;

use sea_orm::DbErr;
use service_kit::refusal::pass_on_to_user;
use service_kit::{ErrorReason, Refusal};
use tonic::Status;

use crate::domain::password::WeakPassword;

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
    /// No living session of the caller has this id.
    #[error("the caller has no such session")]
    SessionNotFound,
    /// The mailed token is unknown, used, replaced or expired.
    #[error("the mailed token cannot be used")]
    LinkInvalid,
    /// Somebody signed up with the address.
    #[error("the address has an account")]
    UserAlreadyExists,
    /// The password is not good enough.
    #[error("the password {0}")]
    WeakPassword(WeakPassword),
    /// Too many passwords wait to be hashed.
    #[error("too many passwords wait to be hashed")]
    Busy,
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
            IdentityError::WeakPassword(fault) => (ErrorReason::WeakPassword, format!("The password {fault}.")),
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
            IdentityError::SessionNotFound => (
                ErrorReason::NotFound,
                "You have no such session; list your sessions to see those that are alive.".to_owned(),
            ),
            IdentityError::LinkInvalid => {
                (ErrorReason::LinkInvalid, "This link is no longer valid; ask for a new one.".to_owned())
            }
            IdentityError::UserAlreadyExists => (
                ErrorReason::UserAlreadyExists,
                "An account with this e-mail address exists; sign in instead.".to_owned(),
            ),
        };
        Refusal::new(reason, message).into()
    }
}
