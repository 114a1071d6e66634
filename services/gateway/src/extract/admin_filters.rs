//! Query parameters of the back office's lists.

use axum::extract::FromRequestParts;
use contracts::identity::v1::UserStatus;
use contracts::organizations::v1::OrganizationStatus;
use http::request::Parts;
use utoipa::IntoParams;

use super::query::{parameter, status};
use crate::http_error::HttpError;

/// Which accounts.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UserFilter {
    /// The beginning of an e-mail address, or a part of a name, in any case.
    #[param(value_type = Option<String>)]
    pub(crate) search: String,
    /// `active` or `suspended`; absent: both.
    #[param(value_type = Option<String>)]
    pub(crate) status: UserStatus,
}

impl<S: Send + Sync> FromRequestParts<S> for UserFilter {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let statuses = [UserStatus::Unspecified, UserStatus::Active, UserStatus::Suspended];
        let status = status(parts, state, statuses).await?;
        Ok(Self { search: parameter(parts, state, "search").await?.unwrap_or_default(), status })
    }
}

/// Which organizations.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrganizationFilter {
    /// A part of a name or the beginning of a slug, in any case.
    #[param(value_type = Option<String>)]
    pub(crate) search: String,
    /// `active` or `suspended`; absent: both.
    #[param(value_type = Option<String>)]
    pub(crate) status: OrganizationStatus,
}

impl<S: Send + Sync> FromRequestParts<S> for OrganizationFilter {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let statuses = [OrganizationStatus::Unspecified, OrganizationStatus::Active, OrganizationStatus::Suspended];
        let status = status(parts, state, statuses).await?;
        Ok(Self { search: parameter(parts, state, "search").await?.unwrap_or_default(), status })
    }
}
