//! Opens a session for a user whose password was just verified.

use service_kit::{SecretToken, positions};

use super::end_surplus_sessions::end_surplus_sessions;
use super::gather_access::gather_access;
use super::mint_access_token::{Grounds, mint_access_token};
use super::{SessionLife, SignedIn, Tokens};
use crate::context::Context;
use crate::domain::refresh_token::{REFRESH, RefreshToken};
use crate::domain::session::{Opening, Session, SessionId};
use crate::domain::user::User;
use crate::error::IdentityError;
use crate::store::{refresh_tokens, sessions, users};

/// Opens the session and makes its first tokens. The other services are asked first, so that nothing
/// is left behind when they refuse.
pub async fn open_session(context: &Context, verified: &User, opening: Opening) -> Result<SignedIn, IdentityError> {
    let access = gather_access(context, verified, opening.active_organization_id).await?;

    let now = context.clock.now();
    let session = Session::open(SessionId::generate(&context.entropy, now), opening, &context.session_lifetimes, now);
    let refresh = SecretToken::generate(&context.entropy);
    let transaction = context.database.begin_write().await?;
    // Locked: whoever ends all sessions of the user, or changes the password, comes before or after.
    users::lock(&transaction, verified.id).await?;
    let identity_position = positions::current(&transaction).await?;
    let user = users::find(&transaction, verified.id).await?;
    let is_unchanged = |user: &User| user.is_active() && user.password_hash == verified.password_hash;
    let mut user = user.filter(is_unchanged).ok_or(IdentityError::InvalidCredentials)?;
    sessions::insert(&transaction, &session).await?;
    let first_of_chain = RefreshToken::of(&session, refresh.hash(REFRESH), None, now);
    refresh_tokens::insert(&transaction, first_of_chain).await?;
    users::note_login(&transaction, user.id, now).await?;
    end_surplus_sessions(&transaction, &session, now).await?;
    transaction.commit().await?;

    user.last_login = Some(now);
    let grounds = Grounds {
        user: &user,
        session_id: session.id,
        app_code: &session.app_code,
        access: &access,
        identity_position,
    };
    let tokens =
        Tokens { access: mint_access_token(context, &grounds, now)?, refresh, life: SessionLife::of(&session, now) };
    Ok(SignedIn { user, access, tokens, device_token: String::new() })
}
