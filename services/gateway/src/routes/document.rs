//! The description of all routes.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;

use crate::gateway::Gateway;

/// This document: OpenAPI 3.1 of every route.
#[utoipa::path(get, path = "/openapi.json", tag = "document", security(()),
    responses((status = 200, description = "The document", body = Object)))]
pub(crate) async fn openapi(State(gateway): State<Gateway>) -> Response {
    ([(CONTENT_TYPE, "application/json")], gateway.document.to_string()).into_response()
}
