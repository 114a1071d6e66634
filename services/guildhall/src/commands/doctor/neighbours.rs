//! What is called by socket: the mail server and other services.

use std::time::Duration;

use service_kit::channel::try_connection;
use service_kit::{Channel, Tls};
use tokio::time::timeout;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::finding::Finding;
use crate::compose::{CALLED_PLAINLY, is_plain_beside_tls};
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
pub async fn upstreams(settings: &Settings, tls: &Tls) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (service, url) in settings.upstreams.named() {
        findings.push(upstream(service, url, tls).await);
    }
    findings
}

async fn upstream(service: &str, url: &str, tls: &Tls) -> Finding {
    let check = format!("upstream {service}");
    let channel = match Channel::remote_over(url, tls) {
        Ok(channel) => channel,
        Err(error) => return Finding::fail(check, format!("{url} {error}")),
    };
    let mut health = HealthClient::new(channel);
    let asking = health.check(HealthCheckRequest { service: service.to_owned() });
    match timeout(ANSWERS_WITHIN, asking).await {
        Ok(Ok(answer)) if answer.get_ref().status() == ServingStatus::Serving => {
            if is_plain_beside_tls(url, tls) {
                return Finding::warn(check, format!("it is serving, and is {CALLED_PLAINLY}"));
            }
            Finding::ok(check, "it is serving")
        }
        Ok(Ok(_)) => Finding::warn(check, "it answers and is not ready; see its /readyz"),
        Ok(Err(status)) if status.code() == tonic::Code::NotFound => {
            Finding::fail(check, format!("another service answers at {url}"))
        }
        Ok(Err(_)) | Err(_) => Finding::fail(check, unanswered(url, tls).await),
    }
}

/// Why no answer came, as far as a connection alone shows it.
async fn unanswered(url: &str, tls: &Tls) -> String {
    match timeout(ANSWERS_WITHIN, try_connection(url, tls)).await {
        Ok(Ok(())) if url.starts_with("https://") => format!(
            "{url} takes a connection and no call; is a name of our certificate among its GUILDHALL_TLS_CLIENT_NAMES?"
        ),
        Ok(Err(error)) => format!("nobody is reached at {url}: {error}; is it running, and may it be reached?"),
        Ok(Ok(())) | Err(_) => format!("nobody answers at {url}; is it running, and may it be reached?"),
    }
}
