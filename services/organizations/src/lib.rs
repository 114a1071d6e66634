//! Organizations, who belongs to them and with which roles. This service owns the answer to who may
//! act for which organization; it calls no other service.

mod context;
mod domain;
mod error;
mod grpc;
mod operator;
pub mod policy;
mod settings;
mod store;
mod use_cases;
mod wire;

use contracts::FILE_DESCRIPTOR_SET;
use service_kit::database::{DatabaseSettings, Schema};
use service_kit::pages::PageTokens;
use service_kit::positions::{self, CHANGES_KEPT, Tail};
use service_kit::{Database, Idempotency, Microservice, Trust};

use crate::context::Context;
use crate::grpc::Grpc;
use crate::store::migrations::Migrator;

pub use error::{BuildError, OperatorError};
pub use operator::{
    BlockingRecord, MemberRecord, MembershipRecord, Operator, OrganizationRecord, RoleRecord, StatusRecord,
    WhichOrganizations,
};
pub use settings::Settings;

/// The service's name for the database server, in health and in logs.
pub const NAME: &str = "organizations";
/// What brings the service's database up to date, and tells how far it is.
pub const SCHEMA: Schema = Schema::of::<Migrator>(NAME).keeping("organizations");

/// Opens the database and puts the service together; the schema must be up to date.
pub async fn build(settings: Settings, trust: &Trust) -> Result<Microservice, BuildError> {
    let database = Database::open_migrated::<Migrator>(&settings.database, NAME).await?;
    let (clock, entropy) = (settings.clock, settings.entropy);
    let idempotency = Idempotency::new(&database, &settings.master_key, &clock, &entropy, FILE_DESCRIPTOR_SET);
    let changes = Tail::new(&database, &clock, CHANGES_KEPT);
    let sweep = positions::sweep(&database, &clock, &entropy);
    let grpc = Grpc {
        context: Context {
            database: database.clone(),
            clock,
            entropy,
            page_tokens: PageTokens::new(settings.master_key.derive("organizations page tokens")),
        },
    };
    let builder = Microservice::builder(NAME, trust, policy::requirement);
    let builder = builder.idempotency(idempotency).database(&database).schema::<Migrator>().metrics(&settings.metrics);
    Ok(grpc.add_to(builder, &changes).tail(&changes).periodic(sweep).build())
}

/// Brings the schema up to date.
pub async fn migrate(settings: &DatabaseSettings) -> Result<(), BuildError> {
    SCHEMA.bring_up(settings).await?;
    Ok(())
}
