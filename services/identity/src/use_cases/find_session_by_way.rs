//! Finds the session behind an access token for calls that make it last or spread.

use service_kit::SecretToken;
use token_verification::Caller;

use super::find_live_session::{LiveSession, find_active_session};
use crate::context::Context;
use crate::domain::refresh_token::{Presented, REFRESH};
use crate::domain::session::SessionId;
use crate::domain::way::Way;
use crate::error::IdentityError;
use crate::store::refresh_tokens;

/// As `find_active_session`, if the call came the way that the session is kept. How a session is kept never changes,
/// so a transaction that finds it alive need not ask again.
pub async fn find_session_by_way(context: &Context, caller: &Caller, way: Way) -> Result<LiveSession, IdentityError> {
    let live = find_active_session(context, caller).await?;
    match way {
        Way::WithTokens if !live.session.in_cookies => Ok(live),
        Way::ByCookie(_) if !live.session.in_cookies => Err(IdentityError::SessionNotInCookies),
        Way::ByCookie(Some(token)) if is_held(context, &token, live.session.id).await? => Ok(live),
        Way::ByCookie(_) | Way::WithTokens => Err(IdentityError::SessionInCookies),
    }
}

/// Whether the token is one of the session's that could be exchanged now. It is not.
async fn is_held(context: &Context, token: &SecretToken, session_id: SessionId) -> Result<bool, IdentityError> {
    let now = context.clock.now();
    let reader = context.database.reader();
    let hash = token.hash(REFRESH);
    let stored = refresh_tokens::find(reader, hash.clone()).await?;
    let Some(stored) = stored.filter(|stored| stored.session_id == session_id && !stored.is_expired(now)) else {
        return Ok(false);
    };
    let child = if stored.used.is_some() { refresh_tokens::find_child(reader, hash).await? } else { None };
    Ok(stored.presented(child.as_ref(), now) != Presented::Stolen)
}
