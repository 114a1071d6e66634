//! The mails that were kept instead of sent.

use axum::Json;
use axum::response::Response;
use mail::{Mailbox, StoredMail};
use service_kit::Refusal;

use super::html::{escape, page, with_links};
use super::shown;
use crate::http_error::HttpError;

/// As a page, newest first.
pub(super) async fn mails(mailbox: &Mailbox) -> Result<Response, HttpError> {
    let mails = mailbox.list().await.map_err(Refusal::internal)?;
    let body = if mails.is_empty() { "<p>No mail yet.</p>".to_owned() } else { mails.iter().map(article).collect() };
    Ok(shown(page("Mailbox", &body)))
}

/// As JSON, newest first.
pub(super) async fn mails_json(mailbox: &Mailbox) -> Result<Json<Vec<StoredMail>>, HttpError> {
    Ok(Json(mailbox.list().await.map_err(Refusal::internal)?))
}

/// The HTML part stands in a sandbox without scripts, forms or access to this page.
fn article(mail: &StoredMail) -> String {
    format!(
        "<article><h2>{subject}</h2><p>To {to}, {created_at}</p><pre>{text}</pre>\
         <details><summary>HTML part</summary>\
         <iframe sandbox=\"\" title=\"HTML part\" srcdoc=\"{html}\"></iframe></details></article>",
        subject = escape(&mail.subject),
        to = escape(&mail.to),
        created_at = escape(&mail.created_at),
        text = with_links(&mail.text),
        html = escape(&mail.html),
    )
}
