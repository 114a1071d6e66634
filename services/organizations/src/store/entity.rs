//! The tables as the database library sees them.

pub mod called_off_join;
pub mod catalog_lock;
pub mod ending;
pub mod join;
pub mod member_role;
pub mod membership;
pub mod offered_role;
pub mod organization;
pub mod permission;
pub mod role;
pub mod role_permission;
pub mod user;
