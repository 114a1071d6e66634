//! Mails a new verification link.

use mail::Address;

use super::request_verification::request_verification;
use crate::context::Context;
use crate::error::IdentityError;
use crate::store::users;

/// Does so when the address belongs to an account and is not proven; nobody learns whether.
pub async fn resend_verification(context: &Context, email: &Address) -> Result<(), IdentityError> {
    let user = users::find_by_email(context.database.reader(), email.canonical()).await?;
    let Some(user) = user.filter(|user| user.is_active() && !user.email_verified) else { return Ok(()) };

    let transaction = context.database.begin_write().await?;
    request_verification(context, &transaction, user.id, context.clock.now()).await?;
    Ok(transaction.commit().await?)
}
