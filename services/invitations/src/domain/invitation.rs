//! An offer of membership to one address.

use std::time::Duration;

use mail::Address;
use service_kit::Timestamp;
use uuid::Uuid;

use crate::domain::{
    Cause, InvitationId, JoinId, Offer, Offering, OrganizationId, Person, Refused, Role, RoleId, UserId,
};

/// How long an invitation can be answered unless somebody says otherwise.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// An offer of membership to whoever proves to read this address's mail.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    /// When the invitation was made or last sent again.
    pub organization_name: String,
    pub email: Address,
    pub role_ids: Vec<RoleId>,
    pub state: State,
    pub invited_by: UserId,
    pub expires: Timestamp,
    /// From one sending to the expiry.
    pub lifetime: Duration,
    /// How many times it was sent again; each has a secret of its own.
    pub generation: i32,
    /// Under which its roles are offered, where that is not its own id.
    pub offer_id: Option<Uuid>,
    pub created: Timestamp,
}

/// Somebody's hold on an invitation, until it is known what comes of it. There may be another one after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub by: UserId,
    /// Stands for the joining at organizations.
    pub join: JoinId,
}

/// What has become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Pending,
    /// Claimed in time; organizations is being asked for the membership.
    Accepting(Claim),
    /// The membership exists.
    Accepted {
        by: UserId,
        at: Timestamp,
    },
    Declined,
    Revoked {
        cause: Option<Cause>,
    },
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
    CarryOn(Claim),
    /// This person accepted it before.
    Repeat,
}

impl Invitation {
    /// An invitation to an address, to be answered before it expires: within a week unless that is said.
    pub fn new(
        id: InvitationId,
        organization_id: OrganizationId,
        offer: Offer,
        email: Address,
        invited_by: UserId,
        expires: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let expires = expires.unwrap_or_else(|| now.plus(LIFETIME));
        Self {
            id,
            organization_id,
            organization_name: offer.organization_name,
            email,
            role_ids: offer.role_ids,
            state: State::Pending,
            invited_by,
            expires,
            lifetime: now.until(expires),
            generation: 0,
            offer_id: None,
            created: now,
        }
    }

    /// The same offered anew: by somebody else maybe, by a new secret, for as long as before.
    #[must_use]
    pub fn sent_again(self, by: UserId, offer: Offer, offer_id: Uuid, now: Timestamp) -> Self {
        Self {
            organization_name: offer.organization_name,
            invited_by: by,
            expires: now.plus(self.lifetime),
            generation: self.generation + 1,
            offer_id: Some(offer_id),
            ..self
        }
    }

    pub fn role(&self) -> Role {
        Role::of(&self.role_ids)
    }

    /// The invited address, hardly readable.
    pub fn masked_email(&self) -> String {
        masked(&self.email)
    }

    /// What it offers for as long as it is open.
    pub fn offering(&self) -> Offering {
        Offering {
            id: self.offer_id.unwrap_or_else(|| self.id.uuid()),
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
            State::Pending | State::Accepting(_) => Status::Pending,
            State::Accepted { .. } => Status::Accepted,
            State::Declined => Status::Declined,
            State::Revoked { .. } => Status::Revoked,
        }
    }

    /// What accepting by this person means now.
    pub fn accept(&self, person: &Person, way: Way, now: Timestamp) -> Result<Step, Refused> {
        match self.state {
            State::Accepted { by, .. } if by == person.id => return Ok(Step::Repeat),
            State::Accepting(claim) if claim.by == person.id => return Ok(Step::CarryOn(claim)),
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
            State::Declined | State::Revoked { .. } => Ok(false),
            State::Accepting(_) | State::Accepted { .. } => Err(Refused::AlreadyUsed),
        }
    }

    /// Refused unless it still waits for its answer, or waited in vain.
    pub const fn check_unanswered(&self) -> Result<(), Refused> {
        match self.state {
            State::Pending => Ok(()),
            State::Accepting(_) | State::Accepted { .. } | State::Declined => Err(Refused::AlreadyUsed),
            State::Revoked { cause } => Err(Refused::Revoked { cause }),
        }
    }

    /// Refused unless it waits for its answer.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Refused> {
        self.check_unanswered()?;
        if now < self.expires { Ok(()) } else { Err(Refused::Expired) }
    }

    /// Refused when there is nothing to show any more. What is being accepted may still come to nothing, and is shown.
    pub fn check_shown(&self, now: Timestamp) -> Result<(), Refused> {
        if matches!(self.state, State::Accepting(_)) { Ok(()) } else { self.check_open(now) }
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

    fn claim_of(by: UserId) -> Claim {
        Claim { by, join: Id::from(Uuid::from_u128(7)) }
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
        let invitation = Invitation::new(id, organization, offer, bob().address, user(9), None, NOW);
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
        let accepting = for_bob(State::Accepting(claim_of(bob().id)));
        assert_eq!(accepting.accept(&bob(), Way::Id, late), Ok(Step::CarryOn(claim_of(bob().id))));
        let accepted = for_bob(State::Accepted { by: bob().id, at: NOW });
        assert_eq!(accepted.accept(&bob(), Way::Token, late), Ok(Step::Repeat));
    }

    #[test]
    fn an_answered_invitation_is_used_up() {
        let other = user(3);
        for state in [State::Accepting(claim_of(other)), State::Accepted { by: other, at: NOW }, State::Declined] {
            assert_eq!(for_bob(state).accept(&bob(), Way::Token, NOW), Err(Refused::AlreadyUsed));
        }
        let cause = Some(Cause::Withdrawn);
        assert_eq!(for_bob(State::Revoked { cause }).accept(&bob(), Way::Token, NOW), Err(Refused::Revoked { cause }));
    }

    #[test]
    fn withdrawing_is_repeatable_until_somebody_accepts() {
        assert_eq!(for_bob(State::Pending).revoke(), Ok(true));
        assert_eq!(for_bob(State::Revoked { cause: None }).revoke(), Ok(false));
        assert_eq!(for_bob(State::Declined).revoke(), Ok(false));
        assert_eq!(for_bob(State::Accepting(claim_of(user(1)))).revoke(), Err(Refused::AlreadyUsed));
        assert_eq!(for_bob(State::Accepted { by: user(1), at: NOW }).revoke(), Err(Refused::AlreadyUsed));
    }

    #[test]
    fn what_is_sent_again_lives_as_long_as_before_under_the_name_of_whoever_sends_it() {
        let offer = || Offer { organization_name: "Acme Inc.".to_owned(), is_personal: false, role_ids: Vec::new() };
        let hour = Duration::from_secs(3600);
        let first = Invitation { lifetime: hour, ..for_bob(State::Pending) };
        let later = NOW.plus(hour * 100);
        let again = first.sent_again(user(8), offer(), Uuid::from_u128(5), later);
        assert_eq!((again.invited_by, again.organization_name.as_str()), (user(8), "Acme Inc."));
        assert_eq!((again.generation, again.expires), (1, later.plus(hour)));
        assert_eq!(again.offering().id, Uuid::from_u128(5));
        let third = again.sent_again(user(8), offer(), Uuid::from_u128(6), later.plus(hour));
        assert_eq!((third.generation, third.expires), (2, later.plus(hour * 2)));
    }

    #[test]
    fn only_what_nobody_answered_or_withdrew_is_sent_again() {
        assert_eq!(for_bob(State::Pending).check_unanswered(), Ok(()));
        for state in [State::Accepting(claim_of(user(1))), State::Accepted { by: user(1), at: NOW }, State::Declined] {
            assert_eq!(for_bob(state).check_unanswered(), Err(Refused::AlreadyUsed));
        }
        let cause = Some(Cause::Superseded);
        assert_eq!(for_bob(State::Revoked { cause }).check_unanswered(), Err(Refused::Revoked { cause }));
    }
}
