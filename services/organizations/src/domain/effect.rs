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

/// Everything that follows from a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What to write, in this order.
    pub effects: Vec<Effect>,
    /// Who loses something.
    pub narrowed: Narrowed,
}

impl Verdict {
    /// Everything is as it should be.
    pub const fn nothing() -> Self {
        Self { effects: Vec::new(), narrowed: Narrowed::Earlier }
    }

    /// A member's roles are replaced.
    pub fn roles(user_id: UserId, before: &Roles, after: Roles) -> Self {
        if *before == after {
            return Self::nothing();
        }
        let narrowed = if after.lack_some_of(before) { Narrowed::Member(user_id) } else { Narrowed::Nobody };
        Self { effects: vec![Effect::HoldRoles(user_id, after)], narrowed }
    }

    /// A membership ends.
    pub fn end_of_membership(user_id: UserId) -> Self {
        Self { effects: vec![Effect::EndMembership(user_id)], narrowed: Narrowed::Member(user_id) }
    }

    /// The organization ends.
    pub fn end_of_organization() -> Self {
        Self { effects: vec![Effect::EndOrganization], narrowed: Narrowed::Everybody }
    }
}
