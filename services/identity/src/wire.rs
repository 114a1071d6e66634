//! Between messages and the domain.

pub mod administration;
pub mod answers;
pub mod origin;
pub mod requests;
pub mod sessions;
