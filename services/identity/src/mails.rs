//! The mails that identity writes.

use std::path::PathBuf;
use std::sync::Arc;

use mail::{Address, Mailer, TemplateError, Templates};
use serde_json::{Value, json};
use service_kit::SecretToken;
use service_kit::relay::DeliveryError;
use uuid::Uuid;

use crate::domain::link::Link;
use crate::domain::notice::Notice;
use crate::domain::user::User;

/// The three parts of one mail, by the name that its templates share.
macro_rules! parts {
    ($($name:literal),+ $(,)?) => {
        [$(
            (concat!($name, ".subject.txt"), include_str!(concat!("../templates/", $name, ".subject.txt"))),
            (concat!($name, ".txt"), include_str!(concat!("../templates/", $name, ".txt"))),
            (concat!($name, ".html"), include_str!(concat!("../templates/", $name, ".html"))),
        )+]
    };
}

const TEMPLATES: [(&str, &str); 24] = parts![
    "already_registered",
    "verify_email",
    "reset_password",
    "confirm_email",
    "password_changed",
    "email_change_requested",
    "email_changed",
    "session_stolen",
];

/// Writes and sends mails. Cheap to clone.
#[derive(Clone)]
pub struct Mails {
    mailer: Arc<dyn Mailer>,
    templates: Arc<Templates>,
    public_url: Arc<str>,
}

/// Ours, and the operator's in their place where there are any.
pub fn templates(overrides: Option<PathBuf>) -> Result<Templates, TemplateError> {
    Templates::new(&TEMPLATES)?.with_overrides(overrides)
}

impl Mails {
    /// Compiles the templates, the operator's in place of ours where there are any.
    pub fn new(mailer: Arc<dyn Mailer>, overrides: Option<PathBuf>, public_url: &str) -> Result<Self, TemplateError> {
        let templates = templates(overrides)?;
        Ok(Self { mailer, templates: Arc::new(templates), public_url: public_url.trim_end_matches('/').into() })
    }

    /// Sends a link. Sending it again under the same id is harmless.
    pub async fn send_link(
        &self,
        link: Link,
        to: &str,
        token: &SecretToken,
        mail_id: Uuid,
        user: &User,
    ) -> Result<(), DeliveryError> {
        let (path, template) = match link {
            Link::VerifyEmail => ("verify-email", "verify_email"),
            Link::ResetPassword => ("reset-password", "reset_password"),
            Link::ConfirmEmail => ("confirm-email", "confirm_email"),
        };
        let url = format!("{}/{path}?token={}", self.public_url, token.expose());
        self.send(
            template,
            json!({ "url": url, "account": user.email, "is_proven": user.email_verified }),
            to,
            mail_id.to_string(),
        )
        .await
    }

    /// Sends a notice of something that happened `at` an instant (RFC 3339).
    pub async fn send_notice(&self, notice: &Notice, to: &str, at: &str, key: &str) -> Result<(), DeliveryError> {
        let at = at.get(..16).unwrap_or(at).replace('T', " ");
        let values = json!({ "notice": notice, "at": format!("{at} UTC"), "product_url": &*self.public_url });
        self.send(notice.template(), values, to, key.to_owned()).await
    }

    async fn send(&self, template: &str, values: Value, to: &str, id: String) -> Result<(), DeliveryError> {
        let to = Address::parse(to).map_err(|error| DeliveryError::Abandon(error.to_string()))?;
        let rendered = self.templates.render(template, values);
        let rendered = rendered.map_err(|error| DeliveryError::Retry(error.to_string()))?;
        self.mailer.send(&rendered.into_mail(to, id)).await.map_err(|error| {
            let cause = error.to_string();
            if error.is_transient() { DeliveryError::Retry(cause) } else { DeliveryError::Abandon(cause) }
        })
    }
}
