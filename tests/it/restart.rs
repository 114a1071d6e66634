//! Stopped and started again, the product is what it was.

use serde_json::{Value, json};

use crate::harness::{
    Judge, PASSWORD, PLAN, Person, Product, Team, deposit, offer_plans, random_id, subscribe, user_ids,
};

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let mut product = Product::own(&[]).await;
    let api = product.api();
    let (mut alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    let team = Team::of(&alice).await;
    team.admit(&alice, &[&bob]).await;
    let invited = alice.post(&team.path("/invitations"), json!({ "email": "friend@example.com" })).await.expect(201);
    offer_plans(&product.rpc()).await;
    subscribe(&product.rpc(), &team.id).await;
    deposit(&product, &team.id, 11).await;
    alice.act_for(&team.id).await;
    let before = state(&alice, &team).await;
    let keys = api.get("/.well-known/jwks.json").await.expect(200);

    product.stop().await;
    product.start_again().await;

    let api = product.api();
    let (mut alice, bob) = (alice.at(&api), bob.at(&api));
    assert_eq!(state(&alice, &team).await, before, "the old access token still opens the same");
    assert_eq!(user_ids(&team.members(&alice).await), [alice.user_id.clone(), bob.user_id.clone()]);
    assert_eq!(api.get("/.well-known/jwks.json").await.expect(200), keys);
    assert_eq!(Judge::of(&product).await.verdict(&bob.access_token)["valid"], true);
    let preview = api.get(&format!("/invitations/{}", invited["token"].as_str().unwrap())).await.expect(200);
    assert_eq!(preview["organization_name"], "Acme");

    let answer = alice.refresh(json!({})).await;
    assert_eq!(answer["organization"]["id"], team.id, "the session still acts for the team");
    assert_eq!(alice.get("/billing/subscription").await.expect(200)["plan_code"], PLAN);
    let login = json!({ "email": bob.email, "password": PASSWORD });
    api.post("/auth/login", &login).await.expect(200);
    alice.get(&format!("/orgs/{}", random_id())).await.refused("ORGANIZATION_NOT_FOUND", 404);
}

/// Everything that Alice can read.
async fn state(alice: &Person, team: &Team) -> Vec<Value> {
    let mut state = Vec::new();
    let of_team = ["", "/members", "/invitations", "/invite-links", "/roles"].map(|rest| team.path(rest));
    let own = ["/auth/me", "/auth/session", "/me/orgs", "/billing/plans", "/billing/balance", "/billing/transactions"];
    for path in own.map(str::to_owned).iter().chain(&of_team) {
        state.push(alice.get(path).await.expect(200));
    }
    state
}
