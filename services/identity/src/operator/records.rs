//! What the operator is told.

use service_kit::{SecretToken, Timestamp};

/// Somebody with a platform role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleHolder {
    /// Canonical form.
    pub email: String,
    /// Codes of platform roles, sorted.
    pub roles: Vec<String>,
    /// Whether the account is in use.
    pub is_active: bool,
    /// Whether its owner has chosen a password.
    pub has_password: bool,
}

/// Which accounts to list; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct WhichAccounts {
    /// How an e-mail address begins, or a part of a name, in any case.
    pub search: Option<String>,
    /// Those that are suspended or about to be, or those that are in use.
    pub is_suspended: Option<bool>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRecord {
    /// A UUID.
    pub id: String,
    /// Canonical form.
    pub email: String,
    /// Whether somebody has proven that the address is theirs.
    pub email_verified: bool,
    /// In a word: active, suspending, suspended or departing.
    pub status: &'static str,
    /// Codes of platform roles, sorted.
    pub roles: Vec<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When somebody last signed in.
    pub last_login: Option<Timestamp>,
    /// A UUID.
    pub personal_organization_id: String,
}

/// A living session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// A UUID.
    pub id: String,
    /// The app that it was opened for.
    pub app_code: String,
    /// The organization that its tokens act for, a UUID.
    pub organization_id: String,
    /// When it was opened.
    pub created: Timestamp,
    /// When it was last renewed.
    pub last_activity: Timestamp,
    /// Its end unless it is active before.
    pub expires: Timestamp,
    /// Whether a browser keeps its tokens in cookies.
    pub in_cookies: bool,
}

/// All that identity keeps of a person, secrets left aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalData {
    /// The account.
    pub account: AccountRecord,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The address that is to become the account's.
    pub pending_email: Option<String>,
    /// The newest first, those that have ended among them.
    pub sessions: Vec<PersonalSession>,
}

/// What is kept of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalSession {
    /// A UUID.
    pub id: String,
    /// The app that it was opened for.
    pub app_code: String,
    /// Where it was opened from.
    pub ip_address: Option<String>,
    /// What it was opened with.
    pub user_agent: Option<String>,
    /// When it was opened.
    pub created: Timestamp,
    /// When it was last renewed.
    pub last_activity: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

/// What became of a wish for an administrator.
pub struct Created {
    /// False when the address had an account, which has the role now.
    pub is_new: bool,
    /// Lets its holder choose the account's password, once, within a day; only for an account that has none.
    pub setup: Option<SecretToken>,
}

/// Lets its holder choose another password, once.
pub struct ResetLink {
    /// The account's address.
    pub email: String,
    /// What the link ends with.
    pub token: SecretToken,
    /// When it ends.
    pub until: Timestamp,
}
