//! A verifier that hears nothing for a while: identity has died, or the wire to it is cut. It goes on verifying by what it knows,
//! and hears the rest as soon as there is somebody to tell it. In one process nothing lies between them, so these sentences
//! hold for five.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Deployment, Person, Team, Wire, eventually, is_five, verdicts};

/// The longest pause between two tries to subscribe, and room for a machine that runs all tests at once.
const HEARD_WITHIN: Duration = Duration::from_secs(15);

struct Scene {
    deployment: Deployment,
    alice: Person,
    /// Acts for the team.
    bob: Person,
    team: Team,
}

impl Scene {
    async fn set() -> Self {
        let deployment = Deployment::with_a_wire("gateway", "identity").await;
        let api = deployment.api();
        let (alice, mut bob) = tokio::join!(Person::verified(&api, "alice"), Person::registered(&api, "bob"));
        let team = Team::of(&alice).await;
        team.admit(&alice, &[&bob]).await;
        bob.act_for(&team.id).await;
        let scene = Self { deployment, alice, bob, team };
        assert_eq!(scene.verdicts().await, [const { None }; 3]);
        scene
    }

    async fn verdicts(&self) -> [Option<String>; 3] {
        verdicts(&self.deployment.rpc(), &self.bob).await
    }

    async fn remove_bob(&self) {
        self.alice.delete(&self.team.path(&format!("/members/{}", self.bob.user_id))).await.expect(204);
    }

    /// Everybody refuses the token, now that everybody can hear.
    async fn everybody_hears(&mut self) {
        let began = Instant::now();
        let stale = [const { Some("TOKEN_STALE") }; 3];
        eventually("everybody hears", async || {
            (self.verdicts().await.each_ref().map(Option::as_deref) == stale).then_some(())
        })
        .await;
        println!("heard after {:?}", began.elapsed());
        assert!(began.elapsed() < HEARD_WITHIN, "heard after {:?}", began.elapsed());
        self.bob.refresh(json!({})).await;
        assert_eq!(self.verdicts().await, [const { None }; 3]);
    }
}

#[tokio::test]
async fn while_identity_is_dead_others_verify_and_afterwards_they_hear_what_happened_meanwhile() {
    if !is_five() {
        return;
    }
    let mut scene = Scene::set().await;
    scene.deployment.kill_9("identity");
    scene.remove_bob().await;
    // Longer than what makes a verifier blind.
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(7) {
        assert_eq!(scene.verdicts().await, [const { None }; 3], "nobody can know of it");
        scene.alice.get("/me/orgs").await.expect(200);
    }
    scene.deployment.start_again("identity").await;
    scene.everybody_hears().await;
}

async fn cut_and_heal(wire: Wire) {
    if !is_five() {
        return;
    }
    let mut scene = Scene::set().await;
    scene.deployment.proxy.set(wire);
    scene.remove_bob().await;
    eventually("whoever hears refuses", async || {
        let [gateway, organizations, invitations] = scene.verdicts().await;
        // Whoever is asked through the gateway is asked by the services, too.
        assert!(gateway.is_none() || gateway.as_deref() == Some("TOKEN_STALE"), "{gateway:?}");
        (organizations.is_some() && invitations.is_some()).then_some(())
    })
    .await;
    let by_gateway = scene.bob.get("/auth/session").await.expect(200);
    assert_eq!(by_gateway["valid"], true, "the gateway cannot know of it: {by_gateway}");
    scene.deployment.proxy.set(Wire::Whole);
    eventually("the gateway hears", async || {
        let session = scene.bob.get("/auth/session").await.expect(200);
        (session["error_code"] == "TOKEN_STALE").then_some(())
    })
    .await;
    scene.everybody_hears().await;
}

#[tokio::test]
async fn a_verifier_whose_connections_are_refused_hears_the_rest_when_they_are_not() {
    cut_and_heal(Wire::Refusing).await;
}

#[tokio::test]
async fn a_verifier_to_which_nothing_comes_through_hears_the_rest_late() {
    cut_and_heal(Wire::Stalled).await;
}

#[tokio::test]
async fn a_verifier_to_which_everything_is_lost_hears_the_rest_over_another_connection() {
    cut_and_heal(Wire::Losing).await;
}
