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
mod mails;
mod passwords;
mod policy;
mod settings;
mod signing_key;
mod store;
mod upstreams;
mod use_cases;
mod wire;

use std::sync::Arc;

use contracts::identity::v1::account_service_server::AccountServiceServer;
use contracts::identity::v1::authentication_service_server::AuthenticationServiceServer;
use contracts::identity::v1::key_service_server::KeyServiceServer;
use contracts::identity::v1::session_service_server::SessionServiceServer;
use contracts::identity::v1::user_service_server::UserServiceServer;
use service_kit::database::DatabaseSettings;
use service_kit::pages::PageTokens;
use service_kit::{Database, Microservice, Trust};
use token_verification::KeySet;

pub use domain::app::{Apps, UnknownApp};
pub use domain::lifetimes::{Lifetime, SessionLifetimes, UnusableLifetime};
pub use policy::requirement;
pub use settings::{FirstAdmin, PasswordSettings, Settings};
pub use upstreams::Upstreams;

use context::{Context, Issuance, Secrets};
use mails::Mails;
use passwords::Passwords;
use store::migrations::Migrator;

const NAME: &str = "identity";

/// Identity cannot start.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The database does not answer, or its schema is not up to date.
    #[error("identity's database cannot be used: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// The master key is not the one that the signing keys were sealed with.
    #[error(
        "the master key does not open the signing keys in identity's database; start with the key that they were \
         made with"
    )]
    WrongMasterKey,
    /// What the first start made is not there or not readable.
    #[error("the signing keys in identity's database are damaged; restore them from a backup")]
    DamagedKey,
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
    Database::open(settings, NAME).await?.migrate::<Migrator>(NAME).await
}

/// Builds identity over a database that is up to date. Its own keys go into `trust`, so it verifies
/// tokens from the start on.
pub async fn build(settings: Settings, trust: &Trust, upstreams: Upstreams) -> Result<Microservice, BuildError> {
    let database = Database::open_migrated::<Migrator>(&settings.database, NAME).await?;
    let sealing = settings.master_key.derive("identity: signing keys");
    let found = first_start::find_or_make(&database, &sealing, &settings.clock, &settings.entropy).await?;
    trust.keys.replace(KeySet::from_jwks(&found.jwks).map_err(|_| BuildError::DamagedKey)?);

    let context = Context {
        passwords: Passwords::new(&settings.passwords, &settings.entropy)?,
        mails: Mails::new(settings.mailer, settings.mail_templates, &settings.public_url)?,
        issuance: Arc::new(Issuance {
            key: found.key,
            issuer: settings.issuer,
            lifetime: settings.access_token_lifetime,
            epoch: found.epoch,
            jwks: found.jwks,
        }),
        secrets: Secrets {
            refresh: settings.master_key.derive("identity: refresh tokens"),
            mail: settings.master_key.derive("identity: mailed tokens"),
        },
        apps: Arc::new(settings.apps),
        page_tokens: PageTokens::new(settings.master_key.derive("identity: page tokens")),
        session_lifetimes: settings.session_lifetimes,
        clock: settings.clock,
        entropy: settings.entropy,
        upstreams,
        database,
    };
    if let Some(admin) = settings.first_admin {
        first_start::make_first_admin(&context, admin).await?;
    }

    Ok(Microservice::builder(NAME, trust, requirement)
        .add(AuthenticationServiceServer::new(grpc::authentication::Authentication::new(&context)))
        .add(AccountServiceServer::new(grpc::account::Account::new(&context)))
        .add(UserServiceServer::new(grpc::user::Users::new(&context)))
        .add(SessionServiceServer::new(grpc::session::Sessions::new(&context)))
        .add(KeyServiceServer::new(grpc::key::Keys::new(&context)))
        .relay(deliveries::relay(&context))
        .periodic(use_cases::sweep_sessions::periodically(&context))
        .database(&context.database)
        .build())
}
