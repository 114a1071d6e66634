//! An offer of membership to one address.

use std::time::Duration;

use mail::Address;
use service_kit::Timestamp;

use crate::domain::{InvitationId, Offer, Offering, OrganizationId, Person, Refused, Role, RoleId, UserId};

/// How long an invitation can be answered.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// An offer of membership to whoever proves to read this address's mail.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    /// When the invitation was made.
    pub organization_name: String,
    pub email: Address,
    pub role_ids: Vec<RoleId>,
    pub state: State,
    pub invited_by: UserId,
    pub expires: Timestamp,
    pub created: Timestamp,
}

/// What has become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Pending,
    /// Claimed in time; organizations is being asked for the membership.
    Accepting {
        by: UserId,
    },
    /// The membership exists.
    Accepted {
        by: UserId,
        at: Timestamp,
    },
    Declined,
    Revoked,
}

/// What others see of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Pending,
    Accepted,
    Declined,
    Revoked,
    Expired,
}

/// How the caller came by the invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By its id, which proves nothing.
    Id,
    /// By the secret from its mail.
    Token,
}

/// What accepting means in the state that the invitation is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Claim it, then have the membership made.
    Claim,
    /// It is claimed by this person; have the membership made.
    CarryOn,
    /// This person accepted it before.
    Repeat,
}

impl Invitation {
    /// An invitation to an address, to be answered within a week.
    pub fn new(
        id: InvitationId,
        organization_id: OrganizationId,
        offer: Offer,
        email: Address,
        invited_by: UserId,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            organization_id,
            organization_name: offer.organization_name,
            email,
            role_ids: offer.role_ids,
            state: State::Pending,
            invited_by,
            expires: now.plus(LIFETIME),
            created: now,
        }
    }

    pub fn role(&self) -> Role {
        Role::of(&self.role_ids)
    }

    /// What it offers for as long as it is open.
    pub fn offering(&self) -> Offering {
        Offering {
            id: self.id.uuid(),
            organization_id: self.organization_id,
            offered_by: self.invited_by,
            role_ids: self.role_ids.clone(),
            expires: Some(self.expires),
        }
    }

    /// What others see at this instant.
    pub fn status(&self, now: Timestamp) -> Status {
        match self.state {
            State::Pending if self.expires <= now => Status::Expired,
            State::Pending | State::Accepting { .. } => Status::Pending,
            State::Accepted { .. } => Status::Accepted,
            State::Declined => Status::Declined,
            State::Revoked => Status::Revoked,
        }
    }

    /// What accepting by this person means now.
    pub fn accept(&self, person: &Person, way: Way, now: Timestamp) -> Result<Step, Refused> {
        match self.state {
            State::Accepted { by, .. } if by == person.id => return Ok(Step::Repeat),
            State::Accepting { by } if by == person.id => return Ok(Step::CarryOn),
            _ => {}
        }
        self.check_meant_for(person, way)?;
        self.check_open(now)?;
        Ok(Step::Claim)
    }

    /// Whether declining by this person changes something.
    pub fn decline(&self, person: &Person, way: Way, now: Timestamp) -> Result<bool, Refused> {
        self.check_meant_for(person, way)?;
        if self.state == State::Declined {
            return Ok(false);
        }
        self.check_open(now).map(|()| true)
    }

    /// Whether withdrawing it changes something.
    pub const fn revoke(&self) -> Result<bool, Refused> {
        match self.state {
            State::Pending => Ok(true),
            State::Declined | State::Revoked => Ok(false),
            State::Accepting { .. } | State::Accepted { .. } => Err(Refused::AlreadyUsed),
        }
    }

    /// Refused unless it waits for its answer.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Refused> {
        match self.state {
            State::Pending if now < self.expires => Ok(()),
            State::Pending => Err(Refused::Expired),
            State::Accepting { .. } | State::Accepted { .. } | State::Declined => Err(Refused::AlreadyUsed),
            State::Revoked => Err(Refused::Revoked),
        }
    }

    /// Refused for whoever signs up with another address.
    pub fn check_addressed_to(&self, email: &Address) -> Result<(), Refused> {
        if *email == self.email { Ok(()) } else { Err(Refused::EmailMismatch { masked: masked(&self.email) }) }
    }

    fn check_meant_for(&self, person: &Person, way: Way) -> Result<(), Refused> {
        if person.address == self.email {
            return person.check_verified();
        }
        match way {
            Way::Id => Err(Refused::NotFound),
            Way::Token => Err(Refused::EmailMismatch { masked: masked(&self.email) }),
        }
    }
}

/// Enough for the invited to recognise the address, too little for others to learn it.
fn masked(address: &Address) -> String {
    let first = address.local_part().get(..1).unwrap_or_default();
    format!("{first}***@{}", address.domain())
}

#[cfg(test)]
mod tests {
    use service_kit::Id;
    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn user(number: u128) -> UserId {
        Id::from(Uuid::from_u128(number))
    }

    fn bob() -> Person {
        Person { id: user(1), address: Address::parse("bob@example.com").unwrap(), is_verified: true }
    }

    fn carol() -> Person {
        Person { id: user(2), address: Address::parse("carol@example.com").unwrap(), is_verified: true }
    }

    fn for_bob(state: State) -> Invitation {
        let offer = Offer { organization_name: "Acme".to_owned(), is_personal: false, role_ids: Vec::new() };
        let id = Id::from(Uuid::nil());
        let organization = Id::from(Uuid::nil());
        let invitation = Invitation::new(id, organization, offer, bob().address, user(9), NOW);
        Invitation { state, ..invitation }
    }

    #[test]
    fn the_invited_person_claims_a_pending_invitation() {
        for way in [Way::Id, Way::Token] {
            assert_eq!(for_bob(State::Pending).accept(&bob(), way, NOW), Ok(Step::Claim));
        }
    }

    #[test]
    fn another_person_learns_nothing_by_id_and_a_masked_address_by_token() {
        let invitation = for_bob(State::Pending);
        assert_eq!(invitation.accept(&carol(), Way::Id, NOW), Err(Refused::NotFound));
        let masked = "b***@example.com".to_owned();
        assert_eq!(
            invitation.accept(&carol(), Way::Token, NOW),
            Err(Refused::EmailMismatch { masked: masked.clone() })
        );
        assert_eq!(invitation.decline(&carol(), Way::Id, NOW), Err(Refused::NotFound));
        assert_eq!(invitation.decline(&carol(), Way::Token, NOW), Err(Refused::EmailMismatch { masked }));
    }

    #[test]
    fn an_unproven_address_neither_accepts_nor_declines() {
        let unproven = Person { is_verified: false, ..bob() };
        let invitation = for_bob(State::Pending);
        assert_eq!(invitation.accept(&unproven, Way::Token, NOW), Err(Refused::EmailNotVerified));
        assert_eq!(invitation.accept(&unproven, Way::Id, NOW), Err(Refused::EmailNotVerified));
        assert_eq!(invitation.decline(&unproven, Way::Id, NOW), Err(Refused::EmailNotVerified));
        assert_eq!(invitation.decline(&unproven, Way::Token, NOW), Err(Refused::EmailNotVerified));
    }

    #[test]
    fn an_invitation_expires_at_the_instant_it_names() {
        let invitation = for_bob(State::Pending);
        let last_moment = invitation.expires.minus(Duration::from_millis(1));
        assert_eq!(invitation.accept(&bob(), Way::Id, last_moment), Ok(Step::Claim));
        assert_eq!(invitation.accept(&bob(), Way::Id, invitation.expires), Err(Refused::Expired));
        assert_eq!(invitation.status(last_moment), Status::Pending);
        assert_eq!(invitation.status(invitation.expires), Status::Expired);
    }

    #[test]
    fn whoever_claimed_or_accepted_it_may_repeat_even_after_the_expiry() {
        let late = NOW.plus(LIFETIME * 2);
        let accepting = for_bob(State::Accepting { by: bob().id });
        assert_eq!(accepting.accept(&bob(), Way::Id, late), Ok(Step::CarryOn));
        let accepted = for_bob(State::Accepted { by: bob().id, at: NOW });
        assert_eq!(accepted.accept(&bob(), Way::Token, late), Ok(Step::Repeat));
    }

    #[test]
    fn an_answered_invitation_is_used_up() {
        let other = user(3);
        for state in [State::Accepting { by: other }, State::Accepted { by: other, at: NOW }, State::Declined] {
            assert_eq!(for_bob(state).accept(&bob(), Way::Token, NOW), Err(Refused::AlreadyUsed));
        }
        assert_eq!(for_bob(State::Revoked).accept(&bob(), Way::Token, NOW), Err(Refused::Revoked));
    }

    #[test]
    fn withdrawing_is_repeatable_until_somebody_accepts() {
        assert_eq!(for_bob(State::Pending).revoke(), Ok(true));
        assert_eq!(for_bob(State::Revoked).revoke(), Ok(false));
        assert_eq!(for_bob(State::Declined).revoke(), Ok(false));
        assert_eq!(for_bob(State::Accepting { by: user(1) }).revoke(), Err(Refused::AlreadyUsed));
        assert_eq!(for_bob(State::Accepted { by: user(1), at: NOW }).revoke(), Err(Refused::AlreadyUsed));
    }
}
