//! The roles of an invitation or a link, as organizations must know of them.

use access_policy::BuiltInRole;
use service_kit::Timestamp;
use uuid::Uuid;

use crate::domain::{OrganizationId, RoleId, UserId};

/// Roles that somebody offers for as long as an invitation or a link can be used.
#[derive(Clone, Debug)]
pub struct Offering {
    /// Stands for this offering alone; an invitation sent again or a link turned on again is offered under another.
    pub id: Uuid,
    pub organization_id: OrganizationId,
    pub offered_by: UserId,
    pub role_ids: Vec<RoleId>,
    pub expires: Option<Timestamp>,
}

impl Offering {
    /// Whether there is a role among them that somebody could delete.
    pub fn has_custom_roles(&self) -> bool {
        self.role_ids.iter().any(|id| BuiltInRole::from_id(id.uuid()).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(role_ids: Vec<Uuid>) -> Offering {
        Offering {
            id: Uuid::nil(),
            organization_id: OrganizationId::from(Uuid::nil()),
            offered_by: UserId::from(Uuid::nil()),
            role_ids: role_ids.into_iter().map(RoleId::from).collect(),
            expires: None,
        }
    }

    #[test]
    fn only_roles_that_are_not_built_in_can_be_deleted() {
        assert!(!of(BuiltInRole::ALL.map(BuiltInRole::id).to_vec()).has_custom_roles());
        assert!(of(vec![BuiltInRole::Member.id(), Uuid::from_u128(7)]).has_custom_roles());
    }
}
