//! Ten thousand times two or three exits at once, drawn by chance: what comes of them is what would have come of one after
//! the other, and an owner remains.

use std::collections::BTreeMap;
use std::sync::Arc;

use contracts::organizations::v1 as proto;
use tokio::task::JoinSet;

use self::deed::Deed;
use self::draw::{Chance, draw_deeds, draw_team};
use self::team::{Account, KEEPER, KEEPS, OWNER, PEOPLE, Reason, RoleCodes, Seat, Team};
use crate::world::{Administrator, Person, World, refused};

mod deed;
pub mod draw;
mod team;

const LANES: u64 = 16;
const RACES_OF_A_LANE: u64 = 157;

struct Arena {
    world: World,
    office: Administrator,
}

/// An organization, who is who in it, and how it stands.
#[derive(Clone)]
struct Stage {
    team_id: String,
    cast: Vec<Person>,
    team: Team,
}

impl Arena {
    async fn set_up(&self, team: Team) -> Stage {
        let mut cast = Vec::new();
        for _ in 0..PEOPLE {
            cast.push(self.world.person("actor").await);
        }
        let team_id = self.world.team(&cast[0]).await;
        if team.has_keeper {
            self.world.create_role(&cast[0], &team_id, KEEPER, &KEEPS).await.unwrap();
        }
        for (person, seat) in team.seats.iter().enumerate().skip(1) {
            let Some(seat) = seat else { continue };
            self.seat(&team_id, &cast, person, seat).await;
        }
        for (person, account) in team.accounts.iter().enumerate() {
            if *account == Account::Suspended {
                self.world.set_account(&cast[person], 2, false).await.unwrap();
            }
        }
        Stage { team_id, cast, team }
    }

    /// Makes it worth racing in again: no team is left with one owner for long.
    async fn mend(&self, stage: &mut Stage, chance: &Chance) {
        let Stage { team_id, cast, team } = stage;
        let Some(owner) = team.active_owner() else { return };
        for (person, account) in team.accounts.iter_mut().enumerate() {
            if team.seats[person].is_none() && *account != Account::InUse {
                cast[person] = self.world.person("actor").await;
                *account = Account::InUse;
            }
        }
        if team.active_owners() > 1 || chance.one_in(4) {
            return;
        }
        let person = chance.below(PEOPLE);
        let owner = cast[owner].clone();
        match &mut team.seats[person] {
            Some(seat) => {
                self.world.set_roles(&owner, team_id, &cast[person], &[OWNER]).await.unwrap();
                seat.roles = RoleCodes::from([OWNER.to_owned()]);
            }
            None => {
                self.world.join(team_id, &owner, &cast[person], &[OWNER]).await;
                team.seats[person] = Some(Seat { roles: RoleCodes::from([OWNER.to_owned()]), is_suspended: false });
                team.move_to_the_end(person);
                cast[person..].rotate_left(1);
            }
        }
    }

    async fn seat(&self, team_id: &str, cast: &[Person], person: usize, seat: &Seat) {
        let (owner, newcomer) = (&cast[0], &cast[person]);
        let code = seat.roles.first().unwrap().as_str();
        let offered: &[&str] = if code == KEEPER { &[] } else { &[code] };
        self.world.join(team_id, owner, newcomer, offered).await;
        if code == KEEPER {
            self.world.set_roles(owner, team_id, newcomer, &[code]).await.unwrap();
        }
        if seat.is_suspended {
            self.world.set_status(owner, team_id, newcomer, proto::MemberStatus::Suspended).await.unwrap();
        }
    }

    /// Who belongs, as the database says.
    async fn seats(&self, stage: &Stage) -> Option<[Option<Seat>; PEOPLE]> {
        let message = proto::ListAnyMembersRequest { organization_id: stage.team_id.clone(), ..Default::default() };
        let answer = self.world.membership_administration().list_any_members(self.office.call(message)).await;
        let members = match answer {
            Ok(answer) => answer.into_inner().members,
            Err(status) => {
                assert_eq!(refused::<()>(Err(status)), "ORGANIZATION_NOT_FOUND");
                return None;
            }
        };
        let mut seats = [const { None }; PEOPLE];
        for member in members {
            let person = stage.cast.iter().position(|person| person.id == member.user_id).unwrap();
            let is_suspended = member.status() == proto::MemberStatus::Suspended;
            seats[person] =
                Some(Seat { roles: member.roles.into_iter().map(|role| role.code).collect(), is_suspended });
        }
        Some(seats)
    }

    /// What tokens would say of a person, against the list of members.
    async fn check_access(&self, stage: &Stage, person: usize, seat: Option<&Seat>) {
        let answer = self.world.access_of(&stage.cast[person], &stage.team_id).await;
        match seat {
            None => assert_eq!(refused(answer), "ORGANIZATION_NOT_FOUND"),
            Some(seat) if seat.is_suspended => assert_eq!(refused(answer), "NOT_ORGANIZATION_MEMBER"),
            Some(seat) => {
                let access = answer.unwrap();
                assert_eq!(access.role() == proto::OrgRole::Owner, seat.roles.contains(OWNER));
                assert!(access.role_codes.iter().eq(sorted_like(&access.role_codes, seat)));
            }
        }
    }
}

/// The seat's roles in the order of the answer, which has them by might.
fn sorted_like<'answer>(answer: &'answer [String], seat: &Seat) -> Vec<&'answer String> {
    assert_eq!(answer.len(), seat.roles.len());
    answer.iter().filter(|code| seat.roles.contains(*code)).collect()
}

/// Every order of so many things.
fn orders(length: usize) -> Vec<Vec<usize>> {
    let Some(last) = length.checked_sub(1) else { return vec![Vec::new()] };
    let shorter = orders(last).into_iter();
    shorter
        .flat_map(|order| {
            (0..=order.len()).map(move |place| {
                let mut order = order.clone();
                order.insert(place, last);
                order
            })
        })
        .collect()
}

/// What one after the other would have come to.
fn in_order(team: &Team, deeds: &[Deed], order: &[usize]) -> (Vec<Result<(), Reason>>, Team) {
    let (mut team, mut answers) = (team.clone(), vec![Ok(()); order.len()]);
    for deed in order {
        answers[*deed] = team.suffer(&deeds[*deed]);
    }
    (answers, team)
}

/// What has happened in races.
#[derive(Default)]
struct Tally {
    races: usize,
    /// Where it mattered who came first.
    close: usize,
    /// Where somebody was kept as the last owner.
    kept: usize,
    /// What somebody got done, how often.
    done: BTreeMap<&'static str, usize>,
}

async fn race(arena: &Arc<Arena>, stage: &mut Stage, seed: u64, tally: &mut Tally) {
    let chance = Chance::new(seed);
    let deeds = draw_deeds(&chance, &stage.team);
    let attempts = deeds.iter().cloned().map(|deed| {
        let (arena, stage) = (Arc::clone(arena), stage.clone());
        tokio::spawn(async move { deed.attempt(&arena.world, &stage.team_id, &stage.cast, &arena.office).await })
    });
    let answers = futures_util::future::try_join_all(attempts.collect::<Vec<_>>()).await.unwrap();

    let seats = arena.seats(stage).await;
    let outcomes: Vec<_> = orders(deeds.len()).into_iter().map(|order| in_order(&stage.team, &deeds, &order)).collect();
    tally.races += 1;
    tally.close += usize::from(outcomes.iter().any(|outcome| *outcome != outcomes[0]));
    tally.kept += usize::from(answers.iter().any(|answer| matches!(answer, Err("LAST_OWNER" | "SOLE_OWNER"))));
    for (deed, _) in deeds.iter().zip(&answers).filter(|(_, answer)| answer.is_ok()) {
        *tally.done.entry(deed.name()).or_default() += 1;
    }
    let is_it = |(expected, team): &(Vec<_>, Team)| {
        let is_left = seats.as_ref().map_or(!team.exists, |seats| team.exists && team.seats == *seats);
        *expected == answers && is_left
    };
    let what = || format!("seed {seed}: {deeds:?} in {:#?}\nanswered {answers:?}\nand left {seats:#?}", stage.team);
    let Some((_, team)) = outcomes.into_iter().find(is_it) else { panic!("no order explains {}", what()) };
    // An account may be suspended where nobody else depends on it.
    let is_waiting = team.members() == 1 && team.accounts.contains(&Account::Suspended);
    assert!(!team.exists || team.active_owner().is_some() || is_waiting, "nobody owns it: {}", what());
    if !team.exists || chance.one_in(4) {
        let watched = chance.below(PEOPLE);
        arena.check_access(stage, watched, team.seats[watched].as_ref()).await;
    }
    stage.team = team;
}

/// Races with these seeds and the following ones, in several organizations at a time.
async fn run(first_seed: u64) {
    let world = World::new().await;
    let office = world.administrator("system_admin").await;
    let arena = Arc::new(Arena { world, office });
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        let arena = Arc::clone(&arena);
        lanes.spawn(async move {
            let seeds = first_seed + lane * RACES_OF_A_LANE..;
            let (mut stage, mut tally) = (None::<Stage>, Tally::default());
            for seed in seeds.take(usize::try_from(RACES_OF_A_LANE).unwrap()) {
                let chance = Chance::new(!seed);
                let mut set = match stage.take().filter(|stage| stage.team.active_owner().is_some()) {
                    Some(stage) => stage,
                    None => arena.set_up(draw_team(&chance)).await,
                };
                arena.mend(&mut set, &chance).await;
                race(&arena, &mut set, seed, &mut tally).await;
                stage = Some(set);
            }
            tally
        });
    }
    let tallies = lanes.join_all().await;
    let sum = |number: fn(&Tally) -> usize| tallies.iter().map(number).sum::<usize>();
    let (races, close, kept) = (sum(|tally| tally.races), sum(|tally| tally.close), sum(|tally| tally.kept));
    let mut done: BTreeMap<&str, usize> = BTreeMap::new();
    for (deed, times) in tallies.into_iter().flat_map(|tally| tally.done) {
        *done.entry(deed).or_default() += times;
    }
    println!("{races} races, {close} close, {kept} with somebody kept; {done:?}");
    assert!(
        close * 4 > races && kept * 20 > races,
        "dull races: {close} close and {kept} with somebody kept of {races}"
    );
    assert_eq!(done.len(), Deed::KINDS, "{done:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn exits_at_once_come_to_what_one_order_of_them_comes_to() {
    run(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn exits_at_once_come_to_what_one_order_of_them_comes_to_with_other_luck() {
    run(10_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn exits_at_once_come_to_what_one_order_of_them_comes_to_with_yet_other_luck() {
    run(20_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn exits_at_once_come_to_what_one_order_of_them_comes_to_with_any_luck() {
    run(30_000).await;
}
