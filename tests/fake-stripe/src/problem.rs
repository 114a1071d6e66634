//! What a call is refused with, in Stripe's shape.

use axum::http::StatusCode;
use serde_json::{Value, json};

/// A refusal: an HTTP status and what stands below `error`.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<String>,
    message: String,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, code: None, param: None, message: message.into() }
    }

    /// The request is wrong.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", message)
    }

    /// There is no such object, in this mode at least. One that the path names is not found; one that a parameter names
    /// makes a bad request.
    pub fn missing(what: &str, id: &str, param: &str) -> Self {
        let problem = Self::invalid(format!("No such {what}: '{id}'")).with("resource_missing", param);
        let status = if param == "id" { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
        Self { status, ..problem }
    }

    /// The secret key is none of this account's.
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_request_error", "Invalid API Key provided.")
    }

    /// No such address.
    pub fn unknown_path(method: &str, path: &str) -> Self {
        let message = format!("Unrecognized request URL ({method}: {path}).");
        Self { status: StatusCode::NOT_FOUND, ..Self::invalid(message) }
    }

    /// The idempotency key stands for another request.
    pub fn other_request(key: &str) -> Self {
        let message = format!(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. \
             Try using a key other than '{key}' if you meant to execute a different request."
        );
        Self::new(StatusCode::BAD_REQUEST, "idempotency_error", message)
    }

    /// A request with this idempotency key is under way.
    pub fn under_way() -> Self {
        let message = "There is currently another in-progress request using this Idempotency Key.";
        Self { code: Some("idempotency_key_in_use"), ..Self::new(StatusCode::CONFLICT, "idempotency_error", message) }
    }

    /// The card was declined, and the call was not to take effect without a payment.
    pub fn declined() -> Self {
        let problem = Self::new(StatusCode::PAYMENT_REQUIRED, "card_error", "Your card was declined.");
        problem.with("card_declined", "")
    }

    /// Stripe itself failed.
    pub fn on_our_side() -> Self {
        let message = "An error occurred on our side; this one was asked for.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "api_error", message)
    }

    /// Names the code and the parameter.
    pub fn with(self, code: &'static str, param: &str) -> Self {
        let param = (!param.is_empty()).then(|| param.to_owned());
        Self { code: Some(code), param, ..self }
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        let mut error = json!({ "type": self.kind, "message": self.message });
        if let Some(code) = self.code {
            error["code"] = code.into();
        }
        if let Some(param) = &self.param {
            error["param"] = param.as_str().into();
        }
        json!({ "error": error })
    }
}
