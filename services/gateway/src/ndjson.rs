//! Whole lists as lines of JSON, read page by page while the client takes them.

use std::collections::VecDeque;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use service_kit::request_scope::{DEFAULT_TIMEOUT, RequestScope};
use tokio::time::Instant;
use tracing::{Instrument, Span};

use crate::http_error::HttpError;

/// The media type of lines of JSON.
pub(crate) const NDJSON: &str = "application/x-ndjson";
/// Entries that an export asks for at once.
pub(crate) const EXPORT_PAGE: i32 = 200;

/// Whether the caller wants the whole list.
pub(crate) fn is_wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|range| {
        let essence = range.split(';').next().unwrap_or(range);
        essence.trim().eq_ignore_ascii_case(NDJSON)
    })
}

/// A page and the token for the next; empty at the end.
pub(crate) struct ExportedPage<Entry> {
    pub(crate) entries: Vec<Entry>,
    pub(crate) next_page_token: String,
}

/// Answers the pages as lines, from the first on, which was read already so that a refusal could be told. When a later page
/// is refused the connection ends before the body does, so that nobody takes the part for the whole. Pages are read as a part of
/// the request that this is called in, each with a deadline of its own.
pub(crate) fn export<Entry, Read>(
    first: ExportedPage<Entry>,
    next: impl Fn(String) -> Read + Send + 'static,
) -> Response
where
    Entry: Serialize + Send + 'static,
    Read: Future<Output = Result<ExportedPage<Entry>, HttpError>> + Send + 'static,
{
    let scope = RequestScope::current().unwrap_or_else(|| RequestScope::begin(DEFAULT_TIMEOUT));
    let log = Span::current();
    let next = move |page_token| of_request(scope.clone(), next(page_token)).instrument(log.clone());
    let pages = stream::try_unfold((VecDeque::from([first]), next), |(mut read, next)| async move {
        let Some(page) = read.pop_front() else { return Ok(None) };
        let mut lines = Vec::new();
        for entry in &page.entries {
            serde_json::to_writer(&mut lines, entry)?;
            lines.push(b'\n');
        }
        if !page.next_page_token.is_empty() {
            read.push_back(next(page.next_page_token).await?);
        }
        Ok::<_, std::io::Error>(Some((Bytes::from(lines), (read, next))))
    });
    let headers = [(CONTENT_TYPE, HeaderValue::from_static(NDJSON))];
    (headers, Body::from_stream(pages)).into_response()
}

/// Reads a later page, when the request's own line is written already.
async fn of_request<Entry>(
    scope: RequestScope,
    reading: impl Future<Output = Result<ExportedPage<Entry>, HttpError>>,
) -> std::io::Result<ExportedPage<Entry>> {
    let scope = RequestScope { deadline: Instant::now() + DEFAULT_TIMEOUT, ..scope };
    scope.run(reading).await.map_err(|error| {
        tracing::warn!(reason = error.reason().code(), "an export breaks off: a later page was refused");
        std::io::Error::other("a page was refused")
    })
}
