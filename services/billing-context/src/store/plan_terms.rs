//! Plans in the columns of others: the terms as a document, their version beside it or within.

use sea_orm::DbErr;

use crate::domain::{Plan, PlanVersion};

/// The document of a plan's terms.
pub fn write(terms: &Plan) -> Result<String, DbErr> {
    serde_json::to_string(terms).map_err(unreadable)
}

/// The version of a plan, given the document of its terms.
pub fn read(number: i32, terms: &str) -> Result<PlanVersion, DbErr> {
    Ok(PlanVersion { number, terms: serde_json::from_str(terms).map_err(unreadable)? })
}

/// The document of a version with its terms.
pub fn write_whole(plan: &PlanVersion) -> Result<String, DbErr> {
    serde_json::to_string(plan).map_err(unreadable)
}

/// What `write_whole` wrote.
pub fn read_whole(document: &str) -> Result<PlanVersion, DbErr> {
    serde_json::from_str(document).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> DbErr {
    DbErr::Json(error.to_string())
}
