//! Counts what becomes of mails that are handed over.

use std::sync::Arc;

use async_trait::async_trait;
use mail::{Mail, Mailer, SendError};
use service_kit::Metrics;
use service_kit::metrics::{Count, Family};

const MAILS: Family = Family {
    name: "guildhall_mail",
    help: "Mails handed to the mail server: sent (it took the mail), put_off (to be tried again), refused (for good)",
};

/// A way for a service's mails to leave, which is counted.
pub struct CountedMailer {
    inner: Arc<dyn Mailer>,
    sent: Count,
    put_off: Count,
    refused: Count,
}

impl CountedMailer {
    pub fn new(inner: Arc<dyn Mailer>, metrics: &Metrics, service: &str) -> Self {
        let count = |result| metrics.count(MAILS, &[("service", service), ("result", result)]);
        Self { inner, sent: count("sent"), put_off: count("put_off"), refused: count("refused") }
    }
}

#[async_trait]
impl Mailer for CountedMailer {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let outcome = self.inner.send(mail).await;
        match &outcome {
            Ok(()) => self.sent.up(),
            Err(error) if error.is_transient() => self.put_off.up(),
            Err(_) => self.refused.up(),
        }
        outcome
    }
}
