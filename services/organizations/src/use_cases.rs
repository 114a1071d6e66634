//! What can be done, one file each: a command and the function that carries it out.

pub mod add_member;
pub mod authorize;
pub mod change_everywhere;
pub mod change_membership;
pub mod create_organization;
pub mod delete_organization;
pub mod depart_user;
pub mod ensure_personal_organization;
pub mod find_free_slug;
pub mod get_access;
pub mod get_organization;
pub mod leave_organization;
pub mod list_members;
pub mod list_my_organizations;
pub mod list_roles;
pub mod record_profile;
pub mod remove_member;
pub mod set_member_role;
pub mod set_member_roles;
pub mod set_member_status;
pub mod transfer_ownership;
pub mod update_organization;
