//! Pages for developers: an index, the API's document in readable form, and the mails that were kept
//! instead of sent. Plain HTML without scripts; whatever came from outside is escaped.

mod api_page;
mod html;
mod mail_page;

use std::sync::Arc;

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::header::CONTENT_SECURITY_POLICY;

use crate::gateway::Gateway;
use crate::settings::DevPages;
use html::page;

/// Nothing is loaded from anywhere; the kept mails bring styles of their own.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The pages, made for this document.
pub(crate) fn routes(dev: DevPages, document: &str) -> Router<Gateway> {
    let api: Arc<str> = api_page::render(document).into();
    let has_mailbox = dev.mailbox.is_some();
    let pages = Router::new()
        .route("/dev", get(move || async move { shown(index(has_mailbox)) }))
        .route("/docs", get(|| async move { shown(api.to_string()) }));
    let Some(mailbox) = dev.mailbox else { return pages };
    let kept = mailbox.clone();
    pages
        .route("/dev/mail", get(|| async move { mail_page::mails(&mailbox).await }))
        .route("/dev/mail.json", get(|| async move { mail_page::mails_json(&kept).await }))
}

fn shown(html: String) -> Response {
    ([(CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response()
}

fn index(has_mailbox: bool) -> String {
    let mut links = vec![
        ("/docs", "The HTTP API"),
        ("/openapi.json", "Its OpenAPI document"),
        ("/.well-known/jwks.json", "The public signing keys"),
    ];
    if has_mailbox {
        links.push(("/dev/mail", "The mailbox"));
    }
    let items: String = links.iter().map(|(path, text)| format!("<li><a href=\"{path}\">{text}</a></li>")).collect();
    page("Guildhall", &format!("<ul>{items}</ul>"))
}
