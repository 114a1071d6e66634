//! A world of one organization and three people, small enough for everything that can happen in it to happen.

use std::collections::BTreeMap;
use std::sync::Arc;

use access_policy::Permission;
use service_kit::Timestamp;
use uuid::Uuid;

use crate::domain::acting::Somebody;
use crate::domain::ids::UserId;
use crate::domain::member::{Member, MemberStatus};
use crate::domain::organization::{Organization, OrganizationStatus};
use crate::domain::permission::Catalog;
use crate::domain::role::Role;
use crate::domain::role_book::{RoleBook, custom_role};
use crate::domain::roles::Roles;
use crate::domain::scene::Scene;
use crate::domain::slug::Slug;

pub mod exploration;
pub mod step;

/// A set of roles, one bit each.
pub type RoleSet = u8;

pub const OWNER: RoleSet = 1;
/// The last one is the organization's own: it touches members and cannot invite any.
pub const ROLE_CODES: [&str; 5] = ["org_owner", "org_admin", "org_manager", "org_member", "keeper"];
const KEEPER: [&str; 4] = ["org:read", "org:members:read", "org:members:update", "org:members:remove"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    InUse,
    Suspended,
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat {
    pub roles: RoleSet,
    pub is_suspended: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person {
    pub account: Account,
    pub seat: Option<Seat>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Life {
    Active,
    Suspended,
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    /// Then it is the first person's.
    pub is_personal: bool,
    pub life: Life,
    pub people: [Person; 3],
}

impl Person {
    pub const OUTSIDE: Self = Self { account: Account::InUse, seat: None };

    pub fn is_owner_in_force(self) -> bool {
        self.seat.is_some_and(|seat| seat.roles & OWNER != 0 && !seat.is_suspended)
    }

    pub fn is_active_owner(self) -> bool {
        self.is_owner_in_force() && self.account == Account::InUse
    }

    pub fn can_act(self) -> bool {
        self.account == Account::InUse && self.seat.is_some_and(|seat| !seat.is_suspended)
    }
}

impl State {
    /// Just made, by the first person.
    pub fn new(is_personal: bool) -> Self {
        let owner = Person { account: Account::InUse, seat: Some(Seat { roles: OWNER, is_suspended: false }) };
        Self { is_personal, life: Life::Active, people: [owner, Person::OUTSIDE, Person::OUTSIDE] }
    }

    /// The same for everybody who looks alike: who is first matters to a personal organization alone.
    pub fn sorted(mut self) -> Self {
        self.people[usize::from(self.is_personal)..].sort_unstable();
        self
    }

    pub fn has_ended(&self) -> bool {
        self.life == Life::Ended
    }

    pub fn members(&self) -> usize {
        self.people.iter().filter(|person| person.seat.is_some()).count()
    }

    pub fn active_owners(&self) -> usize {
        self.people.iter().filter(|person| person.is_active_owner()).count()
    }

    /// What must be true at every instant.
    pub fn is_in_somebodys_hands(&self) -> bool {
        self.has_ended() || self.people.iter().any(|person| person.is_owner_in_force())
    }
}

/// The domain's own values behind the bits of a state.
pub struct World {
    pub roles: Vec<Roles>,
    /// What each set of roles permits, one bit each, ownership first.
    powers: Vec<u32>,
    book: RoleBook,
    team: Organization,
}

impl World {
    pub fn new() -> Self {
        let catalog = Catalog::with([]);
        let Role::Custom(keeper) = custom_role("keeper", &KEEPER) else { unreachable!() };
        let book = RoleBook::with([Arc::unwrap_or_clone(keeper)]);
        let codes =
            |set: RoleSet| (0..ROLE_CODES.len()).filter(move |bit| set >> bit & 1 == 1).map(|bit| ROLE_CODES[bit]);
        let roles: Vec<Roles> =
            (0..1 << ROLE_CODES.len()).map(|set| Roles::by_codes(codes(set), &book).unwrap()).collect();
        let bits: BTreeMap<&str, u32> = (1..).zip(Permission::ALL).map(|(bit, it)| (it.code(), 1 << bit)).collect();
        let power = |roles: &Roles| {
            let permitted: u32 = roles.permissions(&catalog).iter().map(|code| bits[code.as_str()]).sum();
            permitted | u32::from(roles.make_owner())
        };
        let powers = roles.iter().map(power).collect();
        let now = Timestamp::from_millis(0);
        let slug = Slug::parse("acme").unwrap();
        let team = Organization::new(Uuid::from_u128(9).into(), "Acme".to_owned(), slug, None, now);
        Self { roles, powers, book, team }
    }

    /// What a person may do by the membership, one bit each, whatever becomes of the account.
    pub fn power(&self, person: Person) -> u32 {
        person.seat.filter(|seat| !seat.is_suspended).map_or(0, |seat| self.powers[usize::from(seat.roles)])
    }

    /// The same with a suspended membership taken for an active one.
    pub fn rank(&self, person: Person) -> u32 {
        person.seat.map_or(0, |seat| self.powers[usize::from(seat.roles)])
    }

    pub fn role_set(&self, roles: &Roles) -> RoleSet {
        let has = |code: &&str| roles.iter().any(|role| role.code() == *code);
        let bits = ROLE_CODES.iter().enumerate().filter(|(_, code)| has(code));
        bits.map(|(bit, _)| 1 << bit).sum()
    }

    pub fn organization(&self, state: &State) -> Organization {
        let status =
            if state.life == Life::Suspended { OrganizationStatus::Suspended } else { OrganizationStatus::Active };
        Organization { status, personal_user_id: state.is_personal.then(|| user(0)), ..self.team.clone() }
    }

    pub fn member(&self, state: &State, number: usize) -> Option<Member> {
        let Person { account, seat } = state.people[number];
        let Seat { roles, is_suspended } = seat?;
        Some(Member {
            id: Uuid::from_u128(100 + number as u128).into(),
            organization_id: self.team.id,
            user_id: user(number),
            status: if is_suspended { MemberStatus::Suspended } else { MemberStatus::Active },
            roles: self.roles[usize::from(roles)].clone(),
            joined: Timestamp::from_millis(0),
            email: String::new(),
            display_name: None,
            has_active_account: account == Account::InUse,
        })
    }

    /// What the database would say of the state; never more than two owners, as there.
    pub fn scene(&self, state: &State, actor: Somebody, target: usize, heir: Option<usize>) -> Scene {
        let everybody = 0..state.people.len();
        Scene {
            organization: self.organization(state),
            actor,
            target: self.member(state, target),
            active_owners: everybody
                .clone()
                .filter(|number| state.people[*number].is_active_owner())
                .map(user)
                .take(2)
                .collect(),
            has_other_members: everybody.clone().any(|other| other != target && state.people[other].seat.is_some()),
            heir: heir.and_then(|heir| self.member(state, heir)),
            book: self.book.clone(),
        }
    }
}

pub fn user(number: usize) -> UserId {
    Uuid::from_u128(1 + number as u128).into()
}

pub fn number_of(user_id: UserId) -> usize {
    (0..3).find(|number| user(*number) == user_id).unwrap()
}
