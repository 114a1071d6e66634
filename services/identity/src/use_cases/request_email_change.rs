//! Puts the change of an account's address on its way.

use mail::Address;
use secrecy::SecretString;
use token_verification::Caller;

use super::find_live_session::find_active_session;
use super::lock_live_session::lock_active_session;
use super::prove_password::prove_password;
use super::request_link::request_link;
use super::tell_owner::tell_owner;
use super::throttle::take_rate;
use crate::context::Context;
use crate::domain::link::Link;
use crate::domain::notice::Notice;
use crate::domain::pending_email::PendingEmail;
use crate::domain::throttle::Rate;
use crate::error::IdentityError;
use crate::store::pending_emails;

/// The new address and proof that the owner wants it.
pub struct RequestEmailChange {
    pub new_email: Address,
    pub current_password: SecretString,
}

/// Mails a link to the new address and a notice to the old one. Whether the new one has an account is
/// found out only by whoever reads its mail.
pub async fn request_email_change(
    context: &Context,
    caller: &Caller,
    command: RequestEmailChange,
) -> Result<(), IdentityError> {
    let live = find_active_session(context, caller).await?;
    prove_password(context, &live.user, command.current_password).await?;
    let new_email = command.new_email.canonical().to_owned();
    if new_email == live.user.email {
        return Err(IdentityError::SameEmail);
    }
    take_rate(context, &Rate::MailsBy(live.user.id)).await?;

    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let (user, session) = lock_active_session(&transaction, caller, now).await?;
    let pending = PendingEmail { email: new_email.clone(), session_id: session.id };
    pending_emails::replace(&transaction, user.id, pending, now).await?;
    request_link(context, &transaction, Link::ConfirmEmail, user.id, now).await?;
    tell_owner(context, &transaction, &user, &Notice::EmailChangeRequested { new_email }, now).await?;
    Ok(transaction.commit().await?)
}
