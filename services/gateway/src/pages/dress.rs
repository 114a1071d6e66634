//! What goes around every page: the HTML, the headers, and the proof that forms carry.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use http::header::{CONTENT_SECURITY_POLICY, HeaderName, RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::form_proof::FormProof;
use super::page::Page;
use crate::gateway::Gateway;

/// Nothing is loaded but our own style and icon, nothing runs, and forms are sent to us alone.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// Whoever opened the page keeps no hold of it, and no other site reads it.
const ISOLATION: [(HeaderName, HeaderValue); 2] = [
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Where the style and the icon of pages are.
const FILES: &str = "/pages/";
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Makes HTML of the page that a handler answered. Whatever is fetched as a part of some other page gets none, so that no
/// site has its visitors try tokens unseen.
pub(crate) async fn dress(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    let is_of_a_page = request.uri().path().starts_with(FILES);
    if !is_of_a_page && request.headers().get(SEC_FETCH_DEST).is_some_and(|part| part != "document") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let proof = FormProof::for_forms_shown_to(request.headers(), &gateway.entropy);
    let mut answer = next.run(request).await;
    let Some(page) = answer.extensions_mut().remove::<Page>() else { return answer };
    let mut headers = std::mem::take(answer.headers_mut());
    let html = match gateway.look.render(page.template, &page.content, proof.as_ref().map(FormProof::in_form)) {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, template = page.template, "a page could not be made");
            return (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.").into_response();
        }
    };
    let mut answer = (as_shown(page.status), Html(html)).into_response();
    add_headers(&mut headers, &page, proof.as_ref());
    answer.headers_mut().extend(headers);
    answer
}

/// A 401 is for clients that answer it with a header, which no form does.
fn as_shown(status: StatusCode) -> StatusCode {
    if status == StatusCode::UNAUTHORIZED { StatusCode::FORBIDDEN } else { status }
}

fn add_headers(headers: &mut HeaderMap, page: &Page, proof: Option<&FormProof>) {
    headers.remove(WWW_AUTHENTICATE);
    headers.remove(http::header::CONTENT_LENGTH);
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.extend(ISOLATION);
    if let Some(wait) = page.wait_seconds {
        headers.insert(RETRY_AFTER, HeaderValue::from(wait));
    }
    if let Some(cookie) = proof.and_then(FormProof::to_keep) {
        headers.append(SET_COOKIE, cookie);
    }
}
