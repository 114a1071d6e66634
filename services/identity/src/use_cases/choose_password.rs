//! Accepts or refuses somebody's choice of a password.

use secrecy::{ExposeSecret, SecretString};

use crate::context::Context;
use crate::domain::password::NewPassword;
use crate::domain::user::User;
use crate::error::IdentityError;

/// The hash of the new password; refused when it is weak for this user, who acts for this organization.
pub async fn choose_password(
    context: &Context,
    user: &User,
    organization_name: Option<&str>,
    choice: &SecretString,
) -> Result<String, IdentityError> {
    let mut known = user.known_to_others();
    known.extend(organization_name);
    let password = NewPassword::choose(choice.expose_secret(), context.passwords.shortest, &known);
    context.passwords.hash_new(password.map_err(IdentityError::WeakPassword)?).await
}
