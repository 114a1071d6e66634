//! Identity: accounts, credentials, sessions and the tokens that speak for them.
//!
//! A call goes `grpc` → one use case → a rule of `domain` → a function of `store`.

#![forbid(unsafe_code)]

mod context;
mod deliveries;
mod domain;
mod error;
mod first_start;
mod grpc;
mod key_vault;
mod keyring;
mod mails;
mod numbers;
mod operator;
mod passwords;
mod policy;
mod revocations;
mod settings;
mod signing_key;
mod store;
mod upstreams;
mod use_cases;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use contracts::FILE_DESCRIPTOR_SET;
use contracts::identity::v1::account_service_server::AccountServiceServer;
use contracts::identity::v1::authentication_service_server::AuthenticationServiceServer;
use contracts::identity::v1::key_service_server::KeyServiceServer;
use contracts::identity::v1::password_service_server::PasswordServiceServer;
use contracts::identity::v1::session_service_server::SessionServiceServer;
use contracts::identity::v1::user_administration_service_server::UserAdministrationServiceServer;
use contracts::identity::v1::user_service_server::UserServiceServer;
use service_kit::continuous::ContinuousWork;
use service_kit::database::{DatabaseSettings, Schema};
use service_kit::pages::PageTokens;
use service_kit::periodic::PeriodicWork;
use service_kit::positions::{self, CHANGES_KEPT, Tail};
use service_kit::{Database, Idempotency, Microservice, Trust};

pub use domain::app::{Apps, UnknownApp};
pub use domain::lifetimes::{Lifetime, SessionLifetimes, UnusableLifetime};
pub use domain::sign_up_policy::{Enumeration, Registration};
pub use error::{KeyError, OperatorError};
pub use key_vault::{KeyRecord, KeyVault, Rotated};
pub use operator::{
    AccountRecord, Created, Operator, PersonalData, PersonalSession, ResetLink, RoleHolder, SessionRecord,
    WhichAccounts,
};
pub use policy::requirement;
pub use settings::{FirstAdmin, PasswordSettings, Settings};
pub use upstreams::Upstreams;

use context::{Context, Issuance, Secrets};
use grpc::revocation_server::RevocationServer;
use keyring::Keyring;
use mails::Mails;
use numbers::Numbers;
use passwords::Passwords;
use revocations::Revocations;
use store::epoch;
use store::migrations::Migrator;

const NAME: &str = "identity";
/// What brings the service's database up to date, and tells how far it is.
pub const SCHEMA: Schema = Schema::of::<Migrator>(NAME).keeping("users");
/// How soon a running identity signs with a key that somebody has rotated to.
const FOLLOW_KEYS_EVERY: Duration = Duration::from_secs(2);

/// Identity cannot start.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The database does not answer, or its schema is not up to date.
    #[error("identity's database cannot be used: {}", service_kit::database::in_words(.0))]
    Database(#[from] sea_orm::DbErr),
    /// The signing keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The settings ask for hashes that cannot be made.
    #[error(transparent)]
    Hashing(#[from] passwords::UnusableHashing),
    /// A mail template cannot be used.
    #[error(transparent)]
    Templates(#[from] mail::TemplateError),
    /// The first administrator's password is too short.
    #[error("the first administrator's password must have at least {0} characters")]
    AdminPassword(usize),
    /// The first administrator could not be made.
    #[error("the first administrator could not be made: {0}")]
    Admin(String),
}

/// Brings identity's database up to date.
pub async fn migrate(settings: &DatabaseSettings) -> Result<(), sea_orm::DbErr> {
    SCHEMA.bring_up(settings).await.map(|_| ())
}

/// Whether the mail templates in this folder can be used.
pub fn check_mail_templates(folder: Option<PathBuf>) -> Result<(), mail::TemplateError> {
    mails::templates(folder).map(|_| ())
}

/// Builds identity over a database that is up to date. Its own keys go into `trust`, so it verifies
/// tokens from the start on.
pub async fn build(settings: Settings, trust: &Trust, upstreams: Upstreams) -> Result<Microservice, BuildError> {
    let database = Database::open_migrated::<Migrator>(&settings.database, NAME).await?;
    let vault = KeyVault::of(database.clone(), &settings.master_key, settings.clock.clone(), settings.entropy.clone());
    vault.fill().await?;
    vault.check().await?;
    let keyring = Arc::new(Keyring::load(vault, trust.keys.clone()).await?);
    let epoch = epoch::find(database.reader()).await?.ok_or(KeyError::Damaged)?;

    let (clock, entropy) = (settings.clock, settings.entropy);
    let tail = Tail::new(&database, &clock, CHANGES_KEPT);
    let revocations = Revocations::new(revocations::Ground {
        database: database.clone(),
        upstreams: upstreams.clone(),
        tail: tail.clone(),
        keyring: Arc::clone(&keyring),
        clock: clock.clone(),
        entropy: entropy.clone(),
        lifetime: settings.access_token_lifetime,
        epoch,
    });
    revocations.tell(&settings.metrics);
    keyring.tell(&settings.metrics, &clock);
    let idempotency = Idempotency::new(&database, &settings.master_key, &clock, &entropy, FILE_DESCRIPTOR_SET);

    let context = Context {
        passwords: Passwords::new(&settings.passwords, &entropy, &settings.metrics)?,
        mails: Mails::new(settings.mailer, settings.mail_templates, &settings.public_url)?,
        issuance: Arc::new(Issuance {
            keyring: Arc::clone(&keyring),
            issuer: settings.issuer,
            lifetime: settings.access_token_lifetime,
        }),
        revocations: revocations.clone(),
        secrets: Secrets {
            refresh: settings.master_key.derive("identity: refresh tokens"),
            mail: settings.master_key.derive("identity: mailed tokens"),
            attempts: settings.master_key.derive("identity: attempts"),
            devices: settings.master_key.derive("identity: devices"),
        },
        apps: Arc::new(settings.apps),
        registration: settings.registration,
        enumeration: settings.enumeration,
        throttles: settings.throttles,
        page_tokens: PageTokens::new(settings.master_key.derive("identity: page tokens")),
        session_lifetimes: settings.session_lifetimes,
        numbers: Numbers::of(&settings.metrics, NAME),
        clock,
        entropy,
        upstreams,
        database,
    };
    if let Some(admin) = settings.first_admin {
        first_start::make_first_admin(&context, admin).await?;
    }

    Ok(Microservice::builder(NAME, trust, requirement)
        .add(AuthenticationServiceServer::new(grpc::authentication::Authentication::new(&context)))
        .add(AccountServiceServer::new(grpc::account::Account::new(&context)))
        .add(PasswordServiceServer::new(grpc::password::Passwords::new(&context)))
        .add(UserServiceServer::new(grpc::user::Users::new(&context)))
        .add(SessionServiceServer::new(grpc::session::Sessions::new(&context)))
        .add(UserAdministrationServiceServer::new(grpc::user_administration::UserAdministration::new(&context)))
        .add(KeyServiceServer::new(grpc::key::Keys::new(&context)))
        .add(RevocationServer::new(grpc::revocation::Revocation::new(&context)))
        .idempotency(idempotency)
        .relay(deliveries::relay(&context))
        .periodic(use_cases::sweep_sessions::periodically(&context))
        .periodic(PeriodicWork::new("signing keys", FOLLOW_KEYS_EVERY, context.entropy.clone(), move || {
            let keyring = Arc::clone(&keyring);
            async move { keyring.follow().await }
        }))
        .periodic(positions::sweep(&context.database, &context.clock, &context.entropy))
        .tail(&tail)
        .continuous(ContinuousWork::new("revocations", move |stop| revocations.clone().run(stop)))
        .database(&context.database)
        .metrics(&settings.metrics)
        .schema::<Migrator>()
        .build())
}
