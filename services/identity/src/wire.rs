//! Between messages and the domain.

pub mod answers;
pub mod requests;
pub mod sessions;
