//! What was done in one organization.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;

use crate::audit_sources::{self, of_organization};
use crate::extract::{AuditFilter, OrganizationPath, Page, PathOf, SignedIn};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::ndjson::{self, EXPORT_PAGE, ExportedPage};
use crate::shapes::audit::{AuditEntry, AuditLog};

/// Lists what was done in an organization and with its invitations and links, the newest first. With `Accept: application/x-ndjson` the answer is all of it,
/// one entry a line. Permission: org:audit:read.
#[utoipa::path(get, path = "/orgs/{orgId}/audit-log", tag = "organizations", params(OrganizationPath, AuditFilter, Page),
    responses((status = 200, description = "A page, or all entries as lines", content(
        (AuditLog = "application/json"), (AuditEntry = "application/x-ndjson")))))]
pub(crate) async fn list_organization_audit_log(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    filter: AuditFilter,
    page: Page,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let sources = of_organization(&path.organization_id.into_text());
    page_or_lines(&headers, page, move |page| {
        let (gateway, signed_in, filter) = (gateway.clone(), signed_in.clone(), filter.clone());
        let sources = sources.clone();
        async move { audit_sources::read(&gateway, &signed_in, &sources, &filter, page).await }
    })
    .await
}

/// The page asked for, or everything from there on as lines when the caller wants it so.
pub(super) async fn page_or_lines<Reading>(
    headers: &HeaderMap,
    page: Page,
    read: impl Fn(Page) -> Reading + Send + 'static,
) -> Result<Response, HttpError>
where
    Reading: Future<Output = Result<AuditLog, HttpError>> + Send + 'static,
{
    if !ndjson::is_wanted(headers) {
        return Ok(Json(read(page).await?).into_response());
    }
    let next = move |page_token| {
        let reading = read(Page { page_size: EXPORT_PAGE, page_token });
        async move { reading.await.map(|AuditLog { entries, next_page_token }| ExportedPage { entries, next_page_token }) }
    };
    Ok(ndjson::export(next(page.page_token).await?, next))
}
