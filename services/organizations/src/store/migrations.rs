//! The schema, step by step. A step that has been released is never edited.

mod m0001_organizations;
mod m0002_growth_indexes;
mod m0003_roles;
mod m0004_back_office;
mod m0005_called_off_joins;
mod m0006_endings;

use sea_orm_migration::{MigrationTrait, MigratorTrait};
use service_kit::audit::{AddRequestId, CreateAuditLog};
use service_kit::idempotency::{CountMismatches, CreateIdempotencyKeys};
use service_kit::positions::{CreatePositions, IndexPositions};
use service_kit::rates::CreateRates;

/// Every step in order.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(CreatePositions),
            Box::new(IndexPositions),
            Box::new(m0001_organizations::CreateOrganizations),
            Box::new(m0002_growth_indexes::CreateGrowthIndexes),
            Box::new(m0003_roles::CreateRoles),
            Box::new(m0004_back_office::OpenBackOffice),
            Box::new(CreateAuditLog),
            Box::new(AddRequestId),
            Box::new(CreateRates),
            Box::new(CreateIdempotencyKeys),
            Box::new(CountMismatches),
            Box::new(m0005_called_off_joins::CreateCalledOffJoins),
            Box::new(m0006_endings::CreateEndings),
        ]
    }
}
