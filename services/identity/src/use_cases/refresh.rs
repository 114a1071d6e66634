//! Exchanges a refresh token for a new pair.

use service_kit::refusal::reason_of;
use service_kit::{ErrorReason, SecretToken, Timestamp, WriteTransaction, positions};

use super::end_session::end_session;
use super::gather_access::{ActiveAccess, gather_access};
use super::mint_access_token::{Grounds, mint_access_token};
use super::tell_owner::tell_owner;
use super::{SessionLife, SignedIn, Tokens};
use crate::context::Context;
use crate::domain::notice::Notice;
use crate::domain::refresh_token::{Presented, REFRESH, RefreshToken};
use crate::domain::session::Session;
use crate::domain::user::{OrganizationId, User};
use crate::error::IdentityError;
use crate::store::{refresh_tokens, sessions, users};

/// The token to exchange and what shall change with it.
pub struct Refresh {
    pub token: SecretToken,
    /// The organization to act for from now on; the active one when not said.
    pub organization_id: Option<OrganizationId>,
    /// The app to make the access token for; the session's when not said.
    pub app_code: Option<String>,
    /// Whether the token came in its cookie.
    pub by_cookie: bool,
}

/// Rotates the token. The other services are asked first, so that a refusal consumes nothing.
pub async fn refresh(context: &Context, command: Refresh) -> Result<SignedIn, IdentityError> {
    let outcome = exchange(context, command).await;
    context.numbers.refresh(&outcome);
    outcome
}

async fn exchange(context: &Context, command: Refresh) -> Result<SignedIn, IdentityError> {
    let (session, user) = find_presented(context, &command.token).await?;
    match (session.in_cookies, command.by_cookie) {
        (true, false) => return Err(IdentityError::SessionInCookies),
        (false, true) => return Err(IdentityError::SessionNotInCookies),
        (true, true) | (false, false) => {}
    }
    let app_code = command.app_code.unwrap_or_else(|| session.app_code.clone());
    let app_code = context.apps.find(&app_code).map_err(|_| IdentityError::TokenRevoked)?;
    let choice = choose_organization(context, &session, &user, command.organization_id).await?;

    let now = context.clock.now();
    let rotated = rotate(context, &command.token, session, choice.changes_to, now).await?;
    let grounds = Grounds {
        user: &rotated.user,
        session_id: rotated.session.id,
        app_code,
        access: &choice.access,
        identity_position: rotated.identity_position,
    };
    let access = mint_access_token(context, &grounds, now)?;
    let tokens = Tokens { access, refresh: rotated.child, life: SessionLife::of(&rotated.session, now) };
    Ok(SignedIn { user: rotated.user, access: choice.access, tokens, device_token: String::new() })
}

/// Finds the living session behind a token; ends it when the token was stolen.
async fn find_presented(context: &Context, token: &SecretToken) -> Result<(Session, User), IdentityError> {
    let now = context.clock.now();
    let reader = context.database.reader();
    let hash = token.hash(REFRESH);
    let stored = refresh_tokens::find(reader, hash.clone()).await?.ok_or(IdentityError::TokenInvalid)?;
    if stored.is_expired(now) {
        return Err(IdentityError::TokenExpired);
    }
    let session = alive(sessions::find(reader, stored.session_id).await?, now)?;
    let user = users::find(reader, session.user_id).await?;
    let user = user.filter(User::is_active).ok_or(IdentityError::TokenRevoked)?;
    if stored.used.is_some() {
        let child = refresh_tokens::find_child(reader, hash).await?;
        if stored.presented(child.as_ref(), now) == Presented::Stolen {
            let transaction = context.database.begin_write().await?;
            return Err(end_stolen(context, transaction, &session, &user, now).await);
        }
    }
    Ok((session, user))
}

/// A session that ended is told from one whose time is over.
fn alive(session: Option<Session>, now: Timestamp) -> Result<Session, IdentityError> {
    let session = session.filter(|session| session.ended.is_none()).ok_or(IdentityError::TokenRevoked)?;
    if session.is_expired(now) { Err(IdentityError::TokenExpired) } else { Ok(session) }
}

struct Choice {
    access: ActiveAccess,
    /// The session's new active organization, if it changes.
    changes_to: Option<OrganizationId>,
}

/// The organization asked for, else the active one, else, when that was lost, the personal one.
async fn choose_organization(
    context: &Context,
    session: &Session,
    user: &User,
    asked_for: Option<OrganizationId>,
) -> Result<Choice, IdentityError> {
    if let Some(organization_id) = asked_for {
        let access = gather_access(context, user, organization_id).await?;
        return Ok(Choice { access, changes_to: Some(organization_id) });
    }
    let personal = user.personal_organization_id;
    match gather_access(context, user, session.active_organization_id).await {
        Ok(access) => Ok(Choice { access, changes_to: None }),
        Err(error) if is_lost(&error) && session.active_organization_id != personal => {
            Ok(Choice { access: gather_access(context, user, personal).await?, changes_to: Some(personal) })
        }
        Err(error) => Err(error),
    }
}

fn is_lost(error: &IdentityError) -> bool {
    let IdentityError::Upstream(status) = error else { return false };
    matches!(
        reason_of(status),
        Some(
            ErrorReason::OrganizationNotFound | ErrorReason::NotOrganizationMember | ErrorReason::OrganizationSuspended
        )
    )
}

struct Rotated {
    user: User,
    session: Session,
    child: SecretToken,
    identity_position: i64,
}

/// Uses the token up and stores its child. Whoever comes second within the grace gets the same child.
async fn rotate(
    context: &Context,
    token: &SecretToken,
    session: Session,
    changes_to: Option<OrganizationId>,
    now: Timestamp,
) -> Result<Rotated, IdentityError> {
    let hash = token.hash(REFRESH);
    let child = context.secrets.child_of(token);
    let transaction = context.database.begin_write().await?;
    let session = alive(sessions::lock(&transaction, session.id).await?, now)?;
    let identity_position = positions::current(&transaction).await?;
    let user = users::find(&transaction, session.user_id).await?;
    let user = user.filter(User::is_active).ok_or(IdentityError::TokenRevoked)?;

    if refresh_tokens::use_up(&transaction, hash.clone(), now).await? {
        let stored = RefreshToken::of(&session, child.hash(REFRESH), Some(hash), now);
        refresh_tokens::insert(&transaction, stored).await?;
    } else {
        let stored = refresh_tokens::find(&transaction, hash.clone()).await?.ok_or(IdentityError::TokenInvalid)?;
        let stored_child = refresh_tokens::find_child(&transaction, hash).await?;
        if stored.presented(stored_child.as_ref(), now) == Presented::Stolen {
            return Err(end_stolen(context, transaction, &session, &user, now).await);
        }
    }
    let idle_expires = session.idle_expires_after(now, &context.session_lifetimes);
    sessions::note_activity(&transaction, session.id, changes_to, idle_expires, now).await?;
    transaction.commit().await?;
    Ok(Rotated { user, session, child, identity_position })
}

/// Ends the session of a token that two have used, and tells its owner; the error to answer.
async fn end_stolen(
    context: &Context,
    transaction: WriteTransaction,
    session: &Session,
    user: &User,
    now: Timestamp,
) -> IdentityError {
    let client = session.client.clone();
    let notice = Notice::SessionStolen { user_agent: client.user_agent, ip_address: client.ip_address };
    let ending = async {
        tell_owner(context, &transaction, user, &notice, now).await?;
        end_session(transaction, session.id, now).await
    };
    match ending.await {
        // Else somebody else has ended it meanwhile.
        Ok(position) if position > 0 => {
            context.numbers.reuses.up();
            IdentityError::TokenRevoked
        }
        Ok(_) => IdentityError::TokenRevoked,
        Err(error) => error,
    }
}
