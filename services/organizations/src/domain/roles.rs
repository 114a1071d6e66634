//! The set of roles that a member holds or is offered.

use std::collections::BTreeSet;

use crate::domain::denial::Denial;
use crate::domain::ids::RoleId;
use crate::domain::permission::{Catalog, PermissionCode};
use crate::domain::role::Role;
use crate::domain::role_book::RoleBook;

/// A set of roles, the mightiest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

/// Roles that somebody offers to somebody else, as they were named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleGrant {
    /// The roles; none at all means org_member.
    pub role_ids: Vec<RoleId>,
    /// Whether org_owner comes with them.
    pub makes_owner: bool,
}

impl Roles {
    /// What an owner starts with.
    pub fn of_owner() -> Self {
        Self::from_iter([Role::owner()])
    }

    /// The roles with these codes.
    pub fn by_codes<'code>(codes: impl IntoIterator<Item = &'code str>, book: &RoleBook) -> Result<Self, Denial> {
        codes.into_iter().map(|code| book.by_code(code)).collect()
    }

    /// The roles that a grant stands for.
    pub fn granted(grant: &RoleGrant, book: &RoleBook) -> Result<Self, Denial> {
        let mut roles = grant.role_ids.iter().map(|id| book.by_id(*id)).collect::<Result<Self, _>>()?;
        if grant.makes_owner {
            roles.0.insert(Role::owner());
        }
        Ok(roles.or_member())
    }

    /// These and org_owner.
    #[must_use]
    pub fn with_owner(&self) -> Self {
        let mut roles = self.clone();
        roles.0.insert(Role::owner());
        roles
    }

    /// These without org_owner; org_member when nothing else is left.
    #[must_use]
    pub fn without_owner(&self) -> Self {
        let mut roles = self.clone();
        roles.0.remove(&Role::owner());
        roles.or_member()
    }

    fn or_member(mut self) -> Self {
        if self.0.is_empty() {
            self.0.insert(Role::member());
        }
        self
    }

    /// Whether org_owner is among them.
    pub fn make_owner(&self) -> bool {
        self.0.contains(&Role::owner())
    }

    /// Everything that they permit.
    pub fn permissions(&self, catalog: &Catalog) -> BTreeSet<PermissionCode> {
        self.iter().flat_map(|role| role.permissions(catalog)).collect()
    }

    /// Whether they permit this.
    pub fn permit(&self, permission: &PermissionCode) -> bool {
        self.iter().any(|role| role.permits(permission))
    }

    /// Whether they hold whatever the catalog names.
    pub fn hold_everything(&self) -> bool {
        self.iter().any(Role::holds_everything)
    }

    /// Whether they permit nothing that `limit` does not, ownership included.
    pub fn are_within(&self, limit: &Self) -> bool {
        if self.make_owner() && !limit.make_owner() {
            return false;
        }
        let is_within =
            |role: &Role| role.named_permissions().is_some_and(|held| held.iter().all(|it| limit.permit(it)));
        limit.hold_everything() || self.iter().all(is_within)
    }

    /// Whether one of `before` is missing now, so that what was said of the holder is too much.
    pub fn lack_some_of(&self, before: &Self) -> bool {
        !before.0.is_subset(&self.0)
    }

    /// One by one, the mightiest first.
    pub fn iter(&self) -> impl Iterator<Item = &Role> {
        self.0.iter()
    }

    /// Their codes, the mightiest first.
    pub fn codes(&self) -> Vec<String> {
        self.iter().map(|role| role.code().to_owned()).collect()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role_book::custom_role;

    fn roles(codes: &[&str]) -> Roles {
        Roles::by_codes(codes.iter().copied(), &RoleBook::default()).unwrap()
    }

    fn custom(permissions: &[&str]) -> Roles {
        Roles::from_iter([custom_role("custom", permissions)])
    }

    #[test]
    fn administrators_hold_every_permission_and_still_are_below_owners() {
        assert!(roles(&["org_admin"]).are_within(&roles(&["org_owner"])));
        assert!(!roles(&["org_owner"]).are_within(&roles(&["org_admin"])));
    }

    #[test]
    fn roles_are_compared_by_what_they_permit_together() {
        assert!(roles(&["seller", "buyer"]).are_within(&roles(&["org_manager"])));
        assert!(!roles(&["seller", "org_admin"]).are_within(&roles(&["org_manager"])));
    }

    #[test]
    fn custom_roles_are_compared_by_what_they_hold() {
        assert!(custom(&["org:read", "org:members:invite"]).are_within(&roles(&["org_manager"])));
        assert!(!custom(&["org:read", "org:update"]).are_within(&roles(&["org_manager"])));
        assert!(roles(&["seller"]).are_within(&custom(&["org:read", "org:members:read"])));
        assert!(!roles(&["org_admin"]).are_within(&custom(&["org:read"])));
    }

    #[test]
    fn what_services_registered_is_above_whoever_does_not_hold_it() {
        assert!(custom(&["catalog:publish"]).are_within(&roles(&["org_admin"])));
        assert!(custom(&["catalog:publish"]).are_within(&custom(&["catalog:publish", "org:read"])));
        assert!(!custom(&["catalog:publish"]).are_within(&roles(&["org_manager"])));
    }

    #[test]
    fn a_grant_of_nothing_stands_for_membership() {
        let grant = |makes_owner| RoleGrant { role_ids: Vec::new(), makes_owner };
        let codes = |makes_owner| Roles::granted(&grant(makes_owner), &RoleBook::default()).unwrap().codes();
        assert_eq!(codes(false), ["org_member"]);
        assert_eq!(codes(true), ["org_owner"]);
    }

    #[test]
    fn platform_roles_are_no_roles_of_an_organization() {
        let by_codes = |codes: &[&str]| Roles::by_codes(codes.iter().copied(), &RoleBook::default());
        assert_eq!(by_codes(&["system_admin"]), Err(Denial::RoleNotFound));
        assert_eq!(by_codes(&["seller", "super_admin"]), Err(Denial::RoleNotFound));
        assert_eq!(by_codes(&["*"]), Err(Denial::RoleNotFound));
        assert_eq!(by_codes(&["Org_Admin"]), Err(Denial::RoleNotFound));
    }

    #[test]
    fn whoever_ceases_to_be_an_owner_keeps_the_other_roles() {
        assert_eq!(roles(&["org_owner", "seller"]).without_owner().codes(), ["seller"]);
        assert_eq!(roles(&["org_owner"]).without_owner().codes(), ["org_member"]);
    }
}
