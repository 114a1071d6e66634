//! Plans, subscriptions and credits of organizations: what is on offer, who is on which plan, and the
//! ledger of credits.

#![forbid(unsafe_code)]

mod context;
mod domain;
mod error;
mod grpc;
mod key_uses;
mod operator;
mod policy;
mod settings;
mod store;
mod upstreams;
mod use_cases;
mod wire;

use std::time::Duration;

use contracts::FILE_DESCRIPTOR_SET;
use contracts::billing::v1::credit_administration_service_server::CreditAdministrationServiceServer;
use contracts::billing::v1::credit_service_server::CreditServiceServer;
use contracts::billing::v1::entitlement_change_service_server::EntitlementChangeServiceServer;
use contracts::billing::v1::plan_service_server::PlanServiceServer;
use contracts::billing::v1::server_billing_service_server::ServerBillingServiceServer;
use contracts::billing::v1::server_key_service_server::ServerKeyServiceServer;
use contracts::billing::v1::subscription_service_server::SubscriptionServiceServer;
use service_kit::database::DatabaseSettings;
use service_kit::limits::LARGEST_MESSAGE;
use service_kit::periodic::PeriodicWork;
use service_kit::positions::{self, CHANGES_KEPT, Tail};
use service_kit::{Database, Idempotency, Microservice, Trust};

use crate::context::Context;
pub use crate::operator::{CreatedKey, KeyRecord, LedgerReport, Operator, OperatorError};
pub use crate::policy::requirement;
pub use crate::settings::Settings;
pub use crate::upstreams::Upstreams;

/// The service's name in logs, health answers and database names.
pub const NAME: &str = "billing-context";

/// The service cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The database cannot be opened.
    #[error("The billing database cannot be opened; check its settings: {0}")]
    Database(#[from] store::DbErr),
}

/// Brings the database's schema up to date.
pub async fn migrate(settings: &DatabaseSettings) -> Result<(), BuildError> {
    let database = Database::open(settings, NAME).await?;
    Ok(database.migrate::<store::Migrator>(NAME).await?)
}

/// Builds the service over a database that is up to date.
pub async fn build(settings: Settings, trust: &Trust, upstreams: Upstreams) -> Result<Microservice, BuildError> {
    let database = Database::open_migrated::<store::Migrator>(&settings.database, NAME).await?;
    let Settings { master_key, clock, entropy, .. } = &settings;
    let idempotency = Idempotency::new(&database, master_key, clock, entropy, FILE_DESCRIPTOR_SET);
    let changes = Tail::new(&database, clock, CHANGES_KEPT);
    let sweep = positions::sweep(&database, clock, entropy);
    let context = Context::new(settings, database.clone(), upstreams);
    let key_uses = record_key_uses(&context);
    let credits = grpc::Credits(context.clone());

    Ok(Microservice::builder(NAME, trust, requirement)
        .add(PlanServiceServer::new(grpc::Plans(context.clone())).max_decoding_message_size(LARGEST_MESSAGE))
        .add(
            SubscriptionServiceServer::new(grpc::Subscriptions(context.clone()))
                .max_decoding_message_size(LARGEST_MESSAGE),
        )
        .add(CreditServiceServer::new(credits.clone()).max_decoding_message_size(LARGEST_MESSAGE))
        .add(CreditAdministrationServiceServer::new(credits).max_decoding_message_size(LARGEST_MESSAGE))
        .add(
            ServerBillingServiceServer::new(grpc::ServerBilling(context.clone()))
                .max_decoding_message_size(LARGEST_MESSAGE),
        )
        .add(ServerKeyServiceServer::new(grpc::ServerKeys(context)).max_decoding_message_size(LARGEST_MESSAGE))
        .add(
            EntitlementChangeServiceServer::new(grpc::Changes(changes.clone()))
                .max_decoding_message_size(LARGEST_MESSAGE),
        )
        .tail(&changes)
        .periodic(sweep)
        .periodic(key_uses)
        .idempotency(idempotency)
        .database(&database)
        .build())
}

/// When keys were used is written down this often, and so known to about this long.
const KEY_USES_EVERY: Duration = Duration::from_secs(60);

fn record_key_uses(context: &Context) -> PeriodicWork {
    let (context, entropy) = (context.clone(), context.entropy.clone());
    PeriodicWork::new("record uses of server keys", KEY_USES_EVERY, entropy, move || {
        let context = context.clone();
        async move { use_cases::record_key_uses(&context).await }
    })
}
