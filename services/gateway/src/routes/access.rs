//! Why a member may do something, or may not.

use axum::Json;
use axum::extract::State;
use contracts::organizations::v1 as proto;

use crate::extract::{AccessQuestion, MemberPath, PathOf, SignedIn};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::access_answer::AccessAnswer;

/// Tells whether a member has a permission, by which roles, and what stands in the way. Permission: org:members:read; none
/// for oneself.
#[utoipa::path(get, path = "/orgs/{orgId}/members/{userId}/access", tag = "members", params(MemberPath, AccessQuestion),
    responses((status = 200, description = "The answer and its grounds", body = AccessAnswer)))]
pub(crate) async fn explain_access(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<MemberPath>,
    AccessQuestion { permission }: AccessQuestion,
) -> Result<Json<AccessAnswer>, HttpError> {
    let request = signed_in.call(proto::ExplainAccessRequest {
        organization_id: path.organization_id.into_text(),
        user_id: path.user_id.into_text(),
        permission,
    });
    let answer = gateway.upstreams.memberships().explain_access(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}
