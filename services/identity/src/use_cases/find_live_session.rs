//! Finds the session behind an access token.

use service_kit::positions;
use token_verification::Caller;

use crate::context::Context;
use crate::domain::session::{Session, SessionId};
use crate::domain::user::User;
use crate::error::IdentityError;
use crate::store::{sessions, users};

/// A session that is alive, its user, and the position that both were read at.
pub struct LiveSession {
    pub user: User,
    pub session: Session,
    pub identity_position: i64,
}

/// The caller's session; TOKEN_REVOKED when it has ended since the token was made. The account may be departing
/// or about to be suspended; where that matters, call `find_active_session`.
pub async fn find_live_session(context: &Context, caller: &Caller) -> Result<LiveSession, IdentityError> {
    let now = context.clock.now();
    let snapshot = context.database.begin_snapshot().await?;
    let identity_position = positions::current(&snapshot).await?;
    let session = sessions::find(&snapshot, SessionId::from(caller.session_id)).await?;
    let user = match &session {
        Some(session) => users::find(&snapshot, session.user_id).await?,
        None => None,
    };
    snapshot.commit().await?;

    let session = session.filter(|session| session.is_alive(now)).ok_or(IdentityError::TokenRevoked)?;
    let user = user.filter(|user| user.id.uuid() == caller.user_id).ok_or(IdentityError::TokenRevoked)?;
    Ok(LiveSession { user, session, identity_position })
}

/// As `find_live_session`, for an account in use.
pub async fn find_active_session(context: &Context, caller: &Caller) -> Result<LiveSession, IdentityError> {
    let live = find_live_session(context, caller).await?;
    if live.user.is_active() { Ok(live) } else { Err(IdentityError::TokenRevoked) }
}
