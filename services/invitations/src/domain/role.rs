//! What an offer gives.

use access_policy::BuiltInRole;

use crate::domain::{Refused, RoleId};

/// What a member is, seen from afar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Owner,
    Member,
}

impl Role {
    /// Owner if the owner's role is among these.
    pub fn of(role_ids: &[RoleId]) -> Self {
        if role_ids.contains(&RoleId::from(BuiltInRole::Owner.id())) { Self::Owner } else { Self::Member }
    }
}

/// What organizations lets somebody offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub organization_name: String,
    pub is_personal: bool,
    /// Every role that the offer stands for, never none.
    pub role_ids: Vec<RoleId>,
}

impl Offer {
    /// Refused when the organization is one that nobody else can join.
    pub const fn check_shareable(&self) -> Result<(), Refused> {
        if self.is_personal { Err(Refused::PersonalOrganization) } else { Ok(()) }
    }

    pub fn role(&self) -> Role {
        Role::of(&self.role_ids)
    }
}
