//! Every setting of the product, parsed and validated once.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use billing_context::StripeSettings;
use gateway::Origin;
use identity::{Enumeration, PasswordSettings, Registration, SessionLifetimes};
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use service_kit::database::{DatabaseSettings, Location, is_readable_url};
use service_kit::settings::{RawSettings, SettingsError, invalid, missing};
use service_kit::tls::TlsSettings;
use service_kit::traces::TraceSettings;
use service_kit::trust::ServiceSecrets;
use service_kit::{Entropy, MasterKey};

pub use self::apps::Apps;
use self::apps::dev_origins;
pub use self::catalog::CATALOG;
pub use self::file::settings_file;
pub use self::mail::MailSettings;
pub use self::pages::PageSettings;
pub use self::rehearsal::Rehearsal;
pub use self::serving::ReflectionSetting;
pub use self::tls::setting_of;

mod apps;
mod catalog;
mod dev_key;
mod file;
mod mail;
mod pages;
mod passwords;
mod rehearsal;
mod serving;
mod sessions;
mod stripe;
mod tls;

const DEMO_APP: &str = "auth-client-demo";

/// What the process is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// One machine, loopback only, nothing to protect.
    Dev,
    /// Anything else.
    Production,
}

impl FromStr for Environment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "dev" => Ok(Self::Dev),
            "production" => Ok(Self::Production),
            _ => Err("must be dev or production"),
        }
    }
}

/// The settings of one process.
pub struct Settings {
    pub environment: Environment,
    pub http_listen: SocketAddr,
    pub grpc_listen: SocketAddr,
    pub ops_listen: SocketAddr,
    /// Whom gRPC reflection answers.
    pub reflection: ReflectionSetting,
    /// Between being told to stop and taking nothing more.
    pub shutdown_delay: Duration,
    pub data_dir: PathBuf,
    pub public_url: Option<String>,
    pub issuer: Option<String>,
    pub apps: Apps,
    pub encryption_key: Option<MasterKey>,
    pub service_secrets: Option<ServiceSecrets>,
    pub mail: Option<MailSettings>,
    pub mail_templates: Option<PathBuf>,
    pub pages: PageSettings,
    pub first_admin: Option<(String, SecretString)>,
    pub upstreams: UpstreamUrls,
    /// What services show each other, and whom they believe.
    pub tls: TlsSettings,
    pub log: String,
    /// Where traces go and which of them; they are taken out when that begins.
    pub traces: Option<TraceSettings>,
    pub access_token_lifetime: Duration,
    /// For how many narrowing changes within a token's lifetime there is room.
    pub revocation_capacity: usize,
    pub session_lifetimes: SessionLifetimes,
    /// Who may sign up.
    pub registration: Registration,
    /// Whether sign-up tells that an address has an account.
    pub enumeration: Enumeration,
    pub passwords: PasswordSettings,
    /// Whether tries are counted and refused when they are too many.
    pub rate_limits: bool,
    /// Networks of the proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    pub with_demo: bool,
    pub rehearsal: Rehearsal,
    /// What plans are sold through; without it the built-in provider grants them.
    pub stripe: Option<StripeSettings>,
    database_url: Option<SecretString>,
    /// The same server by a role that may change schemas.
    migrate_database_url: Option<SecretString>,
    database_prefix: String,
    database_pool: u32,
    sqlite_durable: bool,
}

/// Where the other services are, when they are not in this process.
pub struct UpstreamUrls {
    pub identity: Option<String>,
    pub organizations: Option<String>,
    pub invitations: Option<String>,
    pub billing_context: Option<String>,
}

impl UpstreamUrls {
    /// Those that are set, by their service.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("identity", &self.identity),
            ("organizations", &self.organizations),
            ("invitations", &self.invitations),
            ("billing-context", &self.billing_context),
        ];
        all.into_iter().filter_map(|(service, url)| Some((service, url.as_deref()?)))
    }
}

impl Settings {
    /// Reads everything that was set; whatever nobody knows is an error.
    pub fn read(file: Option<&Path>, default_environment: Environment) -> Result<Self, SettingsError> {
        let mut raw = Self::written(file)?;
        let settings = Self::of(&mut raw, default_environment)?;
        raw.finish()?;
        settings.check()?;
        Ok(settings)
    }

    /// Everything that was set, as it was written.
    pub fn written(file: Option<&Path>) -> Result<RawSettings, SettingsError> {
        #[allow(clippy::disallowed_methods, reason = "the one place that reads settings in the environment")]
        let environment = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .filter(|(name, _)| name != file::VARIABLE);
        RawSettings::collect(file, environment)
    }

    fn of(raw: &mut RawSettings, default_environment: Environment) -> Result<Self, SettingsError> {
        let environment = raw.parse_or("environment", default_environment)?;
        Ok(Self {
            environment,
            http_listen: raw.parse_or("http_listen", SocketAddr::from(([127, 0, 0, 1], 8080)))?,
            grpc_listen: raw.parse_or("grpc_listen", SocketAddr::from(([127, 0, 0, 1], 50051)))?,
            ops_listen: raw.parse_or("ops_listen", SocketAddr::from(([127, 0, 0, 1], 9090)))?,
            reflection: ReflectionSetting::read(raw, environment)?,
            shutdown_delay: serving::shutdown_delay(raw, environment)?,
            data_dir: raw.parse_or("data_dir", PathBuf::from("./data"))?,
            public_url: raw.take("public_url").map(|url| http_url("public_url", &url)).transpose()?,
            issuer: raw.take("issuer"),
            apps: Apps::read(raw.take("apps"))?,
            encryption_key: raw.parse_with("encryption_key", MasterKey::parse)?,
            service_secrets: raw.parse_with("service_secrets", service_secrets)?,
            mail: MailSettings::read(raw)?,
            mail_templates: raw.parse("mail_templates")?,
            pages: PageSettings::read(raw)?,
            first_admin: first_admin(raw.take("admin_email"), raw.take("admin_password"))?,
            upstreams: UpstreamUrls {
                identity: upstream(raw, "upstream_identity")?,
                organizations: upstream(raw, "upstream_organizations")?,
                invitations: upstream(raw, "upstream_invitations")?,
                billing_context: upstream(raw, "upstream_billing_context")?,
            },
            tls: tls::read(raw)?,
            access_token_lifetime: Duration::from_secs(raw.parse_or("access_token_seconds", 300)?),
            revocation_capacity: raw.parse_or("revocation_capacity", 100_000)?,
            session_lifetimes: sessions::read(raw)?,
            registration: raw.parse_or("registration", Registration::Open)?,
            enumeration: raw.parse_or("enumeration", Enumeration::Friendly)?,
            passwords: passwords::read(raw)?,
            rate_limits: raw.parse_or("rate_limits", Switch::On)?.is_on(),
            trusted_proxies: raw.parse_with("trusted_proxies", networks)?.unwrap_or_default(),
            with_demo: raw.parse_or("demo", Switch::On)?.is_on(),
            rehearsal: Rehearsal::read(raw)?,
            stripe: stripe::read(raw)?,
            log: raw.take("log").unwrap_or_else(|| "info".to_owned()),
            traces: TraceSettings::read(raw)?,
            database_url: database_url(raw, "database_url")?,
            migrate_database_url: database_url(raw, "migrate_database_url")?,
            database_prefix: raw.take("database_prefix").unwrap_or_else(|| "guildhall".to_owned()),
            database_pool: raw.parse_or("database_pool", 10)?,
            sqlite_durable: raw.parse_or("sqlite_durable", Switch::On)?.is_on(),
        })
    }

    fn check(&self) -> Result<(), SettingsError> {
        let is_on_loopback = self.http_listen.ip().is_loopback() && self.grpc_listen.ip().is_loopback();
        if !(self.rate_limits || is_on_loopback) {
            return Err(invalid("rate_limits", "can be off on a loopback address only"));
        }
        if self.database_pool == 0 {
            return Err(invalid("database_pool", "must be at least 1"));
        }
        if !(1..=3600).contains(&self.access_token_lifetime.as_secs()) {
            return Err(invalid("access_token_seconds", "must be 1 to 3600"));
        }
        if !(1_000..=10_000_000).contains(&self.revocation_capacity) {
            return Err(invalid("revocation_capacity", "must be 1000 to 10000000"));
        }
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !(1..=30).contains(&self.database_prefix.len()) || !self.database_prefix.bytes().all(is_name) {
            return Err(invalid("database_prefix", "must be 1 to 30 of [a-z0-9_]"));
        }
        self.rehearsal.check(self.environment == Environment::Production)?;
        if self.environment == Environment::Production {
            if !self.sqlite_durable {
                return Err(invalid("sqlite_durable", "can be off in dev only: data would be lost with the power"));
            }
            if matches!(self.mail, Some(MailSettings::Mailbox)) {
                return Err(invalid("mail", "is mailbox, which is for dev alone; name an SMTP server (smtp://…)"));
            }
            return Ok(());
        }
        let listeners =
            [("http_listen", self.http_listen), ("grpc_listen", self.grpc_listen), ("ops_listen", self.ops_listen)];
        match listeners.into_iter().find(|(_, address)| !address.ip().is_loopback()) {
            Some((name, _)) => Err(invalid(name, "must be a loopback address in dev")),
            None => Ok(()),
        }
    }

    /// Where a service keeps its data.
    pub fn database(&self, service: &str) -> DatabaseSettings {
        self.database_at(self.database_url.as_ref().or(self.migrate_database_url.as_ref()), service)
    }

    /// The same, for whoever changes its schema.
    pub fn migrating_database(&self, service: &str) -> DatabaseSettings {
        self.database_at(self.migrate_database_url.as_ref().or(self.database_url.as_ref()), service)
    }

    /// The setting that says where schemas are changed on Postgres.
    pub const fn migrating_url_setting(&self) -> &'static str {
        if self.migrate_database_url.is_some() { "migrate_database_url" } else { "database_url" }
    }

    fn database_at(&self, url: Option<&SecretString>, service: &str) -> DatabaseSettings {
        let location = match url {
            None => Location::SqliteFile(self.data_dir.join(format!("{service}.db"))),
            Some(url) => {
                let (url, parameters) = match url.expose_secret().split_once('?') {
                    Some((url, parameters)) => (url, format!("?{parameters}")),
                    None => (url.expose_secret(), String::new()),
                };
                let database = service.replace('-', "_");
                Location::Postgres(SecretString::from(format!(
                    "{}/{}_{database}{parameters}",
                    url.trim_end_matches('/'),
                    self.database_prefix,
                )))
            }
        };
        DatabaseSettings { location, pool_size: self.database_pool, survives_power_cut: self.sqlite_durable }
    }

    /// The sites whose pages may act by cookie and read answers.
    pub fn allowed_origins(&self) -> Vec<Origin> {
        let in_dev = (self.environment == Environment::Dev).then(dev_origins);
        self.apps.origins().cloned().chain(in_dev.into_iter().flatten()).collect()
    }

    /// Whether data is kept in SQLite files.
    pub const fn is_embedded(&self) -> bool {
        self.database_url.is_none() && self.migrate_database_url.is_none()
    }
}

fn database_url(raw: &mut RawSettings, name: &'static str) -> Result<Option<SecretString>, SettingsError> {
    let Some(url) = raw.take(name) else { return Ok(None) };
    let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"));
    let path = rest.map(|rest| rest.split('?').next().unwrap_or(rest).trim_end_matches('/'));
    match path {
        Some(_) if !is_readable_url(&url) => Err(invalid(
            name,
            "cannot be read as a URL; in a password, # ? / @ : and % are written as %23 %3F %2F %40 %3A and %25",
        )),
        Some(authority) if !authority.is_empty() && !authority.contains('/') => Ok(Some(SecretString::from(url))),
        Some(_) => {
            Err(invalid(name, "must end after the host: each service has a database of its own, guildhall_<service>"))
        }
        None => Err(invalid(name, "must begin with postgres://; leave it unset for SQLite")),
    }
}

fn http_url(name: &'static str, url: &str) -> Result<String, SettingsError> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.starts_with('/') => Ok(url.trim_end_matches('/').to_owned()),
        _ => Err(invalid(name, "must be an http:// or https:// URL")),
    }
}

fn upstream(raw: &mut RawSettings, name: &'static str) -> Result<Option<String>, SettingsError> {
    raw.take(name).map(|url| http_url(name, &url)).transpose()
}

/// Addresses and networks (`10.0.0.0/8`), separated by commas.
fn networks(list: &str) -> Result<Vec<IpNet>, &'static str> {
    let network = |text: &str| text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    let networks = list.split(',').map(|text| network(text.trim()));
    networks.collect::<Option<_>>().ok_or("must be addresses or networks such as 10.0.0.0/8, separated by commas")
}

fn service_secrets(list: &str) -> Result<ServiceSecrets, service_kit::trust::UnusableSecrets> {
    let secrets: Vec<SecretString> = list.split(',').map(|secret| SecretString::from(secret.trim())).collect();
    ServiceSecrets::new(&secrets)
}

fn first_admin(
    email: Option<String>,
    password: Option<String>,
) -> Result<Option<(String, SecretString)>, SettingsError> {
    match (email, password) {
        (Some(email), Some(password)) => Ok(Some((email, SecretString::from(password)))),
        (None, None) => Ok(None),
        (Some(_), None) => {
            Err(missing("admin_password", "GUILDHALL_ADMIN_EMAIL is set, and the admin needs a password"))
        }
        (None, Some(_)) => {
            Err(missing("admin_email", "GUILDHALL_ADMIN_PASSWORD is set, and the admin needs an address"))
        }
    }
}

impl Settings {
    /// What `dev` assumes where nothing is set: the demo's app, an address to put into links, a key
    /// kept beside the data, and a mailbox.
    pub fn assume_dev(&mut self, gateway: SocketAddr, entropy: &Entropy) -> Result<(), SettingsError> {
        self.apps.ensure(DEMO_APP);
        if self.public_url.is_none() {
            self.public_url = Some(format!("http://{gateway}"));
        }
        if self.mail.is_none() {
            self.mail = Some(MailSettings::Mailbox);
        }
        if self.encryption_key.is_none() {
            self.encryption_key = Some(dev_key::of(&self.data_dir, entropy)?);
        }
        Ok(())
    }
}

/// A setting that is on or off.
#[derive(Clone, Copy)]
enum Switch {
    On,
    Off,
}

impl Switch {
    const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}

impl FromStr for Switch {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err("must be on or off"),
        }
    }
}
