//! Which permissions exist and what the built-in organization roles hold: written here and nowhere else.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod permission;
mod role;

pub use permission::{Permission, UnknownPermission};
pub use role::{BuiltInRole, LONGEST_ROLE_CODE, MOST_ROLES};
