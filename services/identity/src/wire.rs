//! Between messages and the domain.

pub mod administration;
pub mod answers;
pub mod changes;
pub mod origin;
pub mod requests;
pub mod revocations;
pub mod sessions;
