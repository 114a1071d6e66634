//! Between messages and the domain.

pub mod answers;
pub mod origin;
pub mod requests;
