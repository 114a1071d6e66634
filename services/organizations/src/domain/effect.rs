//! What a permitted change of membership does.

use crate::domain::custom_role::RoleCode;
use crate::domain::ids::UserId;
use crate::domain::member::MemberStatus;
use crate::domain::roles::Roles;

/// One thing to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The member holds exactly these roles.
    HoldRoles(UserId, Roles),
    /// The membership has this status.
    HaveStatus(UserId, MemberStatus),
    /// The membership ends.
    EndMembership(UserId),
    /// The organization ends with every membership that is left.
    EndOrganization,
}

/// Whose older tokens say too much from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Narrowed {
    /// Nobody's.
    Nobody,
    /// Nobody's by this, as everything was like that before. Whoever repeats a call may still wait for what it did first.
    Earlier,
    /// This member's.
    Member(UserId),
    /// Everybody's who holds this role of the organization's own.
    Holders(RoleCode),
    /// Everybody's who acts for the organization.
    Everybody,
}

/// Who may do more from now on than older tokens say. They refuse nothing; whoever holds one can be told to refresh it early. Of
/// what no living token speaks (a new membership, one that is taken back into use) there is nobody to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Widened {
    /// Nobody, or only whoever refreshes anyhow because something else was taken away.
    Nobody,
    /// This member.
    Member(UserId),
    /// Everybody who acts for the organization, perhaps.
    Everybody,
}

/// Everything that follows from a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What to write, in this order.
    pub effects: Vec<Effect>,
    /// Who loses something.
    pub narrowed: Narrowed,
    /// Who gets something.
    pub widened: Widened,
}

impl Verdict {
    /// Everything is as it should be.
    pub const fn nothing() -> Self {
        Self::taking(Vec::new(), Narrowed::Earlier)
    }

    /// Nobody gets anything.
    pub const fn taking(effects: Vec<Effect>, narrowed: Narrowed) -> Self {
        Self { effects, narrowed, widened: Widened::Nobody }
    }

    /// A member's roles are replaced.
    pub fn roles(user_id: UserId, before: &Roles, after: Roles) -> Self {
        if *before == after {
            return Self::nothing();
        }
        let (narrowed, widened) = match after.lack_some_of(before) {
            true => (Narrowed::Member(user_id), Widened::Nobody),
            false => (Narrowed::Nobody, Widened::Member(user_id)),
        };
        Self { effects: vec![Effect::HoldRoles(user_id, after)], narrowed, widened }
    }

    /// A membership ends.
    pub fn end_of_membership(user_id: UserId) -> Self {
        Self::taking(vec![Effect::EndMembership(user_id)], Narrowed::Member(user_id))
    }

    /// The organization ends.
    pub fn end_of_organization() -> Self {
        Self::taking(vec![Effect::EndOrganization], Narrowed::Everybody)
    }
}
