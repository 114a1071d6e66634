//! The back office: what was done to accounts, signing keys, organizations and the permission catalog, and with
//! invitations.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use super::audit_log::page_or_lines;
use crate::audit_sources::{self, BACK_OFFICE};
use crate::extract::{AuditFilter, Page, SignedIn};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::audit::{AuditEntry, AuditLog};

/// Lists what was done, the newest first, as one log of all services. With `Accept: application/x-ndjson` the answer is all
/// of it, one entry a line. For the back office.
#[utoipa::path(get, path = "/admin/audit-log", tag = "back office", params(AuditFilter, Page),
    responses((status = 200, description = "A page, or all entries as lines", content(
        (AuditLog = "application/json"), (AuditEntry = "application/x-ndjson")))))]
pub(crate) async fn list_audit_log(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    filter: AuditFilter,
    page: Page,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    page_or_lines(&headers, page, move |page| {
        let (gateway, signed_in, filter) = (gateway.clone(), signed_in.clone(), filter.clone());
        async move { audit_sources::read(&gateway, &signed_in, &BACK_OFFICE, &filter, page).await }
    })
    .await
}
