//! What is called by socket: the mail server and other services.

use std::time::Duration;

use service_kit::Channel;
use tokio::time::timeout;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::finding::Finding;
use crate::settings::{MailSettings, Settings};

const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

pub async fn mail_server(settings: &Settings) -> Finding {
    const CHECK: &str = "mail server";
    let server = match settings.mail.as_ref().map(MailSettings::server) {
        None => return Finding::fail(CHECK, "GUILDHALL_MAIL is not set; name an SMTP server (smtp://…)"),
        Some(Ok(None)) => return Finding::ok(CHECK, "mails are kept in the mailbox of this machine"),
        Some(Ok(Some(server))) => server.with_deadline(ANSWERS_WITHIN),
        Some(Err(error)) => return Finding::fail(CHECK, error.to_string()),
    };
    match server.greets().await {
        Ok(()) => Finding::ok(CHECK, "it greets and accepts our credentials"),
        Err(error) => Finding::fail(CHECK, error.to_string()),
    }
}

/// Those that are named; a process that runs everything names none.
pub async fn upstreams(settings: &Settings) -> Vec<Finding> {
    let urls = &settings.upstreams;
    let named = [
        ("identity", &urls.identity),
        ("organizations", &urls.organizations),
        ("invitations", &urls.invitations),
        ("billing-context", &urls.billing_context),
    ];
    let mut findings = Vec::new();
    for (service, url) in named {
        if let Some(url) = url {
            findings.push(upstream(service, url).await);
        }
    }
    findings
}

async fn upstream(service: &str, url: &str) -> Finding {
    let check = format!("upstream {service}");
    let channel = match Channel::remote(url) {
        Ok(channel) => channel,
        Err(error) => return Finding::fail(check, format!("{url} is no URL of a service: {error}")),
    };
    let mut health = HealthClient::new(channel);
    let asking = health.check(HealthCheckRequest { service: service.to_owned() });
    match timeout(ANSWERS_WITHIN, asking).await {
        Ok(Ok(answer)) if answer.get_ref().status() == ServingStatus::Serving => Finding::ok(check, "it is serving"),
        Ok(Ok(_)) => Finding::warn(check, "it answers and is not ready; see its /readyz"),
        Ok(Err(status)) if status.code() == tonic::Code::NotFound => {
            Finding::fail(check, format!("another service answers at {url}"))
        }
        Ok(Err(_)) | Err(_) => {
            Finding::fail(check, format!("nobody answers at {url}; is it running, and may it be reached?"))
        }
    }
}
