//! Asks somebody who is signed in for the password.

use secrecy::SecretString;

use super::throttle::{forgive, take_failure, take_rate};
use crate::context::Context;
use crate::domain::throttle::{Failures, Rate};
use crate::domain::user::User;
use crate::error::IdentityError;

/// INVALID_CREDENTIALS unless it is the user's password: whoever has taken a session over may not try
/// passwords in it without end.
pub async fn prove_password(context: &Context, user: &User, password: SecretString) -> Result<(), IdentityError> {
    let failures = Failures::Session(user.id);
    take_failure(context, &failures).await?;
    take_rate(context, &Rate::SignInsTo(&user.email)).await?;
    if !context.passwords.verify(password, user.password_hash.as_deref()).await? {
        return Err(IdentityError::InvalidCredentials);
    }
    forgive(context, &failures).await
}
