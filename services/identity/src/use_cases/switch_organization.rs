//! Lets a session act for another organization.

use service_kit::{SecretToken, positions};
use token_verification::Caller;

use super::find_session_by_way::find_session_by_way;
use super::gather_access::gather_access;
use super::mint_access_token::{Grounds, mint_access_token};
use super::{SessionLife, SignedIn, Tokens};
use crate::context::Context;
use crate::domain::refresh_token::{REFRESH, RefreshToken};
use crate::domain::user::{OrganizationId, User};
use crate::domain::way::Way;
use crate::error::IdentityError;
use crate::store::{refresh_tokens, sessions, users};

/// Changes the active organization and makes new tokens.
///
/// Whoever holds the access token need not hold the refresh token, so none is consumed: the new one
/// begins a second chain in the same session. Both chains end with the session.
pub async fn switch_organization(
    context: &Context,
    caller: &Caller,
    organization_id: OrganizationId,
    way: Way,
) -> Result<SignedIn, IdentityError> {
    let live = find_session_by_way(context, caller, way).await?;
    let access = gather_access(context, &live.user, organization_id).await?;

    let now = context.clock.now();
    let refresh = SecretToken::generate(&context.entropy);
    let transaction = context.database.begin_write().await?;
    let session = sessions::lock(&transaction, live.session.id).await?;
    let session = session.filter(|session| session.is_alive(now)).ok_or(IdentityError::TokenRevoked)?;
    let identity_position = positions::current(&transaction).await?;
    let user = users::find(&transaction, session.user_id).await?;
    let user = user.filter(User::is_active).ok_or(IdentityError::TokenRevoked)?;
    let idle_expires = session.idle_expires_after(now, &context.session_lifetimes);
    sessions::note_activity(&transaction, session.id, Some(organization_id), idle_expires, now).await?;
    let first_of_chain = RefreshToken::of(&session, refresh.hash(REFRESH), None, now);
    refresh_tokens::insert(&transaction, first_of_chain).await?;
    transaction.commit().await?;

    let grounds =
        Grounds { user: &user, session_id: session.id, app_code: &caller.app_code, access: &access, identity_position };
    let tokens =
        Tokens { access: mint_access_token(context, &grounds, now)?, refresh, life: SessionLife::of(&session, now) };
    Ok(SignedIn { user, access, tokens, device_token: String::new() })
}
