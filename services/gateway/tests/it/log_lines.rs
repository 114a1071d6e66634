//! What is logged of requests that do not end as others do.

use std::io;
use std::sync::{Arc, Mutex};

use contracts::audit::v1::AuditEntry;
use contracts::billing::v1 as billing;
use contracts::invitations::v1 as invitations;
use contracts::organizations::v1 as organizations;
use http::HeaderMap;
use reqwest::Method;
use serde_json::Value;
use service_kit::telemetry::{JsonLines, Process};
use service_kit::{ErrorReason, Refusal};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, registry};

use crate::api::{Api, ORGANIZATION};
use crate::samples::audit_entry;

const OF_ONE: &str = "organizations.v1.AuditService/ListOrganizationAuditLog";
const INVITATIONS_OF_ONE: &str = "invitations.v1.InvitationAuditService/ListOrganizationAuditLog";
const BILLING_OF_ONE: &str = "billing.v1.BillingAuditService/ListOrganizationAuditLog";

/// What is logged by this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn begin() -> (Self, DefaultGuard) {
        let log = Self::default();
        let process = Process { service: "gateway".to_owned(), version: "1.2.3", environment: "dev" };
        let subscriber = registry().with(EnvFilter::new("info")).with(JsonLines::new(process, log.clone()));
        (log, tracing::subscriber::set_default(subscriber))
    }

    /// The first line with this message, once it is there.
    async fn line(&self, message: &str) -> Value {
        loop {
            let bytes = self.0.lock().unwrap().clone();
            let lines = String::from_utf8(bytes).unwrap();
            let mut lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            if let Some(line) = lines.find(|line| line["msg"] == message) {
                return line;
            }
            tokio::task::yield_now().await;
        }
    }
}

impl io::Write for &Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'log> MakeWriter<'log> for Log {
    type Writer = &'log Self;

    fn make_writer(&'log self) -> &'log Self {
        self
    }
}

/// An API of which organizations alone has something to tell.
async fn start() -> Api {
    let api = Api::start().await;
    api.stub.answers(INVITATIONS_OF_ONE, invitations::ListOrganizationAuditLogResponse::default());
    api.stub.answers(BILLING_OF_ONE, billing::ListOrganizationAuditLogResponse::default());
    api
}

#[tokio::test]
async fn a_request_whose_client_goes_away_has_its_line_as_well() {
    let (log, _guard) = Log::begin();
    let api = start().await;
    api.stub.stays_silent(OF_ONE);
    let request = api.request(Method::GET, &format!("/api/v1/orgs/{ORGANIZATION}/audit-log"));
    let asking = tokio::spawn(request.bearer_auth(api.token()).header("x-request-id", "somebody-left").send());
    while !api.stub.called().contains(&OF_ONE.to_owned()) {
        tokio::task::yield_now().await;
    }
    asking.abort();

    let line = log.line("answered").await;
    assert_eq!((&line["status"], &line["request_id"]), (&499.into(), &"somebody-left".into()), "{line}");
    assert_eq!(line["http_route"], "/api/v1/orgs/{orgId}/audit-log", "{line}");
}

#[tokio::test]
async fn an_export_that_breaks_off_says_why_and_all_its_pages_belong_to_the_request() {
    let (log, _guard) = Log::begin();
    let api = start().await;
    let page = |id: &str, next: &str| organizations::ListOrganizationAuditLogResponse {
        entries: vec![AuditEntry { id: id.to_owned(), ..audit_entry() }],
        next_page_token: next.to_owned(),
    };
    api.stub.answers(OF_ONE, page("b", "second"));
    let request = api.request(Method::GET, &format!("/api/v1/orgs/{ORGANIZATION}/audit-log"));
    let request = request.bearer_auth(api.token()).header("accept", "application/x-ndjson");
    let mut answer = request.header("x-request-id", "a-long-export").send().await.unwrap();
    assert!(answer.chunk().await.unwrap().is_some());

    api.stub.refuses(OF_ONE, Refusal::new(ErrorReason::Forbidden, "No more."));
    while let Ok(piece) = answer.chunk().await {
        assert!(piece.is_some(), "a part is not taken for the whole");
    }
    let (metadata, _): (HeaderMap, organizations::ListOrganizationAuditLogRequest) = api.stub.last(OF_ONE);
    assert_eq!(metadata["x-request-id"], "a-long-export");
    let line = log.line("an export breaks off: a later page was refused").await;
    assert_eq!((&line["reason"], &line["request_id"]), (&"FORBIDDEN".into(), &"a-long-export".into()), "{line}");
}
