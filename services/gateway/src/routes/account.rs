//! A person's own account.

use axum::Json;
use axum::extract::State;
use contracts::identity::v1 as proto;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{NoContent, Position};
use crate::extract::{SignedIn, StrictJson, null_clears};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::session_cookies::SetCookies;
use crate::shapes::incomplete::shaped;
use crate::shapes::user::Me;

/// Reads the caller's account, and what the token says of the active organization.
#[utoipa::path(get, path = "/auth/me", tag = "account",
    responses((status = 200, description = "The caller's account", body = Me)))]
pub(crate) async fn me(State(gateway): State<Gateway>, signed_in: SignedIn) -> Result<Json<Me>, HttpError> {
    let answer = gateway.upstreams.accounts().get_me(signed_in.call(proto::GetMeRequest {})).await?;
    let user = shaped(answer.into_inner().user, "the user")?;
    Ok(Json(Me::of(user, &signed_in.caller)))
}

/// The names to change; absent ones are left as they are, null and empty ones are removed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateMeBody {
    /// At most 100 characters.
    #[serde(default, deserialize_with = "null_clears")]
    first_name: Option<String>,
    /// At most 100 characters.
    #[serde(default, deserialize_with = "null_clears")]
    last_name: Option<String>,
    /// At most 100 characters.
    #[serde(default, deserialize_with = "null_clears")]
    display_name: Option<String>,
}

/// Changes the caller's names.
#[utoipa::path(patch, path = "/auth/me", tag = "account", request_body = UpdateMeBody,
    responses((status = 200, description = "The caller's account after the change", body = Me)))]
pub(crate) async fn update_me(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(UpdateMeBody { first_name, last_name, display_name }): StrictJson<UpdateMeBody>,
) -> Result<Json<Me>, HttpError> {
    let request = signed_in.call(proto::UpdateMeRequest { first_name, last_name, display_name });
    let answer = gateway.upstreams.accounts().update_me(request).await?;
    let user = shaped(answer.into_inner().user, "the user")?;
    Ok(Json(Me::of(user, &signed_in.caller)))
}

/// Proof that the caller means it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteAccountBody {
    password: String,
    /// The word `DELETE`.
    confirmation: String,
}

/// Deletes the caller's account, personal organization and memberships. SOLE_OWNER names the
/// organizations that need another owner first.
#[utoipa::path(delete, path = "/me/account", tag = "account", request_body = DeleteAccountBody,
    responses((status = 204, description = "Deleted",
        headers(("set-cookie" = String, description = "Of a caller by cookie: takes the cookies back")))))]
pub(crate) async fn delete_account(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(DeleteAccountBody { password, confirmation }): StrictJson<DeleteAccountBody>,
) -> Result<(SetCookies, NoContent), HttpError> {
    let request = signed_in.call(proto::DeleteAccountRequest { password, confirmation });
    let answer = gateway.upstreams.accounts().delete_account(request).await?;
    let position = answer.into_inner().position;
    Ok((signed_in.delivery.take_back()?, NoContent(Position::of_identity(position))))
}
