//! Billing that is not there. In one process it cannot be missing alone, so these sentences hold for five processes and return
//! at once in one.

use serde_json::{Value, json};

use crate::harness::{
    Deployment, PASSWORD, PLAN, Person, Team, claims_of, eventually, is_five, offer_plans, subscribe,
};

fn plan_in(token: &Value) -> Value {
    claims_of(token.as_str().expect("a token"))["subscription"]["plan_code"].clone()
}

#[tokio::test]
async fn without_billing_people_sign_in_and_switch_and_their_tokens_tell_of_the_plan_that_was_last_known() {
    if !is_five() {
        return;
    }
    let mut deployment = Deployment::with_a_wire("identity", "billing-context").await;
    let api = deployment.api();
    offer_plans(&deployment.rpc()).await;
    let mut alice = Person::verified(&api, "alice").await;
    let team = Team::of(&alice).await;
    subscribe(&deployment.rpc(), &team.id).await;
    let known = alice.act_for_on_plan(&team.id, "active").await;
    assert_eq!(plan_in(&known["tokens"]["access_token"]), PLAN);

    deployment.kill_9("billing-context");
    let to = |id: &str| json!({ "organization_id": id });
    for _ in 0..2 {
        alice.post("/auth/switch-org", to(&alice.personal_id)).await.expect(200);
        let switched = alice.post("/auth/switch-org", to(&team.id)).await.expect(200);
        assert_eq!(plan_in(&switched["tokens"]["access_token"]), PLAN);
        assert_eq!(switched["subscription"]["status"], "active", "{switched}");
    }
    let beside = alice.post("/auth/token", to(&team.id)).await.expect(200);
    assert_eq!(plan_in(&beside["access_token"]), PLAN);
    let credentials = json!({ "email": alice.email, "password": PASSWORD, "organization_id": team.id });
    let signed_in = api.post("/auth/login", &credentials).await.expect(200);
    assert_eq!(plan_in(&signed_in["tokens"]["access_token"]), PLAN);
    let refreshed = alice.act_for(&team.id).await;
    assert_eq!(plan_in(&refreshed["tokens"]["access_token"]), PLAN);

    // Of what nobody has seen nothing is said, rather than that there is none.
    let unseen = Team::of(&alice).await;
    let token = alice.post("/auth/token", to(&unseen.id)).await.expect(200);
    assert!(claims_of(token["access_token"].as_str().unwrap()).get("subscription").is_none());
    let balance = alice.get("/billing/balance").await;
    assert!(balance.header("retry-after").is_some(), "{balance:?}");
    balance.refused("SERVICE_UNAVAILABLE", 503);

    deployment.start_again("billing-context").await;
    eventually("billing answers again", async || {
        let answer = alice.get("/billing/balance").await;
        (answer.status == 200).then(|| assert_eq!(answer.json["balance"], 100))
    })
    .await;
}

/// The changes of all organizations' plans have one row of numbers; what is remembered of a plan must not go by anybody else's.
#[tokio::test]
async fn another_organizations_upgrade_just_before_the_outage_leaves_my_plan_known() {
    if !is_five() {
        return;
    }
    let mut deployment = Deployment::with_a_wire("identity", "billing-context").await;
    let api = deployment.api();
    offer_plans(&deployment.rpc()).await;
    let (mut alice, mut bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    let (mine, theirs) = (Team::of(&alice).await, Team::of(&bob).await);
    subscribe(&deployment.rpc(), &mine.id).await;
    assert_eq!(plan_in(&alice.act_for(&mine.id).await["tokens"]["access_token"]), PLAN);
    let before = bob.act_for(&theirs.id).await;
    assert_eq!(claims_of(&bob.access_token)["subscription"]["status"], "none", "{before}");

    subscribe(&deployment.rpc(), &theirs.id).await;
    eventually("everybody has heard of it", async || {
        let answer = bob.get("/me/orgs").await;
        answer.header("guildhall-refresh-hint").is_some().then_some(())
    })
    .await;
    deployment.kill_9("billing-context");
    for _ in 0..2 {
        let renewed = alice.act_for(&mine.id).await;
        assert_eq!(plan_in(&renewed["tokens"]["access_token"]), PLAN);
        alice.get("/me/orgs").await.expect(200);
    }
    // Of the one that has changed nothing is said.
    bob.act_for(&theirs.id).await;
    assert!(claims_of(&bob.access_token).get("subscription").is_none());
    bob.get("/me/orgs").await.expect(200);

    deployment.start_again("billing-context").await;
    eventually("the new plan is told", async || {
        let renewed = bob.act_for(&theirs.id).await;
        (plan_in(&renewed["tokens"]["access_token"]) == PLAN).then_some(())
    })
    .await;
    assert_eq!(plan_in(&alice.act_for(&mine.id).await["tokens"]["access_token"]), PLAN);
}
