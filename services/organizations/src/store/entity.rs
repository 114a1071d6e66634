//! The tables as the database library sees them.

pub mod join;
pub mod member_role;
pub mod membership;
pub mod organization;
pub mod user;
