//! Query parameters. Unknown ones are ignored.

use axum::extract::{FromRequestParts, Query};
use contracts::invitations::v1::InvitationStatus;
use http::request::Parts;
use service_kit::Refusal;
use utoipa::IntoParams;

use crate::http_error::HttpError;

/// Which page of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// Most entries of the page; 50 when absent. Only without `next_page_token` has the list come to its end.
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200)]
    pub(crate) page_size: i32,
    /// `next_page_token` of the previous answer; absent for the first page.
    #[param(value_type = Option<String>)]
    pub(crate) page_token: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let page_size = match parameter(parts, state, "page_size").await? {
            // The services take 0 for "not given".
            None => 0,
            Some(size) => match size.parse() {
                Ok(size @ 1..=200) => size,
                _ => return Err(HttpError::invalid("page_size", "must be a number from 1 to 200")),
            },
        };
        let page_token = parameter(parts, state, "page_token").await?.unwrap_or_default();
        Ok(Self { page_size, page_token })
    }
}

/// Which of an organization's invitations.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct InvitationFilter {
    /// `pending` (when absent), `accepted`, `declined`, `revoked` or `expired`.
    #[param(value_type = Option<String>)]
    pub(crate) status: InvitationStatus,
}

impl<S: Send + Sync> FromRequestParts<S> for InvitationFilter {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let status = match parameter(parts, state, "status").await?.as_deref() {
            None => InvitationStatus::Unspecified,
            Some("pending") => InvitationStatus::Pending,
            Some("accepted") => InvitationStatus::Accepted,
            Some("declined") => InvitationStatus::Declined,
            Some("revoked") => InvitationStatus::Revoked,
            Some("expired") => InvitationStatus::Expired,
            Some(_) => {
                return Err(HttpError::invalid("status", "must be pending, accepted, declined, revoked or expired"));
            }
        };
        Ok(Self { status })
    }
}

/// The `status` of lists whose entries are active or suspended; `both` when it is absent.
pub(super) async fn status<S: Send + Sync, T>(
    parts: &mut Parts,
    state: &S,
    [both, active, suspended]: [T; 3],
) -> Result<T, HttpError> {
    match parameter(parts, state, "status").await?.as_deref() {
        None => Ok(both),
        Some("active") => Ok(active),
        Some("suspended") => Ok(suspended),
        Some(_) => Err(HttpError::invalid("status", "must be active or suspended")),
    }
}

pub(super) async fn parameter<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    name: &str,
) -> Result<Option<String>, HttpError> {
    let Query(parameters) =
        Query::<Vec<(String, String)>>::from_request_parts(parts, state).await.map_err(Refusal::internal)?;
    let mut values = parameters.into_iter().filter(|(key, _)| key == name).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(HttpError::invalid(name, "must be given once")),
    }
}
