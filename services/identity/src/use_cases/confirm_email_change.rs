//! Makes a new address the account's own, for whoever reads its mail.

use service_kit::{SecretToken, Timestamp, WriteTransaction};
use token_verification::Caller;

use super::evict_user::{begin_eviction, try_to_finish_eviction};
use super::lock_live_session::lock_session;
use super::record_profile::request_recording;
use super::take_position;
use super::tell_owner::tell_owner;
use crate::context::Context;
use crate::domain::link::Link;
use crate::domain::notice::Notice;
use crate::domain::user::{User, UserId};
use crate::error::IdentityError;
use crate::store::{mailed_tokens, pending_emails, sessions, users};

/// The account after the change.
pub struct EmailChanged {
    pub user: User,
    /// At which older tokens end.
    pub position: i64,
}

/// Uses the token up and changes the address. An account that had the address without having proven it is
/// evicted, but only for somebody who is signed in to the account that asked: whoever merely follows a link may
/// be that account's owner, about to lose it to a stranger. One that had proven it stays, and the change is
/// refused.
pub async fn confirm_email_change(
    context: &Context,
    caller: Option<&Caller>,
    token: &SecretToken,
) -> Result<EmailChanged, IdentityError> {
    let now = context.clock.now();
    let owner = mailed_tokens::find_owner(context.database.reader(), Link::ConfirmEmail, token, now).await?;
    let owner = owner.ok_or(IdentityError::LinkInvalid)?;

    let transaction = context.database.begin_write().await?;
    let pending = pending_emails::find(&transaction, owner).await?.ok_or(IdentityError::LinkInvalid)?;
    let (user, holder) = lock_both(&transaction, owner, &pending.email).await?;
    let user = user.filter(User::is_active).ok_or(IdentityError::LinkInvalid)?;
    if mailed_tokens::use_up(&transaction, Link::ConfirmEmail, token, now).await? != Some(user.id) {
        return Err(IdentityError::LinkInvalid);
    }
    if let Some(holder) = &holder {
        // Looked up here and not before: a session that has ended since evicts nobody.
        if holder.email_verified || !is_signed_in(&transaction, caller, user.id, now).await? {
            return Err(IdentityError::UserAlreadyExists);
        }
        begin_eviction(&transaction, holder.id, now).await?;
    }

    let notice = Notice::EmailChanged { new_email: pending.email.clone() };
    tell_owner(context, &transaction, &user, &notice, now).await?;
    if !users::change_email(&transaction, user.id, &pending.email, now).await? {
        return Err(IdentityError::UserAlreadyExists);
    }
    pending_emails::remove(&transaction, user.id).await?;
    // Links that went to the old address speak for it no longer.
    mailed_tokens::remove_all(&transaction, user.id).await?;
    sessions::end_others(&transaction, user.id, pending.session_id, now).await?;
    let user = users::find(&transaction, user.id).await?.ok_or(IdentityError::LinkInvalid)?;
    request_recording(&transaction, user.id, user.profile_version, now, now).await?;
    if let Some(holder) = &holder {
        take_position::of_user(&transaction, holder.id, now).await?;
    }
    let position = take_position::of_tokens(&transaction, user.id, now).await?;
    transaction.commit().await?;

    if let Some(holder) = holder {
        try_to_finish_eviction(context, holder.id).await;
    }
    Ok(EmailChanged { user, position })
}

/// Whether the caller has a living session of the user, who is locked.
async fn is_signed_in(
    transaction: &WriteTransaction,
    caller: Option<&Caller>,
    user_id: UserId,
    now: Timestamp,
) -> Result<bool, IdentityError> {
    let Some(caller) = caller.filter(|caller| caller.user_id == user_id.uuid()) else { return Ok(false) };
    Ok(lock_session(transaction, caller, now).await?.is_some())
}

/// Locks the owner and whoever else has the address.
async fn lock_both(
    transaction: &WriteTransaction,
    owner: UserId,
    email: &str,
) -> Result<(Option<User>, Option<User>), IdentityError> {
    let holder = users::find_by_email(transaction, email).await?.map(|user| user.id).filter(|id| *id != owner);
    let ids: Vec<UserId> = [Some(owner), holder].into_iter().flatten().collect();
    let (mut user, mut other) = (None, None);
    for locked in users::lock_many(transaction, &ids).await? {
        let place = if locked.id == owner { &mut user } else { &mut other };
        *place = Some(locked);
    }
    // It may have let the address go before it was locked.
    Ok((user, other.filter(|holder| holder.email == email)))
}
