//! The back office: credits.

use axum::Json;
use axum::extract::State;
use contracts::billing::v1 as proto;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::{OrganizationPath, PathOf, SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::credit::Overdraft;

/// How far below zero charges may take the balance.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverdraftBody {
    /// In the smallest credit unit; 0: not at all.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    limit: i64,
}

/// Says how far below zero charges may take an organization's balance. For the back office.
#[utoipa::path(put, path = "/admin/organizations/{orgId}/overdraft", tag = "back office", params(OrganizationPath),
    request_body = OverdraftBody, responses((status = 200, description = "In force", body = Overdraft)))]
pub(crate) async fn set_overdraft(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    StrictJson(OverdraftBody { limit }): StrictJson<OverdraftBody>,
) -> Result<Json<Overdraft>, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = signed_in.call(proto::SetOverdraftRequest { organization_id, limit });
    let answer = gateway.upstreams.credit_administration().set_overdraft(request).await?;
    Ok(Json(answer.into_inner().into()))
}
