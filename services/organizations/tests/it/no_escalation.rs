//! Whatever the roles and whoever asks: nobody gives what they do not hold, by any route.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use contracts::organizations::v1 as proto;
use tokio::task::JoinSet;

use self::grant::{Attempt, Route};
use crate::owner_races::draw::Chance;
use crate::world::{Person, World};

mod grant;

const TEAMS: u64 = 60;
const ATTEMPTS_IN_A_TEAM: usize = 12;
const OWNERSHIP: &str = "ownership";
/// What custom roles may hold, with what a service adds, and three things that they may not.
const PERMISSIONS: [&str; 14] = [
    "org:read",
    "org:update",
    "org:members:read",
    "org:members:invite",
    "org:members:update",
    "org:members:remove",
    "org:billing:read",
    "org:billing:manage",
    "org:audit:read",
    "items:publish",
    "items:read",
    "items:burn",
    "org:roles:create",
    "org:roles:update",
];
const ASSIGNABLE: usize = 11;

type Power = BTreeSet<String>;

/// A team with roles of its own.
struct Team {
    id: String,
    people: Vec<Person>,
    custom: Vec<proto::Role>,
}

impl Team {
    /// Codes of roles that its members may hold, without ownership most of the time.
    fn draw_roles(&self, chance: &Chance) -> Vec<String> {
        let built_in = ["org_admin", "org_manager", "seller", "org_member"];
        let draw = || match chance.below(8) {
            0 => "org_owner".to_owned(),
            1 | 2 => chance.pick(&built_in).to_owned(),
            _ => self.custom[chance.below(self.custom.len())].code.clone(),
        };
        let codes: BTreeSet<String> = (0..=chance.below(2)).map(|_| draw()).collect();
        codes.into_iter().collect()
    }
}

fn draw_permissions(chance: &Chance) -> Vec<&'static str> {
    let known = if chance.one_in(12) { PERMISSIONS.len() } else { ASSIGNABLE };
    let density = 1 + chance.below(4);
    PERMISSIONS[..known].iter().copied().filter(|_| chance.below(4) < density).collect()
}

/// What the person may do at this moment, ownership included.
async fn power(world: &World, team: &Team, person: &Person) -> Power {
    let Ok(access) = world.access_of(person, &team.id).await else { return Power::new() };
    let owns = access.role() == proto::OrgRole::Owner;
    let permissions: Power = access.permissions.into_iter().collect();
    permissions.into_iter().chain(owns.then(|| OWNERSHIP.to_owned())).collect()
}

/// The owner with five others in roles by chance.
async fn draw_team(world: &World, chance: &Chance) -> Team {
    let alice = world.person("alice").await;
    let mut team = Team { id: world.team(&alice).await, people: vec![alice.clone()], custom: Vec::new() };
    for code in ["first-role", "second-role", "third-role", "fourth-role"] {
        let density = 1 + chance.below(4);
        let held: Vec<&str> = PERMISSIONS[..ASSIGNABLE].iter().copied().filter(|_| chance.below(5) < density).collect();
        team.custom.push(world.create_role(&alice, &team.id, code, &held).await.unwrap());
    }
    for number in 0..5 {
        let person = world.person(&format!("person{number}")).await;
        world.join(&team.id, &alice, &person, &[]).await;
        let codes = team.draw_roles(chance);
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        world.set_roles(&alice, &team.id, &person, &codes).await.unwrap();
        team.people.push(person);
    }
    team
}

/// Everybody's power, by person.
async fn powers(world: &World, team: &Team) -> Vec<Power> {
    let mut powers = Vec::new();
    for person in &team.people {
        powers.push(power(world, team, person).await);
    }
    powers
}

async fn try_in_a_team(world: &World, seed: u64) -> Vec<(Route, bool)> {
    let chance = Chance::new(seed);
    let mut team = draw_team(world, &chance).await;
    let mut outcomes = Vec::new();
    let mut before = powers(world, &team).await;
    for _ in 0..ATTEMPTS_IN_A_TEAM {
        let attempt = Attempt::draw(&chance, &team);
        if attempt.prepare(world, &team).await {
            before = powers(world, &team).await;
        }
        let outcome = attempt.make(world, &mut team).await;
        let after = powers(world, &team).await;
        let what = || format!("seed {seed}: {attempt:?} answered {outcome:?}; {before:#?} became {after:#?}");

        let limit = &before[attempt.by];
        match &outcome {
            Ok(given) => {
                assert!(given.is_subset(limit), "gives {given:?}: {}", what());
                if let Some(target) = attempt.target_alone() {
                    assert!(after[target].is_subset(limit), "{}", what());
                }
                for (before, after) in before.iter().zip(&after) {
                    assert!(after.difference(before).all(|gained| limit.contains(gained)), "{}", what());
                }
            }
            Err(_) => assert_eq!(before, after, "{}", what()),
        }
        outcomes.push((attempt.route, outcome.is_ok()));
        before = after;
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_is_granted_by_any_route_its_granter_could_do() {
    let world = Arc::new(World::new().await);
    let root = world.administrator("system_admin").await;
    let define = |code: &str, org_assignable| proto::PermissionDefinition {
        code: code.to_owned(),
        name: code.to_owned(),
        org_assignable,
        ..Default::default()
    };
    let permissions = vec![define("items:publish", true), define("items:read", true), define("items:burn", false)];
    let message = proto::RegisterPermissionsRequest { service: "catalog".to_owned(), permissions, force: false };
    world.permission_administration().register_permissions(root.call(message)).await.unwrap();

    let mut seeds: Vec<u64> = (0..TEAMS).collect();
    let mut tally: BTreeMap<Route, (usize, usize)> = BTreeMap::new();
    while !seeds.is_empty() {
        let some = seeds.split_off(seeds.len().saturating_sub(6));
        let teams = some.into_iter().map(|seed| {
            let world = Arc::clone(&world);
            async move { try_in_a_team(&world, seed).await }
        });
        for (route, is_granted) in teams.collect::<JoinSet<_>>().join_all().await.into_iter().flatten() {
            let (granted, refused) = tally.entry(route).or_default();
            *if is_granted { granted } else { refused } += 1;
        }
    }
    // A route that always answers the same has not been tried.
    for route in Route::ALL {
        let (granted, refused) = tally.get(&route).copied().unwrap_or_default();
        assert!(granted > 3 && refused > 3, "{route:?} in {tally:?}");
    }
}
