//! Whole lists as lines of JSON, read page by page while the client takes them.

use std::collections::VecDeque;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use serde::Serialize;

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
/// is refused the connection ends before the body does, so that nobody takes the part for the whole.
pub(crate) fn export<Entry, Read>(
    first: ExportedPage<Entry>,
    next: impl Fn(String) -> Read + Send + 'static,
) -> Response
where
    Entry: Serialize + Send + 'static,
    Read: Future<Output = Result<ExportedPage<Entry>, HttpError>> + Send + 'static,
{
    let pages = stream::try_unfold((VecDeque::from([first]), next), |(mut read, next)| async move {
        let Some(page) = read.pop_front() else { return Ok(None) };
        let mut lines = Vec::new();
        for entry in &page.entries {
            serde_json::to_writer(&mut lines, entry)?;
            lines.push(b'\n');
        }
        if !page.next_page_token.is_empty() {
            read.push_back(next(page.next_page_token).await.map_err(|_| std::io::Error::other("a page was refused"))?);
        }
        Ok::<_, std::io::Error>(Some((Bytes::from(lines), (read, next))))
    });
    let headers = [(CONTENT_TYPE, HeaderValue::from_static(NDJSON))];
    (headers, Body::from_stream(pages)).into_response()
}
