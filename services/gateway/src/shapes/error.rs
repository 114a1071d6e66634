//! The error envelope, for the document; `http_error` writes it.

use std::borrow::Cow;

use service_kit::ErrorReason;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// What every refused request answers.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what http_error writes")]
pub(crate) struct ErrorEnvelope {
    error: ErrorBody,
}

/// Why the request was refused.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what http_error writes")]
struct ErrorBody {
    code: ErrorCode,
    /// One sentence that a person can act on; branch on `code` instead.
    message: String,
    /// The HTTP status again.
    status: u16,
    details: ErrorDetails,
    /// Quote it when you report a problem.
    request_id: String,
}

/// What programs can read of a refusal; more may be added.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what http_error writes")]
pub(super) struct ErrorDetails {
    /// With VALIDATION_ERROR: each part that is not acceptable.
    fields: Option<Vec<FieldError>>,
    /// With INSUFFICIENT_PERMISSIONS.
    required_permission: Option<String>,
    /// With INSUFFICIENT_PERMISSIONS: codes of the roles that the caller holds.
    held_roles: Option<Vec<String>>,
    /// With PERMISSION_NOT_ASSIGNABLE, and with CONFLICT where another service has it.
    permission: Option<String>,
    /// With CONFLICT: what custom roles hold and a registration would take away.
    permissions: Option<Vec<String>>,
    /// With INVITE_REVOKED: why the invitation or link is void. `withdrawn`, `superseded`, `inviter_left`,
    /// `inviter_lost_permission`, `role_gone`, `role_above_inviter`, `organization_gone`, or for a link `turned_off`. Absent
    /// where that was never kept.
    cause: Option<String>,
    /// With INVITE_EMAIL_MISMATCH: the address that it was sent to, masked.
    invited_email: Option<String>,
    /// In a result of one entry, where a header says it of a whole request: how many seconds to wait before a retry.
    retry_after: Option<u32>,
    /// With SOLE_OWNER: the organizations that need another owner first.
    organizations: Option<Vec<serde_json::Value>>,
}

/// One part of a request that is not acceptable.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what http_error writes")]
struct FieldError {
    /// JSON path in the body, or name of a parameter.
    field: String,
    message: String,
}

/// The stable codes, from the list that both wires share.
pub(super) struct ErrorCode;

impl PartialSchema for ErrorCode {
    fn schema() -> RefOr<Schema> {
        let meanings: Vec<_> =
            ErrorReason::ALL.iter().map(|reason| format!("{} {}", reason.code(), reason.http_status())).collect();
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(ErrorReason::ALL.iter().map(|reason| reason.code())))
            .description(Some(format!("Codes with their HTTP status: {}.", meanings.join(", "))))
            .into()
    }
}

impl ToSchema for ErrorCode {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ErrorCode")
    }
}
