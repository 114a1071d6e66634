//! The schema, step by step; a step that has been released is never changed.

mod m0001_plans;
mod m0002_subscriptions;
mod m0003_credits;
mod m0004_server_keys;
mod m0005_overdrafts;
mod m0006_plan_versions;
mod m0007_subscription_life;
mod m0008_orders;
mod m0009_closed_organizations;
mod m0010_stripe;
mod m0011_modes;
mod m0012_quarantine;
mod m0013_ended_here;

use sea_orm_migration::{MigrationTrait, MigratorTrait};
use service_kit::audit::{AddRequestId, CreateAuditLog};
use service_kit::idempotency::{CountMismatches, CreateIdempotencyKeys};
use service_kit::outbox::{CreateOutbox, TraceOutbox};
use service_kit::positions::{CreatePositions, IndexPositions};
use service_kit::rates::CreateRates;

/// Brings billing's schema up to date.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(CreatePositions),
            Box::new(IndexPositions),
            Box::new(m0001_plans::CreatePlans),
            Box::new(m0002_subscriptions::CreateSubscriptions),
            Box::new(m0003_credits::CreateCredits),
            Box::new(CreateRates),
            Box::new(CreateIdempotencyKeys),
            Box::new(CountMismatches),
            Box::new(CreateOutbox),
            Box::new(CreateAuditLog),
            Box::new(AddRequestId),
            Box::new(m0006_plan_versions::CreatePlanVersions),
            Box::new(m0007_subscription_life::ExtendSubscriptions),
            Box::new(m0008_orders::CreateOrders),
            Box::new(m0009_closed_organizations::CreateClosedOrganizations),
            Box::new(m0004_server_keys::CreateServerKeys),
            Box::new(m0005_overdrafts::AllowOverdrafts),
            Box::new(m0010_stripe::CreateStripe),
            Box::new(m0011_modes::SeparateModes),
            Box::new(m0012_quarantine::CountQuarantine),
            Box::new(m0013_ended_here::MarkEndedHere),
            Box::new(TraceOutbox),
        ]
    }
}
