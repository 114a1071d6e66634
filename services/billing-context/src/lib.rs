//! Plans, subscriptions and credits of organizations: what is on offer, who is on which plan, and the
//! ledger of credits.

#![forbid(unsafe_code)]

mod chores;
mod context;
mod deliveries;
mod domain;
mod error;
mod grpc;
mod key_uses;
mod operator;
mod policy;
mod providers;
mod settings;
mod store;
mod upstreams;
mod use_cases;
mod wire;

use contracts::FILE_DESCRIPTOR_SET;
use contracts::billing::v1::billing_audit_administration_service_server::BillingAuditAdministrationServiceServer;
use contracts::billing::v1::billing_audit_service_server::BillingAuditServiceServer;
use contracts::billing::v1::checkout_service_server::CheckoutServiceServer;
use contracts::billing::v1::credit_administration_service_server::CreditAdministrationServiceServer;
use contracts::billing::v1::credit_service_server::CreditServiceServer;
use contracts::billing::v1::entitlement_change_service_server::EntitlementChangeServiceServer;
use contracts::billing::v1::manual_provider_service_server::ManualProviderServiceServer;
use contracts::billing::v1::plan_administration_service_server::PlanAdministrationServiceServer;
use contracts::billing::v1::plan_service_server::PlanServiceServer;
use contracts::billing::v1::quarantine_service_server::QuarantineServiceServer;
use contracts::billing::v1::server_billing_service_server::ServerBillingServiceServer;
use contracts::billing::v1::server_key_service_server::ServerKeyServiceServer;
use contracts::billing::v1::subscription_administration_service_server::SubscriptionAdministrationServiceServer;
use contracts::billing::v1::subscription_service_server::SubscriptionServiceServer;
use contracts::billing::v1::webhook_service_server::WebhookServiceServer;
use service_kit::database::{DatabaseSettings, Schema};
use service_kit::limits::LARGEST_MESSAGE;
use service_kit::positions::{self, CHANGES_KEPT, Tail};
use service_kit::{Database, Idempotency, Microservice, Trust};

use crate::context::Context;
pub use crate::operator::{CreatedKey, KeyRecord, LedgerReport, Operator, OperatorError};
pub use crate::policy::requirement;
pub use crate::providers::{StripeSettings, UnusableSecrets, UnusableStripe, WebhookSecrets};
pub use crate::settings::{ProviderSettings, Settings};
pub use crate::upstreams::Upstreams;

/// The service's name in logs, health answers and database names.
pub const NAME: &str = "billing-context";
/// What brings the service's database up to date, and tells how far it is.
pub const SCHEMA: Schema = Schema::of::<store::Migrator>(NAME).keeping("credit_accounts");

/// The service cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The database cannot be opened.
    #[error("The billing database cannot be opened; check its settings: {}", service_kit::database::in_words(.0))]
    Database(#[from] store::DbErr),
    /// Stripe could not be called from here at all.
    #[error("Calls to Stripe cannot be made from this machine: {0}")]
    Http(#[from] reqwest::Error),
}

/// Brings the database's schema up to date.
pub async fn migrate(settings: &DatabaseSettings) -> Result<(), BuildError> {
    SCHEMA.bring_up(settings).await?;
    Ok(())
}

/// Builds the service over a database that is up to date.
pub async fn build(settings: Settings, trust: &Trust, upstreams: Upstreams) -> Result<Microservice, BuildError> {
    let database = Database::open_migrated::<store::Migrator>(&settings.database, NAME).await?;
    let Settings { master_key, clock, entropy, .. } = &settings;
    let idempotency = Idempotency::new(&database, master_key, clock, entropy, FILE_DESCRIPTOR_SET);
    let changes = Tail::new(&database, clock, CHANGES_KEPT);
    let sweep = positions::sweep(&database, clock, entropy);
    let metrics = settings.metrics.clone();
    let context = Context::new(settings, database.clone(), upstreams)?;
    let of_keys = context.clone();
    let idempotency = idempotency.while_key_stands(move |key| {
        let context = of_keys.clone();
        async move { Ok(use_cases::check_key(&context, &key).await?) }
    });
    let relay = deliveries::relay(&context);
    let periodic = chores::chores(&context);
    let credits = grpc::Credits(context.clone());

    let mut builder = Microservice::builder(NAME, trust, requirement);
    for chore in periodic {
        builder = builder.periodic(chore);
    }
    Ok(builder
        .add(PlanServiceServer::new(grpc::Plans(context.clone())).max_decoding_message_size(LARGEST_MESSAGE))
        .add(
            SubscriptionServiceServer::new(grpc::Subscriptions(context.clone()))
                .max_decoding_message_size(LARGEST_MESSAGE),
        )
        .add(
            SubscriptionAdministrationServiceServer::new(grpc::SubscriptionAdministration(context.clone()))
                .max_decoding_message_size(LARGEST_MESSAGE),
        )
        .add(
            PlanAdministrationServiceServer::new(grpc::PlanAdministration(context.clone()))
                .max_decoding_message_size(LARGEST_MESSAGE),
        )
        .add(CheckoutServiceServer::new(grpc::Checkout(context.clone())).max_decoding_message_size(LARGEST_MESSAGE))
        .add(
            ManualProviderServiceServer::new(grpc::ManualProvider(context.clone()))
                .max_decoding_message_size(LARGEST_MESSAGE),
        )
        .add(BillingAuditServiceServer::new(grpc::Audit(context.clone())).max_decoding_message_size(LARGEST_MESSAGE))
        .add(
            BillingAuditAdministrationServiceServer::new(grpc::Audit(context.clone()))
                .max_decoding_message_size(LARGEST_MESSAGE),
        )
        .add(WebhookServiceServer::new(grpc::Webhooks(context.clone())).max_decoding_message_size(LARGEST_MESSAGE))
        .add(QuarantineServiceServer::new(grpc::Quarantine(context.clone())).max_decoding_message_size(LARGEST_MESSAGE))
        .relay(relay)
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
        .idempotency(idempotency)
        .database(&database)
        .metrics(&metrics)
        .schema::<store::Migrator>()
        .build())
}
