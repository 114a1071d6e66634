//! Links that go out by mail and show, when they are followed, who reads an address's mail.

use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

/// What following the link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Proves the account's address.
    VerifyEmail,
    /// Sets a new password.
    ResetPassword,
    /// Makes another address the account's.
    ConfirmEmail,
}

impl Link {
    const ALL: [Self; 3] = [Self::VerifyEmail, Self::ResetPassword, Self::ConfirmEmail];

    /// Separates the tokens, and the hashes of tokens, of one kind of link from those of others.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify-email",
            Self::ResetPassword => "reset-password",
            Self::ConfirmEmail => "confirm-email",
        }
    }

    /// The kind of link that has this purpose.
    pub fn of_purpose(purpose: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|link| link.purpose() == purpose)
    }

    /// How long the link works: an hour where it replaces the password.
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::VerifyEmail | Self::ConfirmEmail => Duration::from_secs(24 * HOUR.as_secs()),
            Self::ResetPassword => HOUR,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_is_found_again_and_no_other() {
        for link in Link::ALL {
            assert_eq!(Link::of_purpose(link.purpose()), Some(link));
        }
        assert_eq!(Link::of_purpose("verify"), None);
    }
}
