//! Roles that an organization makes for itself.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;

use access_policy::{BuiltInRole, LONGEST_ROLE_CODE};
use service_kit::Timestamp;

use crate::domain::denial::Denial;
use crate::domain::ids::{OrganizationId, RoleId};
use crate::domain::look::look_of;
use crate::domain::permission::{Catalog, PermissionCode, is_word};

/// Most custom roles of one organization.
pub const MOST_CUSTOM_ROLES: u64 = 200;

const CODE_LENGTH: RangeInclusive<usize> = 2..=LONGEST_ROLE_CODE;
/// Words that people take for a role of the product, beside the codes of the built-in roles and of the platform roles.
const RESERVED: [&str; 12] = [
    "owner",
    "member",
    "admin",
    "manager",
    "administrator",
    "superadmin",
    "systemadmin",
    "root",
    "system",
    "operator",
    "everyone",
    "guildhall",
];

/// The short name of a custom role: `[a-z0-9_-]`, 2 to 50 characters, nothing that looks like a role of the product.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleCode(String);

/// The text cannot be the code of a custom role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleCodeProblem {
    /// Wrong length or characters.
    #[error("must be 2 to {} lower-case letters, digits, hyphens and underscores", LONGEST_ROLE_CODE)]
    Form,
    /// It would be mistaken for a role of the product.
    #[error("is reserved or looks like a reserved role; choose another")]
    Reserved,
}

impl RoleCode {
    /// Reads a code as it stands; nothing is trimmed or repaired.
    pub fn parse(text: &str) -> Result<Self, RoleCodeProblem> {
        if !CODE_LENGTH.contains(&text.len()) || !is_word(text) {
            return Err(RoleCodeProblem::Form);
        }
        let look = look_of(text);
        let built_in = BuiltInRole::ALL.map(BuiltInRole::code);
        let mut reserved = RESERVED.into_iter().chain(built_in).map(look_of);
        let is_reserved = reserved.any(|reserved| reserved == look || format!("{}{reserved}", look_of("org")) == look);
        if is_reserved { Err(RoleCodeProblem::Reserved) } else { Ok(Self(text.to_owned())) }
    }

    /// A code that was checked when it was stored.
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A role of one organization.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CustomRole {
    /// Its short name, unique in the organization.
    pub code: RoleCode,
    /// Its id.
    pub id: RoleId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The name that people see.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What its holders may do.
    pub permissions: BTreeSet<PermissionCode>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// Fields to change; absent ones are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomRoleChange {
    /// New name.
    pub name: Option<String>,
    /// New description; `Some(None)` clears it.
    pub description: Option<Option<String>>,
    /// The whole set of permissions to hold.
    pub permissions: Option<BTreeSet<PermissionCode>>,
}

impl CustomRole {
    /// The role after the change.
    #[must_use]
    pub fn changed(self, change: CustomRoleChange, now: Timestamp) -> Self {
        Self {
            name: change.name.unwrap_or(self.name),
            description: change.description.unwrap_or(self.description),
            permissions: change.permissions.unwrap_or(self.permissions),
            updated: now,
            ..self
        }
    }
}

/// Refused unless a custom role may hold all of these.
pub fn check_assignable(permissions: &BTreeSet<PermissionCode>, catalog: &Catalog) -> Result<(), Denial> {
    let is_assignable = |code: &&PermissionCode| catalog.find(code).is_some_and(|it| it.is_org_assignable);
    match permissions.iter().find(|code| !is_assignable(code)) {
        Some(code) => Err(Denial::NotAssignable(code.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use access_policy::Permission;

    use super::*;

    #[test]
    fn codes_have_one_narrow_form() {
        for good in ["catalog-editor", "ab", "auditor_2", "buyers", &"a".repeat(50)] {
            assert_eq!(RoleCode::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "a", "Editor", "edi tor", "edi:tor", "*", "éditeur", "a\0b", &"a".repeat(51)] {
            assert_eq!(RoleCode::parse(bad), Err(RoleCodeProblem::Form), "{bad:?}");
        }
    }

    #[test]
    fn nothing_looks_like_a_role_of_the_product() {
        let taken =
            ["org_owner", "org_admin", "org_manager", "seller", "buyer", "org_member", "owner", "member", "admin"];
        let alike =
            ["org-owner", "0wner", "ovvner", "orgowner", "adm1n", "admln", "rnember", "s3ller", "se11er", "8uyer"];
        let platform = ["system_admin", "super-admin", "org_super_admin", "root", "r00t", "-owner-"];
        for code in taken.into_iter().chain(alike).chain(platform) {
            assert_eq!(RoleCode::parse(code), Err(RoleCodeProblem::Reserved), "{code}");
        }
    }

    #[test]
    fn what_the_catalog_does_not_know_or_does_not_give_away_is_not_assignable() {
        let catalog = Catalog::with([]);
        let of = |codes: &[&str]| codes.iter().map(|code| code.parse().unwrap()).collect::<BTreeSet<PermissionCode>>();
        assert_eq!(check_assignable(&of(&["org:read", "org:update"]), &catalog), Ok(()));
        let roles_read = PermissionCode::from(Permission::RolesRead);
        assert_eq!(
            check_assignable(&of(&["org:read", "org:roles:read"]), &catalog),
            Err(Denial::NotAssignable(roles_read))
        );
        assert!(check_assignable(&of(&["nobody:knows"]), &catalog).is_err());
    }
}
