//! The schema, step by step; a step that has been released is never changed.

mod m0001_plans;
mod m0002_subscriptions;
mod m0003_credits;
mod m0004_server_keys;
mod m0005_overdrafts;

use sea_orm_migration::{MigrationTrait, MigratorTrait};
use service_kit::idempotency::{CountMismatches, CreateIdempotencyKeys};
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
            Box::new(m0004_server_keys::CreateServerKeys),
            Box::new(m0005_overdrafts::AllowOverdrafts),
        ]
    }
}
