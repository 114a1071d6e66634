//! What identity does: one file for each thing, one transaction in most.

pub mod ask_for_link;
pub mod change_password;
pub mod choose_password;
pub mod confirm_email_change;
pub mod create_user;
pub mod delete_account;
pub mod departure;
pub mod end_my_session;
pub mod end_session;
pub mod end_surplus_sessions;
pub mod enter_back_office;
pub mod erase_user;
pub mod evict_user;
pub mod export_me;
pub mod find_live_session;
pub mod find_session_by_way;
pub mod gather_access;
pub mod get_users;
pub mod issue_token;
pub mod list_audit_log;
pub mod list_sessions;
pub mod list_users;
pub mod lock_beside_system_admins;
pub mod lock_live_session;
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
pub mod renew_epoch;
pub mod renew_hash;
pub mod request_email_change;
pub mod request_link;
pub mod reset_password;
pub mod retell_profiles;
pub mod revoke_user_sessions;
pub mod send_link;
pub mod set_user_roles;
pub mod sign_up_by_mail;
pub mod suspend_user;
pub mod sweep_sessions;
pub mod switch_organization;
pub mod take_position;
pub mod tell_owner;
pub mod throttle;
pub mod update_me;
pub mod verify_email;

use service_kit::{SecretToken, Timestamp};

use crate::domain::session::Session;
use crate::domain::user::User;
use std::time::Duration;

use gather_access::ActiveAccess;
use mint_access_token::AccessToken;

/// The relay leaves the call itself this long to finish.
pub const HEAD_START: Duration = Duration::from_secs(10);

/// A pair of tokens just made.
pub struct Tokens {
    pub access: AccessToken,
    pub refresh: SecretToken,
    pub life: SessionLife,
}

/// What a browser must know to keep the refresh token as long as it may be of use.
pub struct SessionLife {
    pub is_remembered: bool,
    /// Until the session ends, whatever happens in it.
    pub seconds_left: i64,
}

impl SessionLife {
    /// What is left of the session.
    pub fn of(session: &Session, now: Timestamp) -> Self {
        Self { is_remembered: session.is_remembered, seconds_left: session.expires.seconds() - now.seconds() }
    }
}

/// Somebody with a session.
pub struct SignedIn {
    pub user: User,
    pub access: ActiveAccess,
    pub tokens: Tokens,
    /// Shows the next time that the device is known; empty unless somebody has just signed in.
    pub device_token: String,
}
