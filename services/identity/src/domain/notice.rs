//! What the owner of an account is told by mail because somebody else may have done it.

use serde::{Deserialize, Serialize};

/// Something that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "happened", rename_all = "snake_case")]
pub enum Notice {
    /// Somebody tried to sign up with the address.
    AlreadyRegistered,
    /// The password was changed or reset.
    PasswordChanged,
    /// Somebody with the password wants another address to be the account's.
    EmailChangeRequested {
        /// That address.
        new_email: String,
    },
    /// Another address is the account's now.
    EmailChanged {
        /// That address.
        new_email: String,
    },
    /// A refresh token was used by two, so its session was ended.
    SessionStolen {
        /// What the session was opened with.
        user_agent: Option<String>,
        /// From where.
        ip_address: Option<String>,
    },
}

impl Notice {
    /// The name of its mail's templates.
    pub const fn template(&self) -> &'static str {
        match self {
            Self::AlreadyRegistered => "already_registered",
            Self::PasswordChanged => "password_changed",
            Self::EmailChangeRequested { .. } => "email_change_requested",
            Self::EmailChanged { .. } => "email_changed",
            Self::SessionStolen { .. } => "session_stolen",
        }
    }
}
