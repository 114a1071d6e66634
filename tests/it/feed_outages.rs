//! A verifier that hears nothing for a while: identity has died, or the wire to it is cut. It goes on verifying by what it knows,
//! and hears the rest as soon as there is somebody to tell it. In one process nothing lies between them, so these sentences
//! hold for five.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Deployment, Person, Team, Wire, claims_of, eventually, is_five, is_postgres, verdicts};

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
        Self::set_with(&[]).await
    }

    /// With these settings of the gateway's.
    async fn set_with(gateways: &[(&str, &str)]) -> Self {
        let deployment = Deployment::with_a_wire_and("gateway", "identity", gateways).await;
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

#[tokio::test]
async fn a_verifier_that_is_blind_sends_whoever_has_an_older_token_to_refresh_it_and_believes_it_again_when_it_hears() {
    if !is_five() {
        return;
    }
    // To the gateway every token is older than a minute; to the others they are new.
    let scene = Scene::set_with(&[("GUILDHALL_CLOCK_AHEAD_SECONDS", "90")]).await;
    let session = || async { scene.bob.get("/auth/session").await.expect(200) };
    scene.deployment.proxy.set(Wire::Refusing);
    let silent_since = Instant::now();
    // It lags at first, and judges as if it did not. What it had heard of last was up to a second old.
    while silent_since.elapsed() < Duration::from_secs(3) {
        let session = session().await;
        assert_eq!(session["valid"], true, "{session}");
    }
    eventually("the gateway is blind", async || {
        let session = session().await;
        (session["error_code"] == "TOKEN_STALE").then_some(())
    })
    .await;
    assert_eq!(scene.deployment.feed_state("gateway").await, Some(2));
    assert_eq!(scene.verdicts().await, [Some("TOKEN_STALE".to_owned()), None, None]);
    for other in ["organizations", "invitations"] {
        assert_ne!(scene.deployment.feed_state(other).await, Some(2), "{other} hears by a wire of its own");
    }

    scene.deployment.proxy.set(Wire::Whole);
    eventually("the gateway hears again", async || {
        let session = session().await;
        (session["valid"] == true).then_some(())
    })
    .await;
    assert_eq!(scene.verdicts().await, [const { None }; 3], "nothing was taken away");
}

/// A new pair of tokens, if identity answers.
async fn is_refreshed(person: &mut Person) -> bool {
    let body = json!({ "refresh_token": person.refresh_token });
    let answer = person.api.post("/auth/refresh", &body).await;
    if answer.status != 200 {
        return false;
    }
    let tokens = &answer.expect(200)["tokens"];
    let of = |name: &str| tokens[name].as_str().expect("a token").to_owned();
    (person.access_token, person.refresh_token) = (of("access_token"), of("refresh_token"));
    true
}

#[tokio::test]
async fn after_an_older_copy_of_its_database_was_put_back_identity_begins_another_epoch_by_itself() {
    if !is_five() || is_postgres() {
        return;
    }
    let mut scene = Scene::set().await;
    let carol = Person::registered(&scene.deployment.api(), "carol").await;
    scene.deployment.kill_9("identity");
    let copy = scene.deployment.backup("identity");
    scene.deployment.start_again("identity").await;
    eventually("carol ends her sessions, which the copy does not know", async || {
        let answer = carol.post_bare("/auth/logout/all").await;
        (answer.status < 500).then_some(())
    })
    .await;
    let revoked = [const { Some("TOKEN_REVOKED") }; 3];
    eventually("everybody knows of it", async || {
        let verdicts = verdicts(&scene.deployment.rpc(), &carol).await;
        (verdicts.each_ref().map(Option::as_deref) == revoked).then_some(())
    })
    .await;

    scene.deployment.kill_9("identity");
    scene.deployment.put_back(&copy);
    // Nobody is believed in an epoch's first ten minutes.
    scene.deployment.set("identity", "GUILDHALL_CLOCK_AHEAD_SECONDS", "660");
    scene.deployment.start_again("identity").await;
    let former = claims_of(&scene.bob.access_token)["asof"]["e"].clone();
    let began = Instant::now();
    eventually("everybody hears in another epoch", async || {
        let is_another =
            is_refreshed(&mut scene.bob).await && claims_of(&scene.bob.access_token)["asof"]["e"] != former;
        let mut are_fresh = true;
        for verifier in ["identity", "organizations", "invitations", "billing-context", "gateway"] {
            are_fresh &= scene.deployment.feed_state(verifier).await == Some(0);
        }
        (is_another && are_fresh).then_some(())
    })
    .await;
    println!("healed after {:?}", began.elapsed());
    // To the others, tokens that it makes by that clock are of the future.
    scene.deployment.kill_9("identity");
    scene.deployment.set("identity", "GUILDHALL_CLOCK_AHEAD_SECONDS", "0");
    scene.deployment.start_again("identity").await;
    eventually("bob has a token of the present", async || is_refreshed(&mut scene.bob).await.then_some(())).await;
    // What happens now is heard as ever.
    eventually("alice has a token of that epoch", async || is_refreshed(&mut scene.alice).await.then_some(())).await;
    scene.remove_bob().await;
    scene.everybody_hears().await;
}
