//! An offer of membership to whoever holds a link.

use service_kit::Timestamp;

use crate::domain::{InviteLinkId, JoinId, Offering, OrganizationId, Refused, RoleId, UserId};

/// A link that makes members, never owners.
#[derive(Clone, Debug)]
pub struct InviteLink {
    pub id: InviteLinkId,
    pub organization_id: OrganizationId,
    /// When the link was made.
    pub organization_name: String,
    pub role_ids: Vec<RoleId>,
    pub is_active: bool,
    pub max_uses: Option<i32>,
    /// Joinings that took place or are taking place.
    pub uses: i32,
    pub expires: Option<Timestamp>,
    pub created_by: UserId,
    pub created: Timestamp,
}

/// One person's use of a link.
#[derive(Clone, Copy, Debug)]
pub struct Join {
    pub id: JoinId,
    pub link_id: InviteLinkId,
    pub user_id: UserId,
    /// The membership exists.
    pub is_joined: bool,
}

impl InviteLink {
    /// Refused unless one more person may join by it.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Refused> {
        if !self.is_active {
            return Err(Refused::Revoked);
        }
        if self.expires.is_some_and(|expires| expires <= now) {
            return Err(Refused::Expired);
        }
        if self.max_uses.is_some_and(|most| most <= self.uses) {
            return Err(Refused::Exhausted);
        }
        Ok(())
    }

    /// What it offers for as long as it lives.
    pub fn offering(&self) -> Offering {
        Offering {
            id: self.id.uuid(),
            organization_id: self.organization_id,
            offered_by: self.created_by,
            role_ids: self.role_ids.clone(),
            expires: self.expires,
        }
    }

    /// Whether so many memberships leave nothing that could be used. Uses under way do not count: a refused one is
    /// given back.
    pub fn is_used_up(&self, joined: u64) -> bool {
        self.max_uses.is_some_and(|most| u64::try_from(most).is_ok_and(|most| most <= joined))
    }

    /// Whether anybody may ever join by it again after so many did.
    pub fn is_live(&self, joined: u64, now: Timestamp) -> bool {
        self.is_active && self.expires.is_none_or(|expires| now < expires) && !self.is_used_up(joined)
    }
}

#[cfg(test)]
mod tests {
    use service_kit::Id;
    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn link() -> InviteLink {
        InviteLink {
            id: Id::from(Uuid::nil()),
            organization_id: Id::from(Uuid::nil()),
            organization_name: "Acme".to_owned(),
            role_ids: Vec::new(),
            is_active: true,
            max_uses: None,
            uses: 5,
            expires: None,
            created_by: Id::from(Uuid::nil()),
            created: NOW,
        }
    }

    #[test]
    fn a_link_without_bounds_stays_open() {
        assert_eq!(link().check_open(NOW), Ok(()));
    }

    #[test]
    fn a_link_closes_when_turned_off_expired_or_used_up() {
        let off = InviteLink { is_active: false, ..link() };
        assert_eq!(off.check_open(NOW), Err(Refused::Revoked));
        let expired = InviteLink { expires: Some(NOW), ..link() };
        assert_eq!(expired.check_open(NOW), Err(Refused::Expired));
        let used_up = InviteLink { max_uses: Some(5), ..link() };
        assert_eq!(used_up.check_open(NOW), Err(Refused::Exhausted));
        let one_left = InviteLink { max_uses: Some(6), ..link() };
        assert_eq!(one_left.check_open(NOW), Ok(()));
    }

    #[test]
    fn a_link_lives_until_it_is_turned_off_expires_or_has_made_all_its_members() {
        let bounded = InviteLink { max_uses: Some(5), expires: Some(Timestamp::from_millis(1_001)), ..link() };
        assert!(bounded.is_live(4, NOW), "a use that is under way may come back");
        assert!(!bounded.is_live(5, NOW));
        assert!(!bounded.is_live(0, Timestamp::from_millis(1_001)));
        assert!(!InviteLink { is_active: false, ..link() }.is_live(0, NOW));
        assert!(link().is_live(10_000, NOW));
    }
}
