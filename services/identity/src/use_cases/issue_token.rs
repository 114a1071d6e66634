//! Gives an access token for one organization beside the session's active one.

use token_verification::Caller;

use super::find_live_session::find_active_session;
use super::gather_access::gather_access;
use super::mint_access_token::{AccessToken, Grounds, mint_access_token};
use crate::context::Context;
use crate::domain::user::OrganizationId;
use crate::error::IdentityError;

/// Makes the token; the session stays as it is.
pub async fn issue_token(
    context: &Context,
    caller: &Caller,
    organization_id: OrganizationId,
) -> Result<AccessToken, IdentityError> {
    let live = find_active_session(context, caller).await?;
    let access = gather_access(context, live.user.id, organization_id).await?;
    let grounds = Grounds {
        user: &live.user,
        session_id: live.session.id,
        app_code: &caller.app_code,
        access: &access,
        identity_position: live.identity_position,
    };
    mint_access_token(context, &grounds, context.clock.now())
}
