//! Gives an access token for one organization beside the session's active one.

use token_verification::Caller;

use super::find_session_by_way::find_session_by_way;
use super::gather_access::gather_access;
use super::mint_access_token::{AccessToken, Grounds, mint_access_token};
use crate::context::Context;
use crate::domain::user::OrganizationId;
use crate::domain::way::Way;
use crate::error::IdentityError;

/// Makes the token; the session stays as it is. Whoever has such a token of a session in cookies cannot have the
/// next one for it, or it would be as good as a refresh token.
pub async fn issue_token(
    context: &Context,
    caller: &Caller,
    organization_id: OrganizationId,
    way: Way,
) -> Result<AccessToken, IdentityError> {
    let live = find_session_by_way(context, caller, way).await?;
    let access = gather_access(context, &live.user, organization_id).await?;
    let grounds = Grounds {
        user: &live.user,
        session_id: live.session.id,
        app_code: &caller.app_code,
        access: &access,
        identity_position: live.identity_position,
    };
    mint_access_token(context, &grounds, context.clock.now())
}
