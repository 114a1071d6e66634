//! Plans to look at.

use contracts::billing::v1::Plan;

use crate::plan_file::{PlanFile, PlanFileError};

const FILE: &str = include_str!("../../demo/plans.toml");

/// The plans of the demo, from a file as an operator's own.
pub fn plans() -> Result<Vec<Plan>, PlanFileError> {
    Ok(PlanFile::parse("demo/plans.toml".to_owned(), FILE.to_owned())?.plans())
}
