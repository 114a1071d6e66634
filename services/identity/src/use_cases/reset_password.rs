//! Sets a new password for whoever reads the account's mail.

use secrecy::SecretString;
use service_kit::{SecretToken, Timestamp, WriteTransaction, outbox};

use super::choose_password::choose_password;
use super::create_user::{new_user, provisioning};
use super::evict_user::{begin_eviction, try_to_finish_eviction};
use super::take_position;
use super::tell_owner::tell_owner;
use super::throttle::forgive;
use crate::context::Context;
use crate::domain::link::Link;
use crate::domain::notice::Notice;
use crate::domain::throttle::Failures;
use crate::domain::user::{Names, User};
use crate::error::IdentityError;
use crate::store::{mailed_tokens, pending_emails, sessions, users};

/// The token from the mail and the choice.
pub struct ResetPassword {
    pub token: SecretToken,
    pub new_password: SecretString,
}

/// Uses the token up and ends whatever the old password gave; answers the position at which older tokens
/// end. A weak choice uses nothing up.
pub async fn reset_password(context: &Context, command: ResetPassword) -> Result<i64, IdentityError> {
    let now = context.clock.now();
    let reader = context.database.reader();
    let owner = mailed_tokens::find_owner(reader, Link::ResetPassword, &command.token, now).await?;
    let owner = users::find(reader, owner.ok_or(IdentityError::LinkInvalid)?).await?;
    let owner = owner.filter(User::is_active).ok_or(IdentityError::LinkInvalid)?;
    let password_hash = choose_password(context, &owner, None, &command.new_password).await?;

    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let user = users::lock(&transaction, owner.id).await?;
    let user = user.filter(User::is_active).ok_or(IdentityError::LinkInvalid)?;
    if mailed_tokens::use_up(&transaction, Link::ResetPassword, &command.token, now).await? != Some(user.id) {
        return Err(IdentityError::LinkInvalid);
    }
    if user.email_verified {
        users::replace_password(&transaction, user.id, &password_hash, now).await?;
        sessions::end_all(&transaction, user.id, now).await?;
        mailed_tokens::remove_all(&transaction, user.id).await?;
        pending_emails::remove(&transaction, user.id).await?;
        tell_owner(context, &transaction, &user, &Notice::PasswordChanged, now).await?;
    } else {
        take_over(context, &transaction, &user, password_hash, now).await?;
    }
    let position = take_position::of_user(&transaction, user.id, now).await?;
    transaction.commit().await?;

    forgive(context, &Failures::Account(&user.email)).await?;
    forgive(context, &Failures::Session(user.id)).await?;
    if !user.email_verified {
        try_to_finish_eviction(context, user.id).await;
    }
    Ok(position)
}

/// Puts a new account, with its address proven, in the place of one that may be a stranger's.
async fn take_over(
    context: &Context,
    transaction: &WriteTransaction,
    unproven: &User,
    password_hash: String,
    now: Timestamp,
) -> Result<(), IdentityError> {
    begin_eviction(transaction, unproven.id, now).await?;
    let mut user = new_user(&context.entropy, &unproven.email, Some(password_hash), Names::default(), now);
    user.email_verified = true;
    if !users::insert(transaction, &user).await? {
        return Err(IdentityError::LinkInvalid);
    }
    Ok(outbox::append(transaction, provisioning(&user, now), now).await?)
}
