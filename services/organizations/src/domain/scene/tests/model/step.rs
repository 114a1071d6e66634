//! What somebody tries to do, and what comes of it.

use access_policy::Permission;

use super::{Account, Life, OWNER, Person, ROLE_CODES, RoleSet, Seat, State, World, number_of};
use crate::domain::acting::Somebody;
use crate::domain::change::MembershipChange;
use crate::domain::denial::Denial;
use crate::domain::effect::{Effect, Narrowed, Widened};
use crate::domain::member::MemberStatus;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Person(usize),
    BackOffice,
    /// It follows from what becomes of the target's account.
    Nobody,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// With the account going out of use or ending, where the change follows from that.
    Change(MembershipChange),
    JoinByOffer(RoleSet),
    AddExistingUser(RoleSet),
    ReactivateAccount,
    SetLife(Life),
}

#[derive(Debug)]
pub struct Step {
    pub before: State,
    pub actor: Actor,
    pub target: usize,
    /// To whom the organization goes if it is handed over.
    pub heir: Option<usize>,
    pub deed: Deed,
    pub outcome: Result<State, Denial>,
    pub narrowed: Narrowed,
    pub widened: Widened,
}

impl Step {
    pub fn change(&self) -> Option<&MembershipChange> {
        if let Deed::Change(change) = &self.deed { Some(change) } else { None }
    }

    pub fn is(&self, change: &MembershipChange) -> bool {
        self.change() == Some(change)
    }

    pub fn acting(&self) -> Option<Person> {
        if let Actor::Person(number) = self.actor { Some(self.before.people[number]) } else { None }
    }
}

/// The built-in roles and the custom one, each alone; members come to hold more by being made owners.
pub fn role_sets() -> impl Iterator<Item = RoleSet> {
    (0..ROLE_CODES.len()).map(|bit| 1 << bit)
}

/// What members and the back office want.
fn wishes() -> Vec<MembershipChange> {
    let hold = |code: &str| MembershipChange::HoldRoles(vec![code.to_owned()]);
    let mut wishes: Vec<_> = ROLE_CODES.into_iter().map(hold).collect();
    wishes.extend([
        MembershipChange::BecomeOwner,
        MembershipChange::CeaseToBeOwner,
        MembershipChange::HaveStatus(MemberStatus::Active),
        MembershipChange::HaveStatus(MemberStatus::Suspended),
        MembershipChange::BeRemoved,
        MembershipChange::Leave,
        MembershipChange::TakeOver,
        MembershipChange::EndOrganization,
    ]);
    wishes
}

/// Everything that anybody can try in a state.
pub fn steps(world: &World, state: State) -> Vec<Step> {
    let mut steps = Vec::new();
    let wishes = wishes();
    for target in 0..state.people.len() {
        for actor in [Actor::Person(0), Actor::Person(1), Actor::Person(2), Actor::BackOffice] {
            let scene = world.scene(&state, world.somebody(&state, actor), target, None);
            for wish in &wishes {
                // Of a user's own accord: the service names nobody else.
                let is_about_oneself = matches!(wish, MembershipChange::Leave | MembershipChange::EndOrganization);
                if !is_about_oneself
                    || matches!(actor, Actor::Person(number) if number == target)
                    || actor == Actor::BackOffice
                {
                    let (outcome, narrowed, widened) = world.carry_out(&state, &scene, wish, target);
                    steps.push(Step {
                        before: state,
                        actor,
                        target,
                        heir: None,
                        deed: Deed::Change(wish.clone()),
                        outcome,
                        narrowed,
                        widened,
                    });
                }
            }
        }
        world.become_of_the_account(&state, target, &mut steps);
        world.join(&state, target, &mut steps);
    }
    for life in [Life::Active, Life::Suspended] {
        let outcome = match state {
            State { is_personal: true, .. } => Err(Denial::PersonalOrganization),
            State { life: Life::Ended, .. } => Err(Denial::OrganizationNotFound),
            _ => Ok(State { life, ..state }),
        };
        let narrowed = if outcome.is_ok() && life == Life::Suspended { Narrowed::Everybody } else { Narrowed::Nobody };
        let (actor, deed) = (Actor::BackOffice, Deed::SetLife(life));
        let widened = Widened::Nobody;
        steps.push(Step { before: state, actor, target: 0, heir: None, deed, outcome, narrowed, widened });
    }
    steps
}

impl World {
    fn somebody(&self, state: &State, actor: Actor) -> Somebody {
        match actor {
            Actor::Person(number) => Somebody::User(self.member(state, number)),
            Actor::BackOffice => Somebody::BackOffice,
            Actor::Nobody => Somebody::User(None),
        }
    }

    fn carry_out(
        &self,
        state: &State,
        scene: &super::Scene,
        change: &MembershipChange,
        target: usize,
    ) -> (Result<State, Denial>, Narrowed, Widened) {
        match scene.judge(change) {
            Err(denial) => (Err(denial), Narrowed::Nobody, Widened::Nobody),
            Ok(verdict) => {
                let mut after = self.written(*state, &verdict.effects);
                match change {
                    MembershipChange::Depart | MembershipChange::DepartHandingOver => {
                        after.people[target].account = Account::Gone;
                    }
                    MembershipChange::StopCounting => after.people[target].account = Account::Suspended,
                    _ => {}
                }
                (Ok(after), verdict.narrowed, verdict.widened)
            }
        }
    }

    /// The state after the effects, in their order.
    pub fn written(&self, mut state: State, effects: &[Effect]) -> State {
        for effect in effects {
            match effect {
                Effect::EndOrganization => {
                    state.life = Life::Ended;
                    state.people.iter_mut().for_each(|person| person.seat = None);
                }
                Effect::EndMembership(gone) => state.people[number_of(*gone)].seat = None,
                Effect::HoldRoles(who, roles) => {
                    let roles = self.role_set(roles);
                    state.people[number_of(*who)].seat.iter_mut().for_each(|seat| seat.roles = roles);
                }
                Effect::HaveStatus(who, status) => {
                    let is_suspended = *status == MemberStatus::Suspended;
                    state.people[number_of(*who)].seat.iter_mut().for_each(|seat| seat.is_suspended = is_suspended);
                }
            }
        }
        state
    }

    fn become_of_the_account(&self, state: &State, target: usize, steps: &mut Vec<Step>) {
        let account = state.people[target].account;
        if account == Account::Gone {
            return;
        }
        let mut changes = vec![(MembershipChange::Depart, None)];
        // Who has belonged longest is not part of a state: any of them may have.
        let is_heir = |heir: &usize| *heir != target && state.people[*heir].can_act();
        let heirs: Vec<usize> = (0..state.people.len()).filter(is_heir).collect();
        changes.extend(heirs.iter().map(|heir| (MembershipChange::DepartHandingOver, Some(*heir))));
        if heirs.is_empty() {
            changes.push((MembershipChange::DepartHandingOver, None));
        }
        if account == Account::InUse {
            changes.push((MembershipChange::StopCounting, None));
        } else {
            let mut after = *state;
            after.people[target].account = Account::InUse;
            let (actor, deed, outcome) = (Actor::Nobody, Deed::ReactivateAccount, Ok(after));
            let (narrowed, widened) = (Narrowed::Nobody, Widened::Nobody);
            steps.push(Step { before: *state, actor, target, heir: None, deed, outcome, narrowed, widened });
        }
        for (change, heir) in changes {
            let scene = self.scene(state, Somebody::User(None), target, heir);
            let (outcome, narrowed, widened) = self.carry_out(state, &scene, &change, target);
            let (actor, deed) = (Actor::Nobody, Deed::Change(change));
            steps.push(Step { before: *state, actor, target, heir, deed, outcome, narrowed, widened });
        }
    }

    /// What comes in beside the exits, by the rules of the use cases.
    fn join(&self, state: &State, target: usize, steps: &mut Vec<Step>) {
        if state.people[target] != Person::OUTSIDE {
            return;
        }
        for actor in [Actor::Person(0), Actor::Person(1), Actor::Person(2), Actor::BackOffice] {
            for roles in role_sets() {
                let mut after = *state;
                after.people[target].seat = Some(Seat { roles, is_suspended: false });
                let outcome = self.may_bring_in(state, actor, roles).map(|()| after);
                let deed = match actor {
                    Actor::BackOffice => Deed::AddExistingUser(roles),
                    _ => Deed::JoinByOffer(roles),
                };
                steps.push(Step {
                    before: *state,
                    actor,
                    target,
                    heir: None,
                    deed,
                    outcome,
                    narrowed: Narrowed::Nobody,
                    widened: Widened::Nobody,
                });
            }
        }
    }

    fn may_bring_in(&self, state: &State, actor: Actor, roles: RoleSet) -> Result<(), Denial> {
        if state.has_ended() {
            return Err(Denial::OrganizationNotFound);
        }
        let (organization, somebody) = (self.organization(state), self.somebody(state, actor));
        let acting = somebody.acting(&organization)?;
        acting.require(Permission::MembersInvite)?;
        if organization.is_personal() {
            return Err(Denial::PersonalOrganization);
        }
        acting.require_reach_over(&self.roles[usize::from(roles)])
    }
}

/// Every state of a team in which what must be true is true.
pub fn possible_states() -> impl Iterator<Item = State> {
    let seats = role_sets().chain(role_sets().skip(1).map(|other| other | OWNER));
    let seats: Vec<Seat> =
        seats.flat_map(|roles| [false, true].map(|is_suspended| Seat { roles, is_suspended })).collect();
    let accounts = [Account::InUse, Account::Suspended];
    let seated = accounts
        .into_iter()
        .flat_map(move |account| seats.clone().into_iter().map(move |seat| Person { account, seat: Some(seat) }));
    let outside = [Account::InUse, Account::Suspended, Account::Gone].map(|account| Person { account, seat: None });
    let people: Vec<Person> = seated.chain(outside).collect();
    let all = people.len();
    (0..all.pow(3)).flat_map(move |number| {
        let people = [people[number % all], people[number / all % all], people[number / all / all]];
        let is_sorted = people.is_sorted();
        let states = [Life::Active, Life::Suspended].map(|life| State { is_personal: false, life, people });
        states.into_iter().filter(move |state| is_sorted && state.is_in_somebodys_hands())
    })
}
