//! Query parameters about members.

use axum::extract::FromRequestParts;
use contracts::organizations::v1 as organizations;
use contracts::organizations::v1::MemberStatus;
use http::request::Parts;
use utoipa::IntoParams;

use super::query::{parameter, status};
use crate::http_error::HttpError;

/// Which members.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MemberFilter {
    /// A part of the name to show or of the e-mail address, in any case.
    #[param(value_type = Option<String>)]
    search: String,
    /// Only holders of the role with this code.
    #[param(value_type = Option<String>)]
    role: String,
    /// `active` or `suspended` memberships; absent: both.
    #[param(value_type = Option<String>)]
    status: MemberStatus,
}

impl<S: Send + Sync> FromRequestParts<S> for MemberFilter {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let statuses = [MemberStatus::Unspecified, MemberStatus::Active, MemberStatus::Suspended];
        Ok(Self {
            search: parameter(parts, state, "search").await?.unwrap_or_default(),
            role: parameter(parts, state, "role").await?.unwrap_or_default(),
            status: status(parts, state, statuses).await?,
        })
    }
}

impl From<MemberFilter> for organizations::MemberFilter {
    fn from(MemberFilter { search, role, status }: MemberFilter) -> Self {
        Self { search, role_code: role, status: status.into() }
    }
}

/// Which permission is asked about.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccessQuestion {
    /// Code of a permission of the catalog, for example `org:members:invite`.
    pub(crate) permission: String,
}

impl<S: Send + Sync> FromRequestParts<S> for AccessQuestion {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let permission = parameter(parts, state, "permission").await?;
        let permission = permission.ok_or_else(|| HttpError::invalid("permission", "is required"))?;
        Ok(Self { permission })
    }
}
