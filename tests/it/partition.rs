//! Invitations and organizations that cannot reach each other. In one process nothing lies between them, so these
//! sentences hold for five.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Answer, Deployment, Person, Team, Wire, eventually, is_five, user_ids};

/// A call over HTTP may take as long as this.
const DEADLINE: Duration = Duration::from_secs(15);

/// Everybody whom the cut keeps from joining, and what they hold.
struct Scene {
    deployment: Deployment,
    alice: Person,
    team: Team,
    /// With an invitation, its id and its secret.
    invited: (Person, String, String),
    /// With a link for two.
    taker: (Person, String),
}

impl Scene {
    async fn set() -> Self {
        let deployment = Deployment::with_a_wire("invitations", "organizations").await;
        let api = deployment.api();
        let (alice, bob, carol) = tokio::join!(
            Person::verified(&api, "alice"),
            Person::verified(&api, "bob"),
            Person::registered(&api, "carol")
        );
        let team = Team::of(&alice).await;
        let made = alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let token = team.link(&alice, 2).await;
        Self { deployment, alice, team, invited: (bob, text(&made["id"]), text(&made["token"])), taker: (carol, token) }
    }

    async fn accept(&self) -> Answer {
        let (bob, _, token) = &self.invited;
        bob.post("/invitations/accept", json!({ "token": token })).await
    }

    async fn join(&self) -> Answer {
        let (carol, token) = &self.taker;
        carol.post_bare(&format!("/invite-links/{token}/join")).await
    }

    /// While the wire is cut: who wants to join hears of an outage in time, and what needs no organizations goes on.
    async fn check_cut(&self) {
        let started = Instant::now();
        let (accepted, joined) = tokio::join!(self.accept(), self.join());
        let took = started.elapsed();
        for answer in [accepted, joined] {
            assert!(answer.header("retry-after").is_some_and(|wait| wait.parse::<u32>().is_ok()), "{answer:?}");
            answer.refused("SERVICE_UNAVAILABLE", 503);
        }
        println!("an outage was told after {took:?}");
        assert!(took < DEADLINE, "told after {took:?}");

        let (bob, id, token) = &self.invited;
        let api = self.deployment.api();
        assert_eq!(api.get(&format!("/invitations/{token}")).await.expect(200)["organization_name"], "Acme");
        assert_eq!(api.get(&format!("/invite-links/{}", self.taker.1)).await.expect(200)["organization_name"], "Acme");
        let own = bob.get("/me/invitations").await.expect(200);
        assert_eq!(own["invitations"][0]["id"], id.as_str(), "not accepted yet, and not lost");
        assert_eq!(user_ids(&self.team.members(&self.alice).await), std::slice::from_ref(&self.alice.user_id));
    }

    /// Once the wire is whole: the same calls succeed, and have happened once.
    async fn check_healed(&self) {
        for attempt in [true, false] {
            eventually("the retry succeeds", async || {
                let answer = if attempt { self.accept().await } else { self.join().await };
                if answer.code() == "SERVICE_UNAVAILABLE" { None } else { Some(answer.expect(200)) }
            })
            .await;
        }
        let mut members = user_ids(&self.team.members(&self.alice).await);
        let mut expected = [&self.alice, &self.invited.0, &self.taker.0].map(|person| person.user_id.clone());
        members.sort();
        expected.sort();
        assert_eq!(members, expected);
        let accepted = self.alice.get(&self.team.path("/invitations?status=accepted")).await.expect(200);
        assert_eq!(accepted["invitations"][0]["id"], self.invited.1.as_str());
        let links = self.alice.get(&self.team.path("/invite-links")).await.expect(200);
        assert_eq!(links["invite_links"][0]["uses"], 1);
    }
}

async fn cut_and_heal(wire: Wire) {
    if !is_five() {
        return;
    }
    let scene = Scene::set().await;
    scene.deployment.proxy.set(wire);
    scene.check_cut().await;
    scene.deployment.proxy.set(Wire::Whole);
    scene.check_healed().await;
}

#[tokio::test]
async fn who_joins_while_connections_are_refused_hears_of_it_and_joins_later() {
    cut_and_heal(Wire::Refusing).await;
}

#[tokio::test]
async fn who_joins_while_nothing_arrives_hears_of_it_in_time_and_joins_later() {
    cut_and_heal(Wire::Stalled).await;
}

#[tokio::test]
async fn who_joins_while_everything_is_lost_hears_of_it_in_time_and_joins_later() {
    cut_and_heal(Wire::Losing).await;
}

#[tokio::test]
async fn what_was_joined_before_the_answer_was_lost_is_joined_once() {
    if !is_five() {
        return;
    }
    let scene = Scene::set().await;
    // The request goes through, and its answer comes when nobody waits for it any more.
    let hold = async {
        eventually("the members", async || (scene.team.members(&scene.alice).await.len() == 2).then_some(())).await;
    };
    scene.deployment.proxy.set(Wire::Deaf);
    let (answer, ()) = tokio::join!(scene.accept(), hold);
    answer.refused("SERVICE_UNAVAILABLE", 503);
    scene.deployment.proxy.set(Wire::Whole);
    scene.check_healed().await;
}
