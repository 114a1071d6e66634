//! Why an offer admits nobody any more.

/// What made an invitation or a link void. It tells no names: whoever holds the token may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Somebody of the organization took it back.
    Withdrawn,
    /// A newer invitation of the address, or the same one sent again.
    Superseded,
    /// Whoever made it does not belong to the organization any more.
    InviterLeft,
    /// Whoever made it may no longer invite.
    InviterLostPermission,
    /// A role that it offers does not exist any more.
    RoleGone,
    /// A role that it offers holds more than whoever made it may grant.
    RoleAboveInviter,
    OrganizationGone,
    /// A link that may be turned on again: the one cause that is not for good.
    TurnedOff,
}

impl Cause {
    const ALL: [Self; 8] = [
        Self::Withdrawn,
        Self::Superseded,
        Self::InviterLeft,
        Self::InviterLostPermission,
        Self::RoleGone,
        Self::RoleAboveInviter,
        Self::OrganizationGone,
        Self::TurnedOff,
    ];

    /// As it is stored and told to programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Superseded => "superseded",
            Self::InviterLeft => "inviter_left",
            Self::InviterLostPermission => "inviter_lost_permission",
            Self::RoleGone => "role_gone",
            Self::RoleAboveInviter => "role_above_inviter",
            Self::OrganizationGone => "organization_gone",
            Self::TurnedOff => "turned_off",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_read_back_from_its_word() {
        for cause in Cause::ALL {
            assert_eq!(Cause::from_word(cause.word()), Some(cause));
        }
        assert_eq!(Cause::from_word("inviter"), None);
    }
}
