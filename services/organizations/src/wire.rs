//! Between messages and commands: every way in gathers all that is wrong before it refuses.

mod access_requests;
mod administration_requests;
mod answers;
mod endings;
mod ids;
mod membership_requests;
mod metadata;
mod organization_requests;
mod profile;
mod role_requests;
mod roles;
mod search;
mod sizes;

pub use access_requests::{joining, offer};
pub use administration_requests::{organization_filter, set_organization_status};
pub use answers::{member, page_of_members, page_of_my_organizations, page_of_permissions, page_of_roles};
pub use endings::endings_after;
pub use ids::{organization_id, user_id};
pub use membership_requests::{list_members, list_roles};
pub use organization_requests::{create_organization, create_organization_for};
pub use role_requests::role_path;
pub use roles::message as role;
pub use sizes::{size_of_member, size_of_my_organization, size_of_organization, size_of_role};
