//! The permission catalog of the product's core.

use std::fmt;
use std::str::FromStr;

/// One thing that an organization role can allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Read the organization.
    OrgRead,
    /// Change the organization's own fields.
    OrgUpdate,
    /// List members and pending invitations.
    MembersRead,
    /// Invite by e-mail and by link, withdraw invitations and links.
    MembersInvite,
    /// Set members' roles and status.
    MembersUpdate,
    /// Remove members.
    MembersRemove,
    /// Read plan, balance and transactions.
    BillingRead,
    /// Check out and manage the subscription.
    BillingManage,
    /// Read the audit log.
    AuditRead,
    /// List roles.
    RolesRead,
    /// Make custom roles.
    RolesCreate,
    /// Edit custom roles.
    RolesUpdate,
    /// Delete custom roles.
    RolesDelete,
}

/// Nobody knows the code.
#[derive(Clone, Copy, Debug)]
pub struct UnknownPermission;

impl fmt::Display for UnknownPermission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a permission of the catalog")
    }
}

impl std::error::Error for UnknownPermission {}

impl Permission {
    /// The whole catalog.
    pub const ALL: [Self; 13] = [
        Self::OrgRead,
        Self::OrgUpdate,
        Self::MembersRead,
        Self::MembersInvite,
        Self::MembersUpdate,
        Self::MembersRemove,
        Self::BillingRead,
        Self::BillingManage,
        Self::AuditRead,
        Self::RolesRead,
        Self::RolesCreate,
        Self::RolesUpdate,
        Self::RolesDelete,
    ];

    /// The code that tokens, requests and answers use: `resource:action`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OrgRead => "org:read",
            Self::OrgUpdate => "org:update",
            Self::MembersRead => "org:members:read",
            Self::MembersInvite => "org:members:invite",
            Self::MembersUpdate => "org:members:update",
            Self::MembersRemove => "org:members:remove",
            Self::BillingRead => "org:billing:read",
            Self::BillingManage => "org:billing:manage",
            Self::AuditRead => "org:audit:read",
            Self::RolesRead => "org:roles:read",
            Self::RolesCreate => "org:roles:create",
            Self::RolesUpdate => "org:roles:update",
            Self::RolesDelete => "org:roles:delete",
        }
    }

    /// The name that people see.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrgRead => "Read the organization",
            Self::OrgUpdate => "Change the organization",
            Self::MembersRead => "See members",
            Self::MembersInvite => "Invite members",
            Self::MembersUpdate => "Change members",
            Self::MembersRemove => "Remove members",
            Self::BillingRead => "See billing",
            Self::BillingManage => "Manage billing",
            Self::AuditRead => "Read the audit log",
            Self::RolesRead => "See roles",
            Self::RolesCreate => "Create roles",
            Self::RolesUpdate => "Change roles",
            Self::RolesDelete => "Delete roles",
        }
    }

    /// The heading to show it under.
    pub const fn category(self) -> &'static str {
        match self {
            Self::OrgRead | Self::OrgUpdate => "organization",
            Self::MembersRead | Self::MembersInvite | Self::MembersUpdate | Self::MembersRemove => "members",
            Self::BillingRead | Self::BillingManage => "billing",
            Self::AuditRead => "audit",
            Self::RolesRead | Self::RolesCreate | Self::RolesUpdate | Self::RolesDelete => "roles",
        }
    }

    /// Whether a custom role may hold it. Rights over roles are left out: they would copy themselves.
    pub const fn is_org_assignable(self) -> bool {
        !matches!(self, Self::RolesRead | Self::RolesCreate | Self::RolesUpdate | Self::RolesDelete)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(code: &str) -> Result<Self, UnknownPermission> {
        Self::ALL.into_iter().find(|permission| permission.code() == code).ok_or(UnknownPermission)
    }
}
