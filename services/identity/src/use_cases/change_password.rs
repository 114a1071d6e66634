//! Changes the password of somebody who knows it.

use secrecy::SecretString;
use service_kit::SecretToken;
use token_verification::Caller;

use super::choose_password::choose_password;
use super::find_session_by_way::find_session_by_way;
use super::gather_access::gather_access;
use super::lock_live_session::lock_active_session;
use super::log_in::recognize;
use super::mint_access_token::{Grounds, mint_access_token};
use super::prove_password::prove_password;
use super::take_position;
use super::tell_owner::tell_owner;
use super::{SessionLife, Tokens};
use crate::context::Context;
use crate::domain::link::Link;
use crate::domain::notice::Notice;
use crate::domain::refresh_token::{REFRESH, RefreshToken};
use crate::domain::session::SessionId;
use crate::domain::way::Way;
use crate::error::IdentityError;
use crate::store::{mailed_tokens, pending_emails, refresh_tokens, sessions, users};

/// Proof and choice.
pub struct ChangePassword {
    pub current_password: SecretString,
    pub new_password: SecretString,
    pub way: Way,
}

/// What goes on after the change.
pub struct PasswordChanged {
    pub tokens: Tokens,
    /// At which older tokens end.
    pub position: i64,
    /// By which the device is known from now on; tokens of before are void.
    pub device_token: String,
}

/// Stores the new password, ends every session and opens one in the place of the caller's: whoever may
/// have copied its tokens is left behind.
pub async fn change_password(
    context: &Context,
    caller: &Caller,
    command: ChangePassword,
) -> Result<PasswordChanged, IdentityError> {
    let live = find_session_by_way(context, caller, command.way).await?;
    prove_password(context, &live.user, command.current_password).await?;
    let access = gather_access(context, &live.user, live.session.active_organization_id).await?;
    let organization_name = Some(access.access.standing.name.as_str());
    let password_hash = choose_password(context, &live.user, organization_name, &command.new_password).await?;

    let now = context.clock.now();
    let refresh = SecretToken::generate(&context.entropy);
    let transaction = context.database.begin_write().await?;
    // Whoever changed the password since it was verified has ended this session.
    let (user, session) = lock_active_session(&transaction, caller, now).await?;
    users::replace_password(&transaction, user.id, &password_hash, now).await?;
    mailed_tokens::remove(&transaction, user.id, Link::ResetPassword).await?;
    mailed_tokens::remove(&transaction, user.id, Link::ConfirmEmail).await?;
    pending_emails::remove(&transaction, user.id).await?;
    sessions::end_all(&transaction, user.id, now).await?;
    let renewed = session.renew(SessionId::generate(&context.entropy, now), &context.session_lifetimes, now);
    sessions::insert(&transaction, &renewed).await?;
    refresh_tokens::insert(&transaction, RefreshToken::of(&renewed, refresh.hash(REFRESH), None, now)).await?;
    tell_owner(context, &transaction, &user, &Notice::PasswordChanged, now).await?;
    let user = users::find(&transaction, user.id).await?.ok_or(IdentityError::TokenRevoked)?;
    let position = take_position::of_user(&transaction, user.id, now).await?;
    transaction.commit().await?;

    let grounds = Grounds {
        user: &user,
        session_id: renewed.id,
        app_code: &caller.app_code,
        access: &access,
        identity_position: position,
    };
    let life = SessionLife::of(&renewed, now);
    let tokens = Tokens { access: mint_access_token(context, &grounds, now)?, refresh, life };
    Ok(PasswordChanged { tokens, position, device_token: recognize(context, &user, None) })
}
