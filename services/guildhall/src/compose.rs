//! The composition root: builds services and hands each the channels to those it calls. Whether a
//! channel is a function call or a socket is decided here and known nowhere else.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mail::{Address, Mailbox, Mailer, SmtpMailer};
use secrecy::SecretString;
use service_kit::http_server::serve_http;
use service_kit::policy::Requirement;
use service_kit::settings::{invalid, missing};
use service_kit::trust::ServiceSecrets;
use service_kit::{Channel, Clock, Entropy, MasterKey, Microservice, Trust};
use token_verification::KeyStore;
use tokio_util::sync::CancellationToken;

use crate::CommandError;
use crate::command_line::Served;
use crate::key_refresh;
use crate::listeners::Listeners;
use crate::settings::{Environment, MailSettings, Settings};

/// What every service of a process shares.
pub struct Parts {
    pub clock: Clock,
    pub entropy: Entropy,
    pub trust: Trust,
    pub master_key: MasterKey,
    pub public_url: String,
    pub issuer: String,
    mailer: Arc<dyn Mailer>,
    /// The development mailbox, unless mail leaves by SMTP.
    pub mailbox: Option<Mailbox>,
}

impl Parts {
    pub fn new(settings: &Settings) -> Result<Self, CommandError> {
        let (clock, entropy) = (Clock::system(), Entropy::system());
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
        let apps: Vec<String> = settings.apps().map(str::to_owned).collect();
        let trust = Trust::lazy(&issuer, &apps, service_secrets, clock.clone())?;
        let mailbox = open_mailbox(&settings.data_dir, settings.mail.as_ref(), &clock)?;
        let mailer: Arc<dyn Mailer> = match (&settings.mail, &mailbox) {
            (Some(MailSettings::Smtp { url, from }), _) => Arc::new(SmtpMailer::from_url(url, from)?),
            (_, Some(mailbox)) => Arc::new(mailbox.clone()),
            _ => return Err(missing("mail", "verification and invitation mails need an SMTP server (smtp://…)").into()),
        };
        Ok(Self { clock, entropy, trust, master_key, public_url, issuer, mailer, mailbox })
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

/// Channels to the four services that own facts.
#[derive(Clone)]
pub struct Doors {
    pub identity: Channel,
    pub organizations: Channel,
    pub invitations: Channel,
    pub billing_context: Channel,
}

impl Doors {
    /// Over sockets, to these URLs by service.
    pub fn remote(urls: &BTreeMap<&'static str, String>, parts: &Parts) -> Result<Self, CommandError> {
        let door = |service: &str| -> Result<Channel, CommandError> {
            let setting = format!("upstream_{}", service.replace('-', "_"));
            let url = urls.get(service).ok_or_else(|| missing(&setting, "this service calls it"))?;
            let channel = Channel::remote(url).map_err(|error| invalid(&setting, error))?;
            Ok(channel.with_credential(&parts.trust.service_secrets))
        };
        Ok(Self {
            identity: door("identity")?,
            organizations: door("organizations")?,
            invitations: door("invitations")?,
            billing_context: door("billing-context")?,
        })
    }
}

/// Services ready to be served.
pub struct Composed {
    microservices: Vec<Microservice>,
    http: Option<Router>,
    /// How to call each service.
    pub doors: Doors,
}

/// Builds what was asked for.
pub async fn compose(settings: &Settings, parts: &Parts, what: Served) -> Result<Composed, CommandError> {
    match what {
        Served::All => all(settings, parts).await,
        one => alone(settings, parts, one).await,
    }
}

async fn all(settings: &Settings, parts: &Parts) -> Result<Composed, CommandError> {
    let inside = |microservice: &Microservice| microservice.in_process().with_credential(&parts.trust.service_secrets);

    let organizations = build_organizations(settings, parts).await?;
    let to_organizations = inside(&organizations);
    let billing_context = build_billing_context(settings, parts, &to_organizations).await?;
    let to_billing_context = inside(&billing_context);
    let identity = build_identity(settings, parts, &to_organizations, &to_billing_context).await?;
    let to_identity = inside(&identity);
    let invitations = build_invitations(settings, parts, &to_organizations, &to_identity).await?;
    let doors = Doors {
        identity: to_identity,
        organizations: to_organizations,
        invitations: inside(&invitations),
        billing_context: to_billing_context,
    };
    let http = build_gateway(settings, parts, &doors);
    let gateway = gateway_for_operators(parts);
    let microservices = vec![organizations, billing_context, identity, invitations, gateway];
    Ok(Composed { microservices, http: Some(http), doors })
}

async fn alone(settings: &Settings, parts: &Parts, what: Served) -> Result<Composed, CommandError> {
    let urls = [
        ("identity", &settings.upstreams.identity),
        ("organizations", &settings.upstreams.organizations),
        ("invitations", &settings.upstreams.invitations),
        ("billing-context", &settings.upstreams.billing_context),
    ];
    let urls = urls.into_iter().filter_map(|(service, url)| Some((service, url.clone()?))).collect();
    let doors = Doors::remote(&urls, parts)?;
    let (microservice, http) = match what {
        Served::Identity => {
            (build_identity(settings, parts, &doors.organizations, &doors.billing_context).await?, None)
        }
        Served::Organizations => (build_organizations(settings, parts).await?, None),
        Served::Invitations => (build_invitations(settings, parts, &doors.organizations, &doors.identity).await?, None),
        Served::BillingContext => (build_billing_context(settings, parts, &doors.organizations).await?, None),
        Served::Gateway | Served::All => (gateway_for_operators(parts), Some(build_gateway(settings, parts, &doors))),
    };
    Ok(Composed { microservices: vec![microservice], http, doors })
}

impl Composed {
    /// Serves until `stop`: first the gateway ends, then the services behind it.
    pub async fn serve(
        self,
        keys: KeyStore,
        listeners: Listeners,
        stop: CancellationToken,
    ) -> Result<(), CommandError> {
        let services_stop = CancellationToken::new();
        let refresh = tokio::spawn(key_refresh::keep_fresh(keys, self.doors.identity, services_stop.clone()));
        let services = tokio::spawn(service_kit::serve::serve(
            self.microservices,
            contracts::FILE_DESCRIPTOR_SET,
            listeners.grpc,
            listeners.ops,
            services_stop.clone(),
        ));
        let gateway_ended = match (self.http, listeners.http) {
            (Some(router), Some(listener)) => serve_http(listener, router, stop.clone()).await,
            _ => {
                stop.cancelled().await;
                Ok(())
            }
        };
        services_stop.cancel();
        refresh.await?;
        services.await??;
        Ok(gateway_ended?)
    }
}

async fn build_organizations(settings: &Settings, parts: &Parts) -> Result<Microservice, CommandError> {
    let settings = organizations::Settings {
        database: settings.database("organizations"),
        master_key: parts.master_key.clone(),
        clock: parts.clock.clone(),
        entropy: parts.entropy.clone(),
    };
    Ok(organizations::build(settings, &parts.trust).await?)
}

async fn build_billing_context(
    settings: &Settings,
    parts: &Parts,
    organizations: &Channel,
) -> Result<Microservice, CommandError> {
    let settings = billing_context::Settings {
        database: settings.database("billing-context"),
        master_key: parts.master_key.clone(),
        clock: parts.clock.clone(),
        entropy: parts.entropy.clone(),
    };
    let upstreams = billing_context::Upstreams { organizations: organizations.clone() };
    Ok(billing_context::build(settings, &parts.trust, upstreams).await?)
}

async fn build_identity(
    settings: &Settings,
    parts: &Parts,
    organizations: &Channel,
    billing: &Channel,
) -> Result<Microservice, CommandError> {
    let first_admin = match &settings.first_admin {
        Some((email, password)) => Some(identity::FirstAdmin {
            email: Address::parse(email).map_err(|problem| invalid("admin_email", problem))?,
            password: password.clone(),
        }),
        None => None,
    };
    let settings = identity::Settings {
        database: settings.database("identity"),
        master_key: parts.master_key.clone(),
        issuer: parts.issuer.clone(),
        apps: identity::Apps::new(settings.default_app.clone(), settings.other_apps.clone()),
        public_url: parts.public_url.clone(),
        access_token_lifetime: settings.access_token_lifetime,
        passwords: identity::PasswordSettings::default(),
        mailer: Arc::clone(&parts.mailer),
        mail_templates: settings.mail_templates.clone(),
        first_admin,
        clock: parts.clock.clone(),
        entropy: parts.entropy.clone(),
    };
    let upstreams = identity::Upstreams { organizations: organizations.clone(), billing: billing.clone() };
    Ok(identity::build(settings, &parts.trust, upstreams).await?)
}

async fn build_invitations(
    settings: &Settings,
    parts: &Parts,
    organizations: &Channel,
    identity: &Channel,
) -> Result<Microservice, CommandError> {
    let settings = invitations::Settings {
        database: settings.database("invitations"),
        master_key: parts.master_key.clone(),
        public_url: parts.public_url.clone(),
        mailer: Arc::clone(&parts.mailer),
        mail_templates: settings.mail_templates.clone(),
        clock: parts.clock.clone(),
        entropy: parts.entropy.clone(),
    };
    let upstreams = invitations::Upstreams { organizations: organizations.clone(), identity: identity.clone() };
    Ok(invitations::build(settings, &parts.trust, upstreams).await?)
}

fn build_gateway(settings: &Settings, parts: &Parts, doors: &Doors) -> Router {
    let mailbox = parts.mailbox.clone().filter(|_| settings.environment == Environment::Dev);
    let dev = mailbox.map(|mailbox| gateway::DevPages { mailbox });
    let settings = gateway::Settings { public_url: parts.public_url.clone(), dev };
    let upstreams = gateway::Upstreams {
        identity: doors.identity.clone(),
        organizations: doors.organizations.clone(),
        invitations: doors.invitations.clone(),
        billing: doors.billing_context.clone(),
    };
    gateway::build(settings, &parts.trust, upstreams)
}

/// The gateway answers no RPC, but operators ask every process for its health in the same way.
fn gateway_for_operators(parts: &Parts) -> Microservice {
    const fn nothing(_: &str) -> Option<Requirement> {
        None
    }
    Microservice::builder("gateway", &parts.trust, nothing).build()
}
