//! The back office: what was done to accounts and signing keys.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use contracts::identity::v1 as proto;
use http::HeaderMap;

use crate::extract::{AuditFilter, Page, SignedIn};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::ndjson::{self, EXPORT_PAGE, ExportedPage};
use crate::shapes::audit::{AuditEntry, AuditLog};

/// Lists what was done, the newest first. With `Accept: application/x-ndjson` the answer is all of it, one entry a line. For
/// the back office.
#[utoipa::path(get, path = "/admin/audit-log", tag = "back office", params(AuditFilter, Page),
    responses((status = 200, description = "A page, or all entries as lines", content(
        (AuditLog = "application/json"), (AuditEntry = "application/x-ndjson")))))]
pub(crate) async fn list_audit_log(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    filter: AuditFilter,
    Page { page_size, page_token }: Page,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    if !ndjson::is_wanted(&headers) {
        return Ok(Json(read(&gateway, &signed_in, &filter, page_size, page_token).await?).into_response());
    }
    let first = exported(read(&gateway, &signed_in, &filter, EXPORT_PAGE, page_token).await?);
    Ok(ndjson::export(first, move |page_token| {
        let (gateway, signed_in, filter) = (gateway.clone(), signed_in.clone(), filter.clone());
        async move { Ok(exported(read(&gateway, &signed_in, &filter, EXPORT_PAGE, page_token).await?)) }
    }))
}

async fn read(
    gateway: &Gateway,
    signed_in: &SignedIn,
    filter: &AuditFilter,
    page_size: i32,
    page_token: String,
) -> Result<AuditLog, HttpError> {
    let request =
        signed_in.call(proto::ListAuditLogRequest { filter: Some(filter.clone().into()), page_size, page_token });
    let answer = gateway.upstreams.user_administration().list_audit_log(request).await?;
    Ok(answer.into_inner().try_into()?)
}

fn exported(AuditLog { entries, next_page_token }: AuditLog) -> ExportedPage<AuditEntry> {
    ExportedPage { entries, next_page_token }
}
