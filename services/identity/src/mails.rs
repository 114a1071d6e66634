//! The mails that identity writes.

use std::path::PathBuf;
use std::sync::Arc;

use mail::{Address, Mailer, TemplateError, Templates};
use serde_json::json;
use service_kit::SecretToken;
use service_kit::relay::DeliveryError;
use uuid::Uuid;

const TEMPLATES: [(&str, &str); 3] = [
    ("verify_email.subject.txt", include_str!("../templates/verify_email.subject.txt")),
    ("verify_email.txt", include_str!("../templates/verify_email.txt")),
    ("verify_email.html", include_str!("../templates/verify_email.html")),
];

/// Writes and sends mails. Cheap to clone.
#[derive(Clone)]
pub struct Mails {
    mailer: Arc<dyn Mailer>,
    templates: Arc<Templates>,
    public_url: Arc<str>,
}

impl Mails {
    /// Compiles the templates, the operator's in place of ours where there are any.
    pub fn new(mailer: Arc<dyn Mailer>, overrides: Option<PathBuf>, public_url: &str) -> Result<Self, TemplateError> {
        let templates = Templates::new(&TEMPLATES)?.with_overrides(overrides)?;
        Ok(Self { mailer, templates: Arc::new(templates), public_url: public_url.trim_end_matches('/').into() })
    }

    /// Sends the link that proves an address. Sending it again under the same id is harmless.
    pub async fn send_verification(&self, to: &str, token: &SecretToken, mail_id: Uuid) -> Result<(), DeliveryError> {
        let to = Address::parse(to).map_err(|error| DeliveryError::Abandon(error.to_string()))?;
        let url = format!("{}/verify-email?token={}", self.public_url, token.expose());
        let rendered = self.templates.render("verify_email", json!({ "url": url }));
        let rendered = rendered.map_err(|error| DeliveryError::Retry(error.to_string()))?;
        self.mailer.send(&rendered.into_mail(to, mail_id.to_string())).await.map_err(|error| {
            let cause = error.to_string();
            if error.is_transient() { DeliveryError::Retry(cause) } else { DeliveryError::Abandon(cause) }
        })
    }
}
