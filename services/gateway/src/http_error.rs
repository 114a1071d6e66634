//! The one envelope that every refusal leaves the gateway in, whoever refused.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use contracts::invitations::v1 as proto;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value, json};
use service_kit::refusal::{ERROR_DOMAIN, pass_on, reason_of};
use service_kit::request_scope::RequestScope;
use service_kit::{ErrorReason, Refusal};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// Beginnings of names in messages, and how JSON bodies and query parameters spell them: what messages keep together in a
/// part stands side by side here.
const SPELLED_HERE: [(&str, &str); 4] =
    [("profile.", ""), ("filter.role_code", "role"), ("filter.", ""), ("permissions.codes", "permission_codes")];

/// Given when a retry makes sense and nobody said when.
const RETRY_AFTER_DEFAULT: Duration = Duration::from_secs(1);

/// A refused request, ready to be shown.
pub(crate) struct HttpError {
    reason: ErrorReason,
    message: String,
    details: Map<String, Value>,
    retry_after: Option<Duration>,
}

impl HttpError {
    /// The status that it is answered with.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.reason.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Code, message and details, for one entry of an answer about many.
    pub(crate) fn into_entry(self) -> (&'static str, String, Map<String, Value>) {
        let mut details = self.details;
        if let Some(wait) = self.retry_after {
            details.insert("retry_after".to_owned(), whole_seconds(wait).into());
        }
        (self.reason.code(), self.message, details)
    }

    /// Why the request was refused.
    pub(crate) const fn reason(&self) -> ErrorReason {
        self.reason
    }

    /// One sentence that a person can act on.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// A detail that is text.
    pub(crate) fn detail(&self, name: &str) -> Option<&str> {
        self.details.get(name)?.as_str()
    }

    /// Which parts of the request are not acceptable, and why.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.details.get("fields").and_then(Value::as_array).into_iter().flatten();
        fields.filter_map(|field| Some((field["field"].as_str()?, field["message"].as_str()?)))
    }

    /// After how many seconds a retry makes sense, where one does.
    pub(crate) fn wait_seconds(&self) -> Option<u64> {
        let always_says_when = matches!(self.status(), StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
        (always_says_when || self.retry_after.is_some())
            .then(|| whole_seconds(self.retry_after.unwrap_or(RETRY_AFTER_DEFAULT)))
    }

    /// VALIDATION_ERROR for one part of the request.
    pub(crate) fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Refusal::invalid(vec![(field.into(), problem.into())]).into()
    }
}

impl From<Refusal> for HttpError {
    fn from(refusal: Refusal) -> Self {
        Status::from(refusal).into()
    }
}

impl From<Status> for HttpError {
    fn from(status: Status) -> Self {
        let status = with_reason(status);
        let reason = reason_of(&status).unwrap_or(ErrorReason::InternalError);
        let shown = status.get_error_details();
        let mut details = shown.error_info().map(|info| readable(&info.metadata)).unwrap_or_default();
        if let Some(bad_request) = shown.bad_request() {
            let fields = bad_request.field_violations.iter();
            let fields = fields
                .map(|violation| json!({ "field": as_in_json(&violation.field), "message": violation.description }));
            details.insert("fields".to_owned(), fields.collect());
        }
        let retry_after = shown.retry_info().and_then(|info| info.retry_delay);
        Self { reason, message: as_in_json(status.message()).into_owned(), details, retry_after }
    }
}

/// The refusal of one entry, as if it had refused the whole call.
impl From<proto::InvitationRefusal> for HttpError {
    fn from(refusal: proto::InvitationRefusal) -> Self {
        let reason = ErrorReason::from_code(&refusal.reason).unwrap_or(ErrorReason::InternalError);
        let mut details = ErrorDetails::with_error_info(reason.code(), ERROR_DOMAIN, refusal.metadata);
        for violation in refusal.violations {
            details.add_bad_request_violation(violation.field, violation.description);
        }
        if let Some(wait) = refusal.retry_after {
            details.set_retry_info(Duration::try_from(wait).ok());
        }
        Status::with_error_details(Code::from_i32(reason.grpc_status()), refusal.message, details).into()
    }
}

/// Rounded up, and never nothing.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0 || wait.as_secs() == 0)
}

/// The name of a field, or a message that begins with one, as clients of this wire know it.
fn as_in_json(name: &str) -> Cow<'_, str> {
    for (there, here) in SPELLED_HERE {
        if let Some(rest) = name.strip_prefix(there) {
            return Cow::Owned(format!("{here}{rest}"));
        }
    }
    Cow::Borrowed(name)
}

/// The status with a reason of ours, whatever the transport or the framework made of the call.
fn with_reason(status: Status) -> Status {
    match (reason_of(&status), status.code()) {
        (None, Code::Unauthenticated) => {
            Refusal::new(ErrorReason::Unauthorized, "Sign in and send the access token as a bearer token.").into()
        }
        (None, Code::OutOfRange | Code::ResourceExhausted) => {
            Refusal::new(ErrorReason::PayloadTooLarge, "The request is larger than a service takes; send less.").into()
        }
        _ => pass_on(status),
    }
}

/// Metadata is text; some of its values stand for lists.
fn readable(metadata: &HashMap<String, String>) -> Map<String, Value> {
    let value_of = |key: &str, text: &str| match key {
        "organizations" => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        "balance" => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
        "held_roles" | "permissions" => text.split(',').filter(|code| !code.is_empty()).collect(),
        _ => text.into(),
    };
    metadata.iter().map(|(key, text)| (key.clone(), value_of(key, text))).collect()
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let (status, wait) = (self.status(), self.wait_seconds());
        RequestScope::note(|facts| facts.note_reason(self.reason.code()));
        let request_id = RequestScope::current().map(|scope| scope.request_id.to_string()).unwrap_or_default();
        let body = json!({ "error": {
            "code": self.reason.code(),
            "message": self.message,
            "status": status.as_u16(),
            "details": self.details,
            "request_id": request_id,
        }});
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        if let Some(wait) = wait {
            headers.insert(RETRY_AFTER, HeaderValue::from(wait));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
