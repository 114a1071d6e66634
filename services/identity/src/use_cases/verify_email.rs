//! Takes a mailed token as proof of an address.

use service_kit::SecretToken;

use crate::context::Context;
use crate::domain::link::Link;
use crate::domain::user::User;
use crate::error::IdentityError;
use crate::store::{mailed_tokens, users};

/// Uses the token up and notes the address as proven.
pub async fn verify_email(context: &Context, token: &SecretToken) -> Result<User, IdentityError> {
    let now = context.clock.now();
    let owner = mailed_tokens::find_owner(context.database.reader(), Link::VerifyEmail, token, now).await?;
    let owner = owner.ok_or(IdentityError::LinkInvalid)?;
    let transaction = context.database.begin_write().await?;
    // The user before the link, as wherever both are written.
    let user = users::lock(&transaction, owner).await?;
    let mut user = user.filter(User::is_active).ok_or(IdentityError::LinkInvalid)?;
    if mailed_tokens::use_up(&transaction, Link::VerifyEmail, token, now).await? != Some(user.id) {
        return Err(IdentityError::LinkInvalid);
    }
    users::mark_verified(&transaction, user.id, now).await?;
    transaction.commit().await?;
    user.email_verified = true;
    user.updated = now;
    Ok(user)
}
