//! The built-in organization roles and what each holds.

use uuid::Uuid;

use crate::permission::Permission;

/// Most roles that somebody can be given or offered at once. An owner may hold one more.
pub const MOST_ROLES: usize = 20;
/// Most bytes of a role's code.
pub const LONGEST_ROLE_CODE: usize = 50;

/// A role that every organization has and nobody can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltInRole {
    /// Everything, and what only an owner may do.
    Owner,
    /// Everything that the catalog names.
    Admin,
    /// Runs the team day by day.
    Manager,
    /// Sells; the product's users give it meaning.
    Seller,
    /// Buys; the product's users give it meaning.
    Buyer,
    /// Belongs to the organization.
    Member,
}

impl BuiltInRole {
    /// Every built-in role, the mightiest first.
    pub const ALL: [Self; 6] = [Self::Owner, Self::Admin, Self::Manager, Self::Seller, Self::Buyer, Self::Member];

    /// The code that tokens, requests and answers use.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "org_owner",
            Self::Admin => "org_admin",
            Self::Manager => "org_manager",
            Self::Seller => "seller",
            Self::Buyer => "buyer",
            Self::Member => "org_member",
        }
    }

    /// The name that people see.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Administrator",
            Self::Manager => "Manager",
            Self::Seller => "Seller",
            Self::Buyer => "Buyer",
            Self::Member => "Member",
        }
    }

    /// What it is for.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Owner => "Holds every permission and decides about ownership and deletion.",
            Self::Admin => "Holds every permission of the organization.",
            Self::Manager => "Invites members and changes their roles; sees billing.",
            Self::Seller => "Sees the organization and its members; sells on its behalf.",
            Self::Buyer => "Sees the organization and its members; buys on its behalf.",
            Self::Member => "Sees the organization and its members.",
        }
    }

    /// The id under which requests can name it; the same in every deployment, for ever.
    pub const fn id(self) -> Uuid {
        const FIRST: u128 = 0x018f_0000_0000_7000_8000_0000_0000_0001;
        Uuid::from_u128(FIRST + self as u128)
    }

    /// What its holders may do in the product's core.
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission::{BillingRead, MembersInvite, MembersRead, MembersUpdate, OrgRead};
        match self {
            Self::Owner | Self::Admin => &Permission::ALL,
            Self::Manager => &[OrgRead, MembersRead, MembersInvite, MembersUpdate, BillingRead],
            Self::Seller | Self::Buyer | Self::Member => &[OrgRead, MembersRead],
        }
    }

    /// Whether its holders may also do whatever a deployment adds to the catalog.
    pub const fn holds_whole_catalog(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// Finds a built-in role by its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Finds a built-in role by its id.
    pub fn from_id(id: Uuid) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }
}
