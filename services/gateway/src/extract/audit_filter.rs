//! Query parameters of audit logs.

use axum::extract::FromRequestParts;
use contracts::audit::v1 as audit;
use http::request::Parts;
use service_kit::Timestamp;
use utoipa::IntoParams;

use super::query::parameter;
use crate::http_error::HttpError;

/// Which entries of an audit log; all of them by default.
#[derive(Clone, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditFilter {
    /// Only what they did: the UUID of a user, `operator` or `system`.
    #[param(value_type = Option<String>)]
    pub(crate) actor: String,
    /// Only this action, for example `user.suspended`.
    #[param(value_type = Option<String>)]
    pub(crate) action: String,
    /// Only at this instant or later.
    #[param(value_type = Option<String>, format = DateTime)]
    pub(crate) since: Option<Timestamp>,
    /// Only before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    pub(crate) until: Option<Timestamp>,
}

impl<S: Send + Sync> FromRequestParts<S> for AuditFilter {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        Ok(Self {
            actor: parameter(parts, state, "actor").await?.unwrap_or_default(),
            action: parameter(parts, state, "action").await?.unwrap_or_default(),
            since: instant(parts, state, "since").await?,
            until: instant(parts, state, "until").await?,
        })
    }
}

impl AuditFilter {
    /// A text that no other filter has.
    pub(crate) fn fingerprint(&self) -> String {
        let instant = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339);
        format!("{:?}", (&self.actor, &self.action, instant(self.since), instant(self.until)))
    }
}

impl From<AuditFilter> for audit::AuditFilter {
    fn from(AuditFilter { actor, action, since, until }: AuditFilter) -> Self {
        Self { actor, action, since: since.map(Into::into), until: until.map(Into::into) }
    }
}

async fn instant<S: Send + Sync>(parts: &mut Parts, state: &S, name: &str) -> Result<Option<Timestamp>, HttpError> {
    let Some(text) = parameter(parts, state, name).await? else { return Ok(None) };
    let instant = Timestamp::parse_rfc3339(&text);
    instant.map(Some).ok_or_else(|| HttpError::invalid(name, "must be an instant such as 2030-01-31T12:00:00Z"))
}
