//! What a refused call says, and how it becomes a gRPC status.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::time::Duration;

pub use contracts::errors::v1::ErrorReason;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// The domain of every `google.rpc.ErrorInfo` of ours.
pub const ERROR_DOMAIN: &str = "guildhall";

/// Most field violations that one refusal tells.
pub const MOST_VIOLATIONS: usize = 20;

/// How long a caller should wait before it retries after an outage.
const RETRY_AFTER_OUTAGE: Duration = Duration::from_secs(1);

/// A refused call: one stable reason, one sentence for a person, and details for programs. Its cause,
/// if any, is logged where the refusal becomes a status and never shown.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    reason: ErrorReason,
    message: String,
    metadata: BTreeMap<String, String>,
    violations: Vec<(String, String)>,
    retry_after: Option<Duration>,
    #[source]
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Refusal {
    /// A refusal for this reason; the message says what to do next.
    pub fn new(reason: ErrorReason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            metadata: BTreeMap::new(),
            violations: Vec::new(),
            retry_after: None,
            cause: None,
        }
    }

    /// VALIDATION_ERROR for these (field, what is wrong) pairs. Only the first `MOST_VIOLATIONS` are told:
    /// they travel in headers, which are bounded.
    pub fn invalid(mut violations: Vec<(String, String)>) -> Self {
        let message = match violations.as_slice() {
            [(field, problem)] => format!("{field}: {problem}"),
            several => format!("{} fields are not acceptable; see the field violations.", several.len()),
        };
        violations.truncate(MOST_VIOLATIONS);
        Self { violations, ..Self::new(ErrorReason::ValidationError, message) }
    }

    /// SERVICE_UNAVAILABLE: something needed does not answer; retrying is safe.
    pub fn unavailable(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            retry_after: Some(RETRY_AFTER_OUTAGE),
            cause: Some(cause.into()),
            ..Self::new(
                ErrorReason::ServiceUnavailable,
                "A part of the service is not available right now; retry in a moment.",
            )
        }
    }

    /// INTERNAL_ERROR: the cause is for the log alone.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(
                ErrorReason::InternalError,
                "Something went wrong on our side; quote the request id when you report it.",
            )
        }
    }

    /// Adds a detail that programs can read.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.metadata.insert(key.to_owned(), value.into());
        self
    }

    /// Says when a retry makes sense.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The stable reason.
    pub const fn reason(&self) -> ErrorReason {
        self.reason
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        if let Some(cause) = &refusal.cause {
            let reason = refusal.reason.code();
            if refusal.reason == ErrorReason::InternalError {
                tracing::error!(reason, error = %chain(cause.as_ref()), "a call failed");
            } else {
                tracing::warn!(reason, error = %chain(cause.as_ref()), "a call could not be served");
            }
        }
        let mut details = ErrorDetails::with_error_info(
            refusal.reason.code(),
            ERROR_DOMAIN,
            refusal.metadata.into_iter().collect::<HashMap<_, _>>(),
        );
        for (field, problem) in refusal.violations {
            details.add_bad_request_violation(field, problem);
        }
        if refusal.retry_after.is_some() {
            details.set_retry_info(refusal.retry_after);
        }
        Self::with_error_details(Code::from_i32(refusal.reason.grpc_status()), refusal.message, details)
    }
}

/// The reason that a status from another service carries, if it is one of ours.
pub fn reason_of(status: &Status) -> Option<ErrorReason> {
    let details = status.get_error_details();
    let info = details.error_info()?;
    if info.domain != ERROR_DOMAIN {
        return None;
    }
    ErrorReason::from_code(&info.reason)
}

/// The code as gRPC writes it.
pub const fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// A detail for programs of a status from another service, as `Refusal::with` adds it.
pub fn detail_of(status: &Status, key: &str) -> Option<String> {
    status.get_error_details().error_info()?.metadata.get(key).cloned()
}

/// What a call to another service ended with, fit to pass on: our own refusals as they are, an
/// outage as SERVICE_UNAVAILABLE, anything else as INTERNAL_ERROR.
pub fn pass_on(status: Status) -> Status {
    match (reason_of(&status), status.code()) {
        (Some(ErrorReason::InternalError), _) => Refusal::internal(status).into(),
        (Some(_), _) => status,
        (None, Code::Unavailable) => Refusal::unavailable(status).into(),
        (None, Code::DeadlineExceeded | Code::Cancelled) => deadline_exceeded().into(),
        (None, _) => Refusal::internal(status).into(),
    }
}

/// `pass_on` for a call that a service made with its own credential: when that was refused, the
/// deployment is wrong and not the user who waits for the answer.
pub fn pass_on_to_user(status: Status) -> Status {
    match reason_of(&status) {
        Some(ErrorReason::Forbidden | ErrorReason::Unauthorized) => Refusal::internal(status).into(),
        _ => pass_on(status),
    }
}

/// DEADLINE_EXCEEDED in the words used everywhere.
pub(crate) fn deadline_exceeded() -> Refusal {
    Refusal::new(
        ErrorReason::DeadlineExceeded,
        "The time given for the call ran out; read the state before you repeat it.",
    )
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
