//! The schema, step by step; a step that has been released is never changed.

mod m0001_invitations;
mod m0002_invite_links;
mod m0003_of_users;
mod m0004_invitee_claims;
mod m0005_link_sign_ups;
mod m0006_lifecycle;
mod m0007_mail_deliveries;
mod m0008_joins_under_way;
mod m0009_claims;

use sea_orm_migration::{MigrationTrait, MigratorTrait};
use service_kit::audit::{AddRequestId, CreateAuditLog};
use service_kit::idempotency::{CountMismatches, CreateIdempotencyKeys};
use service_kit::outbox::{CreateOutbox, TraceOutbox};
use service_kit::rates::CreateRates;

/// Brings the schema of invitations up to date.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(CreateOutbox),
            Box::new(m0001_invitations::CreateInvitations),
            Box::new(m0002_invite_links::CreateInviteLinks),
            Box::new(m0003_of_users::IndexUsers),
            Box::new(m0004_invitee_claims::CreateInviteeClaims),
            Box::new(m0005_link_sign_ups::CountLinkSignUps),
            Box::new(m0006_lifecycle::ExtendLifecycle),
            Box::new(CreateRates),
            Box::new(m0007_mail_deliveries::CreateMailDeliveries),
            Box::new(CreateAuditLog),
            Box::new(AddRequestId),
            Box::new(CreateIdempotencyKeys),
            Box::new(CountMismatches),
            Box::new(m0008_joins_under_way::IndexJoinsUnderWay),
            Box::new(m0009_claims::NumberClaims),
            Box::new(TraceOutbox),
        ]
    }
}
