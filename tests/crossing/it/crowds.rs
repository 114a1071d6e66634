//! Many at once after one thing, or a few.

use std::sync::Arc;

use contracts::invitations::v1 as proto;
use service_kit::Entropy;
use tokio::task::JoinSet;
use tonic::Status;

use crate::contest::told;
use crate::entry::Entry;
use crate::house::House;
use crate::person::Person;
use crate::scene::{Cast, Offer, Scene, link, links, members, team};

const ROUNDS: u64 = 200;
const CALLS: u64 = 15;
const TAKERS: usize = 60;
const USES: i32 = 7;

/// Somebody else's try to accept.
async fn intrude(house: &House, stranger: &Person, offer: &Offer, by_token: bool) -> Result<(), Status> {
    let Offer::Invitation { id, token } = offer else { panic!("no invitation") };
    if by_token {
        let message = proto::AcceptInvitationByTokenRequest { token: token.clone() };
        house.invitations().accept_invitation_by_token(stranger.call(message)).await.map(|_| ())
    } else {
        let message = proto::AcceptInvitationRequest { invitation_id: id.clone() };
        house.invitations().accept_invitation(stranger.call(message)).await.map(|_| ())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifteen_accepts_of_one_person_at_once_make_one_member_and_all_succeed() {
    let house = Arc::new(House::new().await);
    let cast = Cast::of(&house).await;
    for seed in 0..ROUNDS {
        let chance = Entropy::seeded(seed);
        let scene = Scene::set(&house, &cast, false, true).await;
        let mut calls = JoinSet::new();
        for _ in 0..CALLS {
            let (house, scene) = (Arc::clone(&house), scene.clone());
            let entry = if chance.below(2) == 0 { Entry::ByToken } else { Entry::ById };
            calls.spawn(async move { entry.attempt(&house, &scene).await });
        }
        for answer in calls.join_all().await {
            assert_eq!(told(&answer), "ok", "seed {seed}: {answer:?}");
        }
        assert_eq!(scene.state(&house).await, "member: accepted", "seed {seed}");
    }
    house.deliver_later().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn among_strangers_the_invited_one_gets_in_and_nobody_else() {
    let house = Arc::new(House::new().await);
    let cast = Cast::of(&house).await;
    let mut strangers = Vec::new();
    for _ in 1..CALLS {
        strangers.push(Person::of(&house, "stranger").await);
    }
    for seed in 0..ROUNDS {
        let chance = Entropy::seeded(seed);
        let scene = Scene::set(&house, &cast, false, true).await;
        let mut calls = JoinSet::new();
        let turn = chance.below(CALLS);
        for (place, stranger) in (0..).zip(&strangers) {
            if place == turn {
                spawn_guest(&mut calls, &house, &scene);
            }
            let by_token = chance.below(2) == 0;
            let (house, offer, stranger) = (Arc::clone(&house), scene.offer.clone(), stranger.clone());
            calls.spawn(async move {
                let refused = if by_token { "INVITE_EMAIL_MISMATCH" } else { "INVITE_NOT_FOUND" };
                (refused, told(&intrude(&house, &stranger, &offer, by_token).await))
            });
        }
        if turn == CALLS - 1 {
            spawn_guest(&mut calls, &house, &scene);
        }
        for (expected, answer) in calls.join_all().await {
            assert_eq!(answer, expected, "seed {seed}");
        }
        assert_eq!(scene.state(&house).await, "member: accepted", "seed {seed}");
        let members = members(&house, &scene.team, &cast.alice).await.unwrap();
        assert_eq!(members.len(), 2, "seed {seed}");
    }
}

fn spawn_guest(calls: &mut JoinSet<(&'static str, &'static str)>, house: &Arc<House>, scene: &Scene) {
    let (house, scene) = (Arc::clone(house), scene.clone());
    calls.spawn(async move { ("ok", told(&Entry::ByToken.attempt(&house, &scene).await)) });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_takers_of_seven_uses_are_seven_members() {
    let house = Arc::new(House::new().await);
    let alice = Person::of(&house, "alice").await;
    let mut takers = Vec::new();
    for _ in 0..TAKERS {
        takers.push(Person::of(&house, "taker").await);
    }
    for seed in 0..ROUNDS {
        let team = team(&house, &alice).await;
        let (_, token) = link(&house, &team, &alice, USES).await;
        let first = usize::try_from(Entropy::seeded(seed).below(TAKERS as u64)).unwrap();
        takers.rotate_left(first);
        let mut calls = JoinSet::new();
        for taker in &takers {
            let (house, taker, token) = (Arc::clone(&house), taker.clone(), token.clone());
            calls.spawn(async move {
                let message = proto::JoinViaInviteLinkRequest { token };
                let answer = house.links().join_via_invite_link(taker.call(message)).await.map(|_| ());
                (taker.id, told(&answer))
            });
        }
        let answers = calls.join_all().await;
        let mut expected = vec![alice.id.clone()];
        for (id, answer) in answers {
            match answer {
                "ok" => expected.push(id),
                refused => assert_eq!(refused, "INVITE_LINK_EXHAUSTED", "seed {seed}"),
            }
        }
        let mut found = members(&house, &team, &alice).await.unwrap();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "seed {seed}");
        assert_eq!(found.len(), 8, "seed {seed}");
        assert_eq!(links(&house, &team, &alice).await, ["on 7"], "seed {seed}");
    }
}
