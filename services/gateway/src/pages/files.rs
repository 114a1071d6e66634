//! The files that pages name.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use service_kit::{ErrorReason, Refusal};

use crate::gateway::Gateway;
use crate::http_error::HttpError;

/// The style or the icon.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    file: Result<Path<String>, PathRejection>,
) -> Result<Response, HttpError> {
    let found = file.ok().and_then(|Path(file)| gateway.look.file(&file));
    let Some((kind, content)) = found else {
        return Err(Refusal::new(ErrorReason::NotFound, "There is no such file.").into());
    };
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, content).into_response())
}
