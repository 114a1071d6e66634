//! Who may sign up, and what the answer tells.

use std::str::FromStr;

/// Who may make an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Registration {
    /// Anybody.
    #[default]
    Open,
    /// Whoever was invited to an organization.
    InviteOnly,
    /// Nobody; accounts are made at the operator's command line.
    Closed,
}

/// Whether sign-up tells that an address has an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Enumeration {
    /// It does, and signs new users in at once.
    #[default]
    Friendly,
    /// It does not: what there is to say goes to the address by mail, and users sign in after that.
    Strict,
}

impl FromStr for Registration {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "open" => Ok(Self::Open),
            "invite_only" => Ok(Self::InviteOnly),
            "closed" => Ok(Self::Closed),
            _ => Err("must be open, invite_only or closed"),
        }
    }
}

impl FromStr for Enumeration {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "friendly" => Ok(Self::Friendly),
            "strict" => Ok(Self::Strict),
            _ => Err("must be friendly or strict"),
        }
    }
}
