//! What is known of a team, and what a deed must do to it: the rules once more, written for these tests alone.

use std::collections::BTreeSet;

use access_policy::{BuiltInRole, Permission};

use super::deed::Deed;

pub const PEOPLE: usize = 4;
pub const OWNER: &str = "org_owner";
pub const KEEPER: &str = "keeper";
pub const KEEPS: [&str; 4] = ["org:read", "org:members:read", "org:members:update", "org:members:remove"];

pub type RoleCodes = BTreeSet<String>;
pub type Reason = &'static str;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    pub roles: RoleCodes,
    pub is_suspended: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    InUse,
    Suspended,
    Gone,
}

/// People in the order of joining.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    pub exists: bool,
    /// Whether it has made the custom role.
    pub has_keeper: bool,
    pub seats: [Option<Seat>; PEOPLE],
    pub accounts: [Account; PEOPLE],
}

impl Seat {
    pub fn owns(&self) -> bool {
        self.roles.contains(OWNER)
    }

    fn lose_ownership(&mut self) {
        self.roles.remove(OWNER);
        if self.roles.is_empty() {
            self.roles.insert("org_member".to_owned());
        }
    }
}

fn permitted(roles: &RoleCodes) -> BTreeSet<&str> {
    let of_role = |code: &String| match BuiltInRole::from_code(code) {
        Some(role) => role.permissions().iter().map(|permission| permission.code()).collect(),
        None => Vec::from(KEEPS),
    };
    roles.iter().flat_map(of_role).collect()
}

fn require(seat: &Seat, permission: Permission) -> Result<(), Reason> {
    if permitted(&seat.roles).contains(permission.code()) { Ok(()) } else { Err("INSUFFICIENT_PERMISSIONS") }
}

fn require_ownership(seat: &Seat) -> Result<(), Reason> {
    if seat.owns() { Ok(()) } else { Err("INSUFFICIENT_PERMISSIONS") }
}

fn require_reach(seat: &Seat, roles: &RoleCodes) -> Result<(), Reason> {
    let owns_more = roles.contains(OWNER) && !seat.owns();
    let is_within = permitted(roles).is_subset(&permitted(&seat.roles));
    if is_within && !owns_more { Ok(()) } else { Err("ROLE_ABOVE_CALLER") }
}

impl Team {
    pub fn is_active_owner(&self, person: usize) -> bool {
        let owns = self.seats[person].as_ref().is_some_and(|seat| seat.owns() && !seat.is_suspended);
        owns && self.accounts[person] == Account::InUse
    }

    pub fn active_owner(&self) -> Option<usize> {
        (0..PEOPLE).find(|person| self.is_active_owner(*person))
    }

    pub fn active_owners(&self) -> usize {
        (0..PEOPLE).filter(|person| self.is_active_owner(*person)).count()
    }

    pub fn members(&self) -> usize {
        self.seats.iter().flatten().count()
    }

    /// Takes a person to the end of the line, as whoever joins now.
    pub fn move_to_the_end(&mut self, person: usize) {
        self.seats[person..].rotate_left(1);
        self.accounts[person..].rotate_left(1);
    }

    /// Carries the deed out, or says why not.
    pub fn suffer(&mut self, deed: &Deed) -> Result<(), Reason> {
        match *deed {
            Deed::Depart(person) => return self.depart(person, false),
            Deed::Evict(person) => return self.depart(person, true),
            Deed::LoseAccount(person) => return self.lose_account(person),
            _ => {}
        }
        let actor = deed.actor().map(|actor| self.acting(actor)).transpose()?;
        if !self.exists {
            return Err("ORGANIZATION_NOT_FOUND");
        }
        match deed {
            Deed::Leave(actor) => {
                self.let_go(*actor)?;
                self.seats[*actor] = None;
            }
            Deed::Remove(_, target) | Deed::RemoveByOffice(target) => {
                self.may_touch(actor.as_ref(), Permission::MembersRemove, *target)?;
                self.let_go(*target)?;
                self.seats[*target] = None;
            }
            Deed::MakeMember(_, target) => {
                actor.as_ref().map_or(Ok(()), require_ownership)?;
                if self.seat(*target)?.owns() {
                    self.let_go(*target)?;
                    self.seats[*target].iter_mut().for_each(Seat::lose_ownership);
                }
            }
            Deed::SetRole(_, target, code) | Deed::SetRoleByOffice(target, code) => {
                let roles = RoleCodes::from([(*code).to_owned()]);
                self.may_touch(actor.as_ref(), Permission::MembersUpdate, *target)?;
                actor.as_ref().map_or(Ok(()), |actor| require_reach(actor, &roles))?;
                if !roles.contains(OWNER) {
                    self.let_go(*target)?;
                }
                self.seats[*target].iter_mut().for_each(|seat| seat.roles.clone_from(&roles));
            }
            Deed::Suspend(_, target) | Deed::SuspendByOffice(target) => {
                self.may_touch(actor.as_ref(), Permission::MembersUpdate, *target)?;
                self.let_go(*target)?;
                if deed.actor() == Some(*target) {
                    return Err("VALIDATION_ERROR");
                }
                self.seats[*target].iter_mut().for_each(|seat| seat.is_suspended = true);
            }
            Deed::HandOver(giver, target) => {
                actor.as_ref().map_or(Ok(()), require_ownership)?;
                let is_able = !self.seat(*target)?.is_suspended && self.accounts[*target] == Account::InUse;
                if giver == target {
                    return Err("VALIDATION_ERROR");
                }
                if !is_able {
                    return Err("MEMBER_NOT_FOUND");
                }
                self.own(*target);
                self.seats[*giver].iter_mut().for_each(Seat::lose_ownership);
            }
            Deed::Delete(_) => {
                actor.as_ref().map_or(Ok(()), require_ownership)?;
                if self.members() > 1 {
                    return Err("ORGANIZATION_HAS_MEMBERS");
                }
                self.end();
            }
            Deed::DeleteByOffice => self.end(),
            Deed::Depart(_) | Deed::Evict(_) | Deed::LoseAccount(_) => {}
        }
        Ok(())
    }

    fn acting(&self, actor: usize) -> Result<Seat, Reason> {
        match &self.seats[actor] {
            None => Err("ORGANIZATION_NOT_FOUND"),
            Some(seat) if seat.is_suspended => Err("NOT_ORGANIZATION_MEMBER"),
            Some(_) if self.accounts[actor] != Account::InUse => Err("USER_SUSPENDED"),
            Some(seat) => Ok(seat.clone()),
        }
    }

    fn seat(&self, person: usize) -> Result<&Seat, Reason> {
        self.seats[person].as_ref().ok_or("MEMBER_NOT_FOUND")
    }

    fn may_touch(&self, actor: Option<&Seat>, permission: Permission, target: usize) -> Result<(), Reason> {
        actor.map_or(Ok(()), |actor| require(actor, permission))?;
        let target = self.seat(target)?;
        actor.map_or(Ok(()), |actor| require_reach(actor, &target.roles))
    }

    /// The one rule.
    fn let_go(&self, person: usize) -> Result<(), Reason> {
        let is_in_force = self.seat(person)?.owns() && !self.seat(person)?.is_suspended;
        let another_remains = (0..PEOPLE).any(|other| other != person && self.is_active_owner(other));
        if !is_in_force || another_remains { Ok(()) } else { Err("LAST_OWNER") }
    }

    fn own(&mut self, person: usize) {
        self.seats[person].iter_mut().for_each(|seat| {
            seat.roles.insert(OWNER.to_owned());
        });
    }

    fn end(&mut self) {
        self.exists = false;
        self.seats = [const { None }; PEOPLE];
    }

    fn depart(&mut self, person: usize, hands_over: bool) -> Result<(), Reason> {
        if self.seats[person].is_some() {
            let is_able = |other: &usize| {
                let is_active = self.seats[*other].as_ref().is_some_and(|seat| !seat.is_suspended);
                *other != person && is_active && self.accounts[*other] == Account::InUse
            };
            let heir = (0..PEOPLE).find(is_able);
            match (self.members(), self.let_go(person), heir) {
                (1, ..) => self.end(),
                (_, Ok(()), _) => self.seats[person] = None,
                (_, Err(_), _) if !hands_over => return Err("SOLE_OWNER"),
                (_, Err(_), Some(heir)) => {
                    self.own(heir);
                    self.seats[person] = None;
                }
                (_, Err(_), None) => self.end(),
            }
        }
        self.accounts[person] = Account::Gone;
        Ok(())
    }

    fn lose_account(&mut self, person: usize) -> Result<(), Reason> {
        if self.accounts[person] != Account::InUse {
            return Ok(());
        }
        if self.seats[person].is_some() && self.members() > 1 {
            self.let_go(person).map_err(|_| "SOLE_OWNER")?;
        }
        self.accounts[person] = Account::Suspended;
        Ok(())
    }
}
