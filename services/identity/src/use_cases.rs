//! What identity does: one file for each thing, one transaction in most.

pub mod ask_for_link;
pub mod change_password;
pub mod choose_password;
pub mod confirm_email_change;
pub mod delete_account;
pub mod end_session;
pub mod enter_back_office;
pub mod erase_user;
pub mod evict_user;
pub mod export_me;
pub mod find_live_session;
pub mod gather_access;
pub mod get_users;
pub mod issue_token;
pub mod list_audit_log;
pub mod list_users;
pub mod lock_beside_system_admins;
pub mod log_in;
pub mod log_out;
pub mod log_out_all;
pub mod mint_access_token;
pub mod open_session;
pub mod prove_password;
pub mod provision_user;
pub mod reactivate_user;
pub mod record_profile;
pub mod refresh;
pub mod register;
pub mod renew_hash;
pub mod request_email_change;
pub mod request_link;
pub mod reset_password;
pub mod revoke_user_sessions;
pub mod send_link;
pub mod set_user_roles;
pub mod suspend_user;
pub mod switch_organization;
pub mod tell_owner;
pub mod throttle;
pub mod update_me;
pub mod verify_email;

use service_kit::SecretToken;

use crate::domain::user::User;
use gather_access::ActiveAccess;
use mint_access_token::AccessToken;

/// A pair of tokens just made.
pub struct Tokens {
    pub access: AccessToken,
    pub refresh: SecretToken,
}

/// Somebody with a session.
pub struct SignedIn {
    pub user: User,
    pub access: ActiveAccess,
    pub tokens: Tokens,
    /// Shows the next time that the device is known; empty unless somebody has just signed in.
    pub device_token: String,
}
