//! Signs somebody up without telling whether the address has an account.

use std::time::Duration;

use mail::Address;

use super::create_user::create;
use super::request_link::request_link;
use super::tell_owner::tell_owner;
use super::throttle::is_within;
use crate::context::Context;
use crate::domain::link::Link;
use crate::domain::notice::Notice;
use crate::domain::password::NewPassword;
use crate::domain::throttle::Rate;
use crate::domain::user::{Names, User, UserId};
use crate::error::IdentityError;
use crate::store::users;

/// Makes the account unless the address has one; the relay makes its personal organization. Answers the user
/// just made. Either way the password is hashed and one transaction written, and either way there is a mail.
pub async fn sign_up_by_mail(
    context: &Context,
    email: &Address,
    password: NewPassword,
    names: Names,
) -> Result<Option<UserId>, IdentityError> {
    let email = email.canonical();
    let password_hash = context.passwords.hash_new(password).await?;
    let is_within_bounds = is_within(context, &Rate::MailsTo(email)).await?.is_ok();
    let known = users::find_by_email(context.database.reader(), email).await?;
    if known.is_none()
        && let Some(user) = create(context, email, password_hash, names, Duration::ZERO).await?
    {
        return Ok(Some(user.id));
    }
    // Read again when somebody was faster with the address.
    let known = match known {
        Some(user) => Some(user),
        None => users::find_by_email(context.database.reader(), email).await?,
    };
    if let Some(user) = known.filter(|user| user.is_active() && is_within_bounds) {
        tell_known(context, &user).await?;
    }
    Ok(None)
}

/// Whoever proved the address hears of it. To anybody else the account may be a stranger's, so the mail offers
/// a new password, with which nothing of the old account remains.
async fn tell_known(context: &Context, user: &User) -> Result<(), IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    if user.email_verified {
        tell_owner(context, &transaction, user, &Notice::AlreadyRegistered, now).await?;
    } else {
        request_link(context, &transaction, Link::ResetPassword, user.id, now).await?;
    }
    Ok(transaction.commit().await?)
}
