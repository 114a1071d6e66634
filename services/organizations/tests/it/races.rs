//! Many at once; what must never be true is looked for afterwards.

use std::future::Future;
use std::sync::Arc;

use contracts::organizations::v1 as proto;
use proto::{MemberStatus, OrgRole};
use tokio::task::JoinSet;

use crate::world::{Person, World, new_id, offer, refused};

#[derive(Clone, Copy, Debug)]
enum Exit {
    Leave,
    Depart,
    DemoteMyself,
    DemoteTheOther,
    LowerMyself,
    LowerTheOther,
    SuspendTheOther,
    RemoveTheOther,
    HandOver,
    LoseAccount,
}

const EXITS: [Exit; 10] = [
    Exit::Leave,
    Exit::Depart,
    Exit::DemoteMyself,
    Exit::DemoteTheOther,
    Exit::LowerMyself,
    Exit::LowerTheOther,
    Exit::SuspendTheOther,
    Exit::RemoveTheOther,
    Exit::HandOver,
    Exit::LoseAccount,
];

async fn take(world: Arc<World>, exit: Exit, team: String, me: Person, other: Person, third: Person) -> bool {
    let world = &world;
    match exit {
        Exit::Leave => world.leave(&me, &team).await.is_ok(),
        Exit::Depart => world.depart(&me).await.is_ok(),
        Exit::DemoteMyself => world.set_role(&me, &team, &me, OrgRole::Member).await.is_ok(),
        Exit::DemoteTheOther => world.set_role(&me, &team, &other, OrgRole::Member).await.is_ok(),
        Exit::LowerMyself => world.set_roles(&me, &team, &me, &["org_admin"]).await.is_ok(),
        Exit::LowerTheOther => world.set_roles(&me, &team, &other, &["seller"]).await.is_ok(),
        Exit::SuspendTheOther => world.set_status(&me, &team, &other, MemberStatus::Suspended).await.is_ok(),
        Exit::RemoveTheOther => world.remove(&me, &team, &other).await.is_ok(),
        Exit::HandOver => world.transfer(&me, &team, &third).await.is_ok(),
        Exit::LoseAccount => world.set_account(&me, 2, false).await.is_ok(),
    }
}

async fn all<T: Send + 'static>(calls: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>) -> Vec<T> {
    calls.into_iter().collect::<JoinSet<_>>().join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_owners_who_go_at_once_never_leave_their_team_without_one() {
    let world = Arc::new(World::new().await);
    let carol = world.person("carol").await;
    for round in 0..2 {
        for first in EXITS {
            for second in EXITS {
                let (alice, bob) = (world.person("alice").await, world.person("bob").await);
                let team = world.team(&alice).await;
                world.join(&team, &alice, &bob, &["org_owner"]).await;
                world.join(&team, &alice, &carol, &[]).await;
                let by_alice = take(Arc::clone(&world), first, team.clone(), alice.clone(), bob.clone(), carol.clone());
                let by_bob = take(Arc::clone(&world), second, team.clone(), bob.clone(), alice.clone(), carol.clone());
                let (by_alice, by_bob) = tokio::join!(tokio::spawn(by_alice), tokio::spawn(by_bob));
                let (by_alice, by_bob) = (by_alice.unwrap(), by_bob.unwrap());

                let has_lost = |exit, is_done| is_done && matches!(exit, Exit::LoseAccount);
                let accounts = [(&alice, has_lost(first, by_alice)), (&bob, has_lost(second, by_bob)), (&carol, false)];
                let mut owners = 0;
                for (person, _) in accounts.into_iter().filter(|(_, has_lost_account)| !has_lost_account) {
                    let access = world.access_of(person, &team).await;
                    owners += usize::from(access.is_ok_and(|access| access.role() == OrgRole::Owner));
                }
                let what = format!("round {round}: {first:?} ({by_alice}) beside {second:?} ({by_bob})");
                assert!(owners >= 1, "{what}");
                assert!(by_alice || by_bob, "{what}: one of the two goes first and succeeds");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_owners_who_leave_at_once_leave_one_behind() {
    let world = Arc::new(World::new().await);
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let mut owners = vec![alice.clone()];
    for number in 0..9 {
        let owner = world.person(&format!("owner{number}")).await;
        world.join(&team, &alice, &owner, &["org_owner"]).await;
        owners.push(owner);
    }
    let answers = all(owners.into_iter().map(|owner| {
        let (world, team) = (Arc::clone(&world), team.clone());
        async move { world.leave(&owner, &team).await }
    }))
    .await;
    let refusals: Vec<_> = answers.into_iter().filter(Result::is_err).map(refused).collect();
    assert_eq!(refusals, ["LAST_OWNER"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_joining_that_arrives_many_times_makes_one_membership() {
    let world = Arc::new(World::new().await);
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    for number in 0..10 {
        let person = world.person(&format!("person{number}")).await;
        let joining = offer(&team, &alice, &person, &["seller"]);
        let answers = all((0..10).map(|_| {
            let (world, joining) = (Arc::clone(&world), joining.clone());
            async move { world.add(joining).await.unwrap().member.unwrap().id }
        }))
        .await;
        assert!(answers.iter().all(|id| *id == answers[0]));
        assert_eq!(world.members(&alice, &team).await.unwrap().len(), number + 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_user_who_joins_by_many_offers_at_once_becomes_one_member() {
    let world = Arc::new(World::new().await);
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    for number in 0..10 {
        let person = world.person(&format!("person{number}")).await;
        let answers = all((0..10).map(|_| {
            let (world, joining) = (Arc::clone(&world), offer(&team, &alice, &person, &["seller"]));
            async move { world.add(joining).await }
        }))
        .await;
        let (joined, refusals): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(joined.len(), 1);
        assert!(refusals.into_iter().all(|answer| refused(answer) == "ALREADY_A_MEMBER"));
        assert_eq!(world.members(&alice, &team).await.unwrap().len(), number + 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_offer_taken_by_many_users_at_once_admits_one() {
    let world = Arc::new(World::new().await);
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let mut people = Vec::new();
    for number in 0..10 {
        people.push(world.person(&format!("person{number}")).await);
    }
    let joining = offer(&team, &alice, &alice, &[]);
    let answers = all(people.into_iter().map(|person| {
        let world = Arc::clone(&world);
        let joining = proto::AddMemberRequest { user_id: person.id, ..joining.clone() };
        async move { world.add(joining).await }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(world.members(&alice, &team).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_user_never_gets_two_personal_organizations() {
    let world = Arc::new(World::new().await);
    for _ in 0..10 {
        let alice = Person { id: new_id(), email: "alice@example.com".to_owned(), personal: new_id() };
        let answers = all((0..10).map(|number| {
            let (world, alice) = (Arc::clone(&world), alice.clone());
            let id = if number % 2 == 0 { alice.personal.clone() } else { new_id() };
            async move { world.ensure(&alice, &id).await.unwrap() }
        }))
        .await;
        assert!(answers.iter().all(|organization| *organization == answers[0]));
        assert_eq!(world.mine(&alice).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_slug_asked_for_by_many_at_once_goes_to_one() {
    let world = Arc::new(World::new().await);
    let mut people = Vec::new();
    for number in 0..10 {
        people.push(world.person(&format!("person{number}")).await);
    }
    for round in 0..5 {
        let answers = all(people.iter().cloned().map(|person| {
            let (world, slug) = (Arc::clone(&world), format!("acme-{round}"));
            async move { world.create(&person, "Acme", Some(&slug)).await }
        }))
        .await;
        let (created, refusals): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(created.len(), 1);
        assert!(refusals.into_iter().all(|answer| refused(answer) == "ORGANIZATION_SLUG_TAKEN"));
    }
    let made = all(people.into_iter().map(|person| {
        let world = Arc::clone(&world);
        async move { world.create(&person, "Same Name", None).await.unwrap().slug }
    }))
    .await;
    assert_eq!(made.iter().collect::<std::collections::HashSet<_>>().len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_departs_while_being_added_belongs_nowhere_afterwards() {
    let world = Arc::new(World::new().await);
    let alice = world.person("alice").await;
    for number in 0..20 {
        let person = world.person(&format!("person{number}")).await;
        let mut teams = Vec::new();
        for _ in 0..3 {
            teams.push(world.team(&alice).await);
        }
        let adding = all(teams.clone().into_iter().map(|team| {
            let (world, joining) = (Arc::clone(&world), offer(&team, &alice, &person, &["org_owner"]));
            async move { world.add(joining).await.is_ok() }
        }));
        let departing = {
            let (world, person) = (Arc::clone(&world), person.clone());
            tokio::spawn(async move { world.depart(&person).await.unwrap() })
        };
        let (_, departed) = tokio::join!(adding, departing);
        departed.unwrap();
        for team in teams {
            assert_eq!(refused(world.access_of(&person, &team).await), "ORGANIZATION_NOT_FOUND");
            assert_eq!(world.members(&alice, &team).await.unwrap().len(), 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_team_is_never_deleted_under_somebody_who_joins() {
    let world = Arc::new(World::new().await);
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    for _ in 0..30 {
        let team = world.team(&alice).await;
        let joining = world.add(offer(&team, &alice, &bob, &[]));
        let deleting = {
            let (world, alice, team) = (Arc::clone(&world), alice.clone(), team.clone());
            tokio::spawn(async move { world.delete(&alice, &team).await.is_ok() })
        };
        let (joined, deleted) = tokio::join!(joining, deleting);
        assert_ne!(joined.is_ok(), deleted.unwrap());
        assert_eq!(world.access_of(&bob, &team).await.is_ok(), joined.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn positions_of_concurrent_narrowings_are_distinct_and_without_gaps() {
    let world = Arc::new(World::new().await);
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let mut people = Vec::new();
    for number in 0..20 {
        let person = world.person(&format!("person{number}")).await;
        world.join(&team, &alice, &person, &[]).await;
        people.push(person);
    }
    let before = world.access_of(&alice, &team).await.unwrap().position;
    let mut positions = all(people.into_iter().map(|person| {
        let (world, alice, team) = (Arc::clone(&world), alice.clone(), team.clone());
        async move { world.remove(&alice, &team, &person).await.unwrap() }
    }))
    .await;
    positions.sort_unstable();
    assert_eq!(positions, (before + 1..=before + 20).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_writers_and_readers_at_once_are_all_served() {
    let world = Arc::new(World::new().await);
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let served = all((0..20).map(|number| {
        let (world, alice, team) = (Arc::clone(&world), alice.clone(), team.clone());
        async move {
            for turn in 0..10 {
                let person = world.person(&format!("person{number}-{turn}")).await;
                world.join(&team, &alice, &person, &["seller"]).await;
                world.members(&alice, &team).await.unwrap();
                world.set_roles(&alice, &team, &person, &["buyer"]).await.unwrap();
            }
        }
    }))
    .await;
    assert_eq!(served.len(), 20);
}
