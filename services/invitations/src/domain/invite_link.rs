//! An offer of membership to whoever holds a link.

use service_kit::Timestamp;
use uuid::Uuid;

use crate::domain::{Cause, InviteLinkId, JoinId, Offering, OrganizationId, Refused, RoleId, UserId};

/// A link that makes members, never owners.
#[derive(Clone, Debug)]
pub struct InviteLink {
    pub id: InviteLinkId,
    pub organization_id: OrganizationId,
    /// When the link was made.
    pub organization_name: String,
    pub role_ids: Vec<RoleId>,
    pub switch: Switch,
    pub max_uses: Option<i32>,
    /// Joinings that took place or are taking place.
    pub uses: i32,
    pub expires: Option<Timestamp>,
    pub created_by: UserId,
    /// Under which its roles are offered, where that is not its own id.
    pub offer_id: Option<Uuid>,
    pub created: Timestamp,
}

/// Whether a link lets people in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    On,
    /// It may be turned on again.
    Off,
    /// Off for good.
    Revoked {
        cause: Option<Cause>,
    },
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
        self.check_on()?;
        self.check_in_time(now)?;
        if self.max_uses.is_some_and(|most| most <= self.uses) {
            return Err(Refused::Exhausted);
        }
        Ok(())
    }

    /// Whether turning it off changes something.
    pub const fn turn_off(&self) -> Result<bool, Refused> {
        match self.switch {
            Switch::On => Ok(true),
            Switch::Off => Ok(false),
            Switch::Revoked { cause } => Err(Refused::Revoked { cause }),
        }
    }

    /// Whether turning it on changes something, after so many joined by it. What could let nobody in stays off.
    pub fn turn_on(&self, joined: u64, now: Timestamp) -> Result<bool, Refused> {
        match self.switch {
            Switch::On => return Ok(false),
            Switch::Off => {}
            Switch::Revoked { cause } => return Err(Refused::Revoked { cause }),
        }
        self.check_in_time(now)?;
        if self.is_used_up(joined) { Err(Refused::Exhausted) } else { Ok(true) }
    }

    /// Whether revoking it changes something.
    pub const fn revoke(&self) -> bool {
        !matches!(self.switch, Switch::Revoked { .. })
    }

    const fn check_on(&self) -> Result<(), Refused> {
        match self.switch {
            Switch::On => Ok(()),
            Switch::Off => Err(Refused::Revoked { cause: Some(Cause::TurnedOff) }),
            Switch::Revoked { cause } => Err(Refused::Revoked { cause }),
        }
    }

    fn check_in_time(&self, now: Timestamp) -> Result<(), Refused> {
        if self.expires.is_some_and(|expires| expires <= now) { Err(Refused::Expired) } else { Ok(()) }
    }

    /// What it offers for as long as it lives.
    pub fn offering(&self) -> Offering {
        Offering {
            id: self.offer_id.unwrap_or_else(|| self.id.uuid()),
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
        self.switch == Switch::On && self.check_in_time(now).is_ok() && !self.is_used_up(joined)
    }
}

#[cfg(test)]
mod tests {
    use service_kit::Id;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn link() -> InviteLink {
        InviteLink {
            id: Id::from(Uuid::nil()),
            organization_id: Id::from(Uuid::nil()),
            organization_name: "Acme".to_owned(),
            role_ids: Vec::new(),
            switch: Switch::On,
            max_uses: None,
            uses: 5,
            expires: None,
            created_by: Id::from(Uuid::nil()),
            offer_id: None,
            created: NOW,
        }
    }

    fn revoked(cause: Option<Cause>) -> InviteLink {
        InviteLink { switch: Switch::Revoked { cause }, ..link() }
    }

    #[test]
    fn a_link_is_turned_off_and_on_until_it_is_revoked() {
        assert_eq!((link().turn_off(), link().turn_on(0, NOW)), (Ok(true), Ok(false)));
        let off = InviteLink { switch: Switch::Off, ..link() };
        assert_eq!((off.turn_off(), off.turn_on(0, NOW)), (Ok(false), Ok(true)));
        assert!(link().revoke() && off.revoke());
        let cause = Some(Cause::Withdrawn);
        let refused = Err(Refused::Revoked { cause });
        assert_eq!((revoked(cause).turn_off(), revoked(cause).turn_on(0, NOW)), (refused.clone(), refused));
        assert!(!revoked(cause).revoke());
    }

    #[test]
    fn a_link_that_could_let_nobody_in_stays_off() {
        let off = InviteLink { switch: Switch::Off, max_uses: Some(5), ..link() };
        assert_eq!(off.turn_on(4, NOW), Ok(true));
        assert_eq!(off.turn_on(5, NOW), Err(Refused::Exhausted));
        let expired = InviteLink { expires: Some(NOW), ..off };
        assert_eq!(expired.turn_on(0, NOW), Err(Refused::Expired));
    }

    #[test]
    fn a_link_without_bounds_stays_open() {
        assert_eq!(link().check_open(NOW), Ok(()));
    }

    #[test]
    fn a_link_closes_when_turned_off_expired_or_used_up() {
        let off = InviteLink { switch: Switch::Off, ..link() };
        assert_eq!(off.check_open(NOW), Err(Refused::Revoked { cause: Some(Cause::TurnedOff) }));
        let cause = Some(Cause::InviterLeft);
        assert_eq!(revoked(cause).check_open(NOW), Err(Refused::Revoked { cause }));
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
        assert!(!InviteLink { switch: Switch::Off, ..link() }.is_live(0, NOW));
        assert!(link().is_live(10_000, NOW));
    }
}
