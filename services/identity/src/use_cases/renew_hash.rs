//! Keeps hashes of passwords as strong as the settings ask for.

use secrecy::SecretString;

use crate::context::Context;
use crate::domain::user::User;
use crate::error::IdentityError;
use crate::store::users;

/// Hashes the password anew when the stored hash was made with other parameters; `user` is as it was when
/// the password was verified. Whoever signs in gets in whether or not this comes to anything.
pub async fn renew_hash(context: &Context, user: &User, password: SecretString) {
    let Some(stored) = user.password_hash.as_deref().filter(|stored| context.passwords.is_outdated(stored)) else {
        return;
    };
    if let Err(error) = renew(context, user, stored, password).await {
        tracing::debug!(%error, "a hash was left as it is");
    }
}

async fn renew(context: &Context, user: &User, stored: &str, password: SecretString) -> Result<(), IdentityError> {
    let renewed = context.passwords.hash(password).await?;
    let transaction = context.database.begin_write().await?;
    users::renew_hash(&transaction, user.id, stored, &renewed).await?;
    Ok(transaction.commit().await?)
}
