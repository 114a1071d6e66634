//! Between messages and commands: every way in gathers all that is wrong before it refuses.

mod access_requests;
mod answers;
mod ids;
mod membership_requests;
mod metadata;
mod organization_requests;
mod profile;
mod roles;

pub use answers::{page_of_members, page_of_my_organizations, page_of_roles};
pub use ids::{organization_id, user_id};
pub use membership_requests::{list_members, list_roles};
