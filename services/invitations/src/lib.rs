//! Invitations by e-mail and shareable links: offers of membership, and the crossing from an offer to
//! a membership that organizations keeps.

#![forbid(unsafe_code)]

mod context;
mod deliveries;
mod domain;
mod error;
mod grpc;
mod letters;
mod link_pages;
mod numbers;
mod policy;
mod settings;
mod store;
mod upstreams;
mod use_cases;
mod wire;

use std::path::PathBuf;

use contracts::FILE_DESCRIPTOR_SET;
use contracts::invitations::v1::admission_service_server::AdmissionServiceServer;
use contracts::invitations::v1::invitation_audit_administration_service_server::InvitationAuditAdministrationServiceServer;
use contracts::invitations::v1::invitation_audit_service_server::InvitationAuditServiceServer;
use contracts::invitations::v1::invitation_service_server::InvitationServiceServer;
use contracts::invitations::v1::invite_link_service_server::InviteLinkServiceServer;
use service_kit::database::{DatabaseSettings, Schema};
use service_kit::limits::LARGEST_MESSAGE;
use service_kit::{Database, Idempotency, Microservice, Trust};

use crate::context::Context;
use crate::letters::Letters;
pub use crate::link_pages::{LinkPage, LinkPages};
pub use crate::policy::requirement;
pub use crate::settings::Settings;
pub use crate::upstreams::Upstreams;

/// The service's name in logs, health answers and database names.
pub const NAME: &str = "invitations";
/// What brings the service's database up to date, and tells how far it is.
pub const SCHEMA: Schema = Schema::of::<store::Migrator>(NAME).keeping("invitations");

/// The service cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The database cannot be opened.
    #[error("The invitations database cannot be opened; check its settings: {}", service_kit::database::in_words(.0))]
    Database(#[from] store::DbErr),
    /// A template cannot be used.
    #[error(transparent)]
    Templates(#[from] mail::TemplateError),
}

/// Brings the database's schema up to date.
pub async fn migrate(settings: &DatabaseSettings) -> Result<(), BuildError> {
    SCHEMA.bring_up(settings).await?;
    Ok(())
}

/// Whether the mail templates in this folder can be used.
pub fn check_mail_templates(folder: Option<PathBuf>) -> Result<(), mail::TemplateError> {
    Letters::new(folder).map(|_| ())
}

/// Builds the service over a database that is up to date.
pub async fn build(settings: Settings, trust: &Trust, upstreams: Upstreams) -> Result<Microservice, BuildError> {
    let database = Database::open_migrated::<store::Migrator>(&settings.database, NAME).await?;
    let Settings { master_key, clock, entropy, .. } = &settings;
    let idempotency = Idempotency::new(&database, master_key, clock, entropy, FILE_DESCRIPTOR_SET);
    let metrics = settings.metrics.clone();
    let context = Context::new(settings, database.clone(), upstreams)?;
    let relay = deliveries::relay(&context);

    Ok(Microservice::builder(NAME, trust, requirement)
        .add(
            InvitationServiceServer::new(grpc::Invitations(context.clone())).max_decoding_message_size(LARGEST_MESSAGE),
        )
        .add(AdmissionServiceServer::new(grpc::Admissions(context.clone())).max_decoding_message_size(LARGEST_MESSAGE))
        .add(InvitationAuditServiceServer::new(grpc::Audit(context.clone())).max_decoding_message_size(LARGEST_MESSAGE))
        .add(
            InvitationAuditAdministrationServiceServer::new(grpc::Audit(context.clone()))
                .max_decoding_message_size(LARGEST_MESSAGE),
        )
        .add(InviteLinkServiceServer::new(grpc::InviteLinks(context)).max_decoding_message_size(LARGEST_MESSAGE))
        .relay(relay)
        .idempotency(idempotency)
        .database(&database)
        .metrics(&metrics)
        .schema::<store::Migrator>()
        .build())
}
