//! What every service of a process shares.

use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mail::{Mailbox, Mailer};
use secrecy::SecretString;
use service_kit::settings::{invalid, missing};
use service_kit::telemetry::LogFilter;
use service_kit::trust::ServiceSecrets;
use service_kit::{Clock, Entropy, MasterKey, Metrics, Tls, Traces, Trust};
use token_verification::{Freshness, KeyStore, RevocationFeed};

use super::counted_mailer::CountedMailer;
use crate::CommandError;
use crate::observed::Observed;
use crate::settings::{MailSettings, Settings, setting_of};

/// What every service of a process shares.
pub struct Parts {
    pub clock: Clock,
    pub entropy: Entropy,
    pub trust: Trust,
    /// What the trust knows of narrowing changes; it brings the keys as well.
    pub feed: RevocationFeed,
    /// The numbers of this process.
    pub metrics: Metrics,
    /// What services show each other, and whom they believe.
    pub tls: Tls,
    pub master_key: MasterKey,
    pub public_url: String,
    pub issuer: String,
    /// What mail leaves by, where the settings say so.
    mailer: Option<Arc<dyn Mailer>>,
    /// The development mailbox, unless mail leaves by SMTP.
    pub mailbox: Option<Mailbox>,
    /// Where spans go.
    pub traces: Traces,
    /// What operators may change while it is served.
    pub log_filter: Option<LogFilter>,
}

impl Parts {
    pub fn new(settings: &Settings) -> Result<Self, CommandError> {
        let (clock, entropy) = (settings.rehearsal.clock(), Entropy::system());
        let public_url = settings.public_url.clone();
        let public_url = public_url.ok_or_else(|| {
            missing("public_url", "links in mails begin with the URL at which people reach the product")
        })?;
        let issuer = settings.issuer.clone().unwrap_or_else(|| public_url.clone());
        let master_key = settings.encryption_key.clone();
        let master_key = master_key.ok_or_else(|| {
            missing("encryption_key", "it protects the signing keys; make one with `openssl rand -base64 32`")
        })?;
        let service_secrets = match &settings.service_secrets {
            Some(secrets) => secrets.clone(),
            None => derived_secret(&master_key)?,
        };
        let apps: Vec<String> = settings.apps.codes().map(str::to_owned).collect();
        let keys = KeyStore::empty();
        let feed = RevocationFeed::builder().capacity(settings.revocation_capacity).keys(keys.clone()).build();
        let freshness = Freshness::Feed(feed.clone());
        let trust = Trust::lazy(&issuer, &apps, keys, freshness, service_secrets, clock.clone())?;
        let tls = Tls::open(settings.tls.clone())
            .map_err(|file| invalid(setting_of(file.file), format!("cannot be used: {file}")))?;
        let mailbox = open_mailbox(&settings.data_dir, settings.mail.as_ref(), &clock)?;
        let server = settings.mail.as_ref().map(MailSettings::server).transpose();
        let server = server.map_err(|problem| invalid("mail", problem))?.flatten();
        let mailer: Option<Arc<dyn Mailer>> = match (server, &mailbox) {
            (Some(server), _) => Some(Arc::new(server)),
            (None, Some(mailbox)) => Some(Arc::new(mailbox.clone())),
            _ => None,
        };
        let metrics = Metrics::of(&feed);
        Ok(Self {
            clock,
            entropy,
            trust,
            feed,
            metrics,
            tls,
            master_key,
            public_url,
            issuer,
            mailer,
            mailbox,
            traces: Traces::none(),
            log_filter: None,
        })
    }
}

impl Parts {
    /// The same parts of a process that is served.
    pub fn observed(self, observed: &Observed) -> Self {
        observed.traces.tell(&self.metrics);
        Self { traces: observed.traces.clone(), log_filter: Some(observed.log_filter.clone()), ..self }
    }

    /// What mail leaves by. Asked by the services that send any, so that no other process has to hold the mail server's password.
    /// What `service` sends is counted.
    pub fn mailer(&self, service: &'static str) -> Result<Arc<dyn Mailer>, CommandError> {
        let mailer = self.mailer.clone();
        let mailer = mailer
            .ok_or_else(|| missing("mail", "verification and invitation mails need an SMTP server (smtp://…)"))?;
        Ok(Arc::new(CountedMailer::new(mailer, &self.metrics, service)))
    }
}

/// Services of one deployment share the encryption key, so they can agree on a credential without
/// another setting.
fn derived_secret(master_key: &MasterKey) -> Result<ServiceSecrets, CommandError> {
    let secret = URL_SAFE_NO_PAD.encode(master_key.derive("guildhall/service-secret").authenticate(&[]));
    Ok(ServiceSecrets::new(&[SecretString::from(secret)])?)
}

fn open_mailbox(data_dir: &Path, mail: Option<&MailSettings>, clock: &Clock) -> Result<Option<Mailbox>, CommandError> {
    if !matches!(mail, Some(MailSettings::Mailbox)) {
        return Ok(None);
    }
    let clock = clock.clone();
    let now = move || {
        let nanos = i128::from(clock.now().millis()) * 1_000_000;
        time::OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(time::OffsetDateTime::UNIX_EPOCH)
    };
    Ok(Some(Mailbox::open(data_dir.join("mail"), Arc::new(now))?))
}
