//! The schema, step by step.

mod m0001_accounts;
mod m0002_issuance;
mod m0003_pending_emails;
mod m0004_attempts;
mod m0005_key_states;
mod m0006_sessions;
mod m0007_administration;
mod m0008_sessions_in_cookies;
mod m0009_credential_generation;
mod m0010_positions_heard;

use sea_orm_migration::{MigrationTrait, MigratorTrait};
use service_kit::audit::{AddRequestId, CreateAuditLog};
use service_kit::idempotency::{CountMismatches, CreateIdempotencyKeys};
use service_kit::outbox::{CreateOutbox, TraceOutbox};
use service_kit::positions::{CreatePositions, IndexPositions};
use service_kit::rates::CreateRates;

/// Every step, in order. A released step never changes.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(CreateOutbox),
            Box::new(CreatePositions),
            Box::new(IndexPositions),
            Box::new(m0001_accounts::CreateAccounts),
            Box::new(m0002_issuance::CreateIssuance),
            Box::new(m0003_pending_emails::CreatePendingEmails),
            Box::new(m0004_attempts::CreateAttempts),
            Box::new(m0005_key_states::AddKeyStates),
            Box::new(m0006_sessions::BoundSessions),
            Box::new(CreateAuditLog),
            Box::new(AddRequestId),
            Box::new(m0007_administration::CreateAdministration),
            Box::new(m0008_sessions_in_cookies::MarkSessionsInCookies),
            Box::new(m0009_credential_generation::CountCredentials),
            Box::new(CreateRates),
            Box::new(CreateIdempotencyKeys),
            Box::new(CountMismatches),
            Box::new(m0010_positions_heard::RememberPositionsHeard),
            Box::new(TraceOutbox),
        ]
    }
}
