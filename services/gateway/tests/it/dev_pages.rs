//! The pages for developers.

use std::sync::Arc;

use gateway::DevPages;
use mail::{Address, Mail, Mailbox, Mailer};
use serde_json::json;
use time::OffsetDateTime;

use crate::api::Api;

async fn with_a_mail() -> (Api, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = Mailbox::open(folder.path().to_owned(), Arc::new(|| OffsetDateTime::UNIX_EPOCH)).unwrap();
    let mail = Mail {
        id: "0192f0c1-0000-7000-8000-000000000001".to_owned(),
        to: Address::parse("bob@example.com").unwrap(),
        subject: "<b>You are invited</b>".to_owned(),
        text: "Accept: https://guildhall.test/invitations/t?a=1&b=2\n".to_owned(),
        html: "<p onclick=\"alert('x')\">Accept</p>".to_owned(),
        on_behalf_of: None,
    };
    mailbox.send(&mail).await.unwrap();
    (Api::start_with(Some(DevPages { mailbox: Some(mailbox) })).await, folder)
}

#[tokio::test]
async fn kept_mails_are_listed_as_json() {
    let (api, _folder) = with_a_mail().await;

    let answer = api.get_as_nobody("/dev/mail.json").await;

    let expected = json!([{
        "to": "bob@example.com", "subject": "<b>You are invited</b>",
        "text": "Accept: https://guildhall.test/invitations/t?a=1&b=2\n",
        "html": "<p onclick=\"alert('x')\">Accept</p>", "created_at": "1970-01-01T00:00:00Z",
    }]);
    assert_eq!((answer.status, answer.json()), (200, expected));
}

#[tokio::test]
async fn the_mailbox_page_escapes_everything_and_runs_nothing() {
    let (api, _folder) = with_a_mail().await;

    let answer = api.get_as_nobody("/dev/mail").await;

    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("script"), "{policy}");
    assert!(answer.text.contains("&lt;b&gt;You are invited&lt;/b&gt;"));
    let link = "<a href=\"https://guildhall.test/invitations/t?a=1&amp;b=2\">";
    assert!(answer.text.contains(link), "{}", answer.text);
    let framed = "<iframe sandbox=\"\" title=\"HTML part\" srcdoc=\"&lt;p onclick=&quot;alert(&#39;x&#39;)&quot;&gt;";
    assert!(answer.text.contains(framed), "{}", answer.text);
}

#[tokio::test]
async fn the_index_leads_to_pages_that_exist() {
    let (api, _folder) = with_a_mail().await;
    assert!(api.get_as_nobody("/").await.text.contains("href=\"/dev\""), "the first page leads to the index");
    let index = api.get_as_nobody("/dev").await;
    assert_eq!(index.status, 200);
    for path in ["/docs", "/openapi.json", "/dev/mail"] {
        assert!(index.text.contains(&format!("href=\"{path}\"")), "{path}");
        assert_eq!(api.get_as_nobody(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn the_api_page_shows_routes_and_shapes() {
    let (api, _folder) = with_a_mail().await;

    let page = api.get_as_nobody("/docs").await.text;

    assert!(page.contains("POST /api/v1/auth/register") && page.contains("<article id=\"Organization\">"), "{page}");
    assert!(page.contains("INVITE_EMAIL_MISMATCH"));
}

#[tokio::test]
async fn outside_development_there_are_no_such_pages() {
    let api = Api::start().await;
    for path in ["/dev", "/docs", "/dev/mail", "/dev/mail.json"] {
        assert_eq!(api.get_as_nobody(path).await.code(), "NOT_FOUND", "{path}");
    }
    assert!(!api.get_as_nobody("/").await.text.contains("href=\"/dev\""));
}

#[tokio::test]
async fn without_a_mailbox_the_document_is_shown_and_no_mail_is_promised() {
    let api = Api::start_with(Some(DevPages { mailbox: None })).await;
    assert_eq!(api.get("/docs").await.status, 200);
    assert_eq!(api.get("/dev/mail").await.status, 404);
    assert!(!api.get("/dev").await.text.contains("/dev/mail"));
}
