//! The body of what is explained in audit logs.

use serde::Deserialize;
use utoipa::ToSchema;

/// Why it is done.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonBody {
    /// For the audit log: one line, at most 500 characters.
    pub(super) reason: Option<String>,
}
