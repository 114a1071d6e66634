//! Teams and deeds by chance; the same again for the same seed and team.

use service_kit::Entropy;

use super::deed::Deed;
use super::team::{Account, KEEPER, OWNER, PEOPLE, RoleCodes, Seat, Team};

/// Chance with a memory.
pub struct Chance(Entropy);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(Entropy::seeded(seed))
    }

    pub fn below(&self, bound: usize) -> usize {
        usize::try_from(self.0.below(bound as u64)).unwrap()
    }

    pub fn one_in(&self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<T: Copy>(&self, among: &[T]) -> T {
        among[self.below(among.len())]
    }
}

/// What is tried at the same time: two things, sometimes three.
pub fn draw_deeds(chance: &Chance, team: &Team) -> Vec<Deed> {
    let deeds = if chance.one_in(5) { 3 } else { 2 };
    (0..deeds).map(|_| draw_deed(chance, team)).collect()
}

/// The first is always an active owner; most often one or two others own as well.
pub fn draw_team(chance: &Chance) -> Team {
    let has_keeper = chance.one_in(3);
    let owners = chance.pick(&[1, 2, 2, 2, 3]);
    let members = owners + chance.below(PEOPLE - owners + 1);
    let mut seats = [const { None }; PEOPLE];
    let mut accounts = [Account::InUse; PEOPLE];
    for (person, seat) in seats.iter_mut().enumerate().take(members) {
        let role = match chance.below(4) {
            _ if person < owners => OWNER,
            0 => "org_admin",
            1 => "org_manager",
            2 if has_keeper => KEEPER,
            _ => "org_member",
        };
        let is_suspended = person > 0 && chance.one_in(8);
        *seat = Some(Seat { roles: RoleCodes::from([role.to_owned()]), is_suspended });
        if person > 0 && chance.one_in(12) {
            accounts[person] = Account::Suspended;
        }
    }
    Team { exists: true, has_keeper, seats, accounts }
}

fn draw_deed(chance: &Chance, team: &Team) -> Deed {
    // Mostly members, mostly the mighty ones: strangers make dull races.
    let everybody: Vec<usize> = (0..PEOPLE).collect();
    let members: Vec<usize> = everybody.iter().copied().filter(|person| team.seats[*person].is_some()).collect();
    let owners: Vec<usize> = everybody.iter().copied().filter(|person| team.is_active_owner(*person)).collect();
    let member = || chance.pick(if chance.one_in(10) { &everybody } else { &members });
    let actor = || if chance.one_in(3) { member() } else { chance.pick(&owners) };
    let role = || match chance.below(5) {
        0 => OWNER,
        1 => "org_admin",
        2 => "org_manager",
        3 if team.has_keeper => KEEPER,
        _ => "org_member",
    };
    match chance.below(18) {
        0 | 1 => Deed::Leave(actor()),
        2 | 3 => Deed::Remove(actor(), member()),
        4 => Deed::MakeMember(actor(), member()),
        5 | 6 => Deed::SetRole(actor(), member(), role()),
        7 | 8 => Deed::Suspend(actor(), member()),
        9 | 10 => Deed::HandOver(actor(), member()),
        11 => Deed::Delete(actor()),
        12 => Deed::Depart(member()),
        13 => Deed::Evict(member()),
        14 => Deed::LoseAccount(member()),
        15 => Deed::RemoveByOffice(member()),
        16 => Deed::SetRoleByOffice(member(), role()),
        _ if chance.one_in(4) => Deed::DeleteByOffice,
        _ => Deed::SuspendByOffice(member()),
    }
}
