//! Tokens for several organizations in one session: they live and die with the session, and each with its own membership.

use serde_json::json;

use crate::harness::{Person, Product, Team, believed, claims_of, refused_at_once};

/// Bob belongs to two teams of Alice, and holds a token for each beside his session's.
struct Scene {
    product: &'static Product,
    alice: Person,
    bob: Person,
    teams: [Team; 2],
    /// Bob, by his token for each team.
    for_teams: [Person; 2],
}

impl Scene {
    async fn set() -> Self {
        let product = Product::shared().await;
        let api = product.api();
        let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::registered(&api, "bob"));
        let teams = [Team::of(&alice).await, Team::of(&alice).await];
        let mut for_teams = [bob.clone(), bob.clone()];
        for (team, by_token) in teams.iter().zip(&mut for_teams) {
            team.admit(&alice, &[&bob]).await;
            let issued = bob.post("/auth/token", json!({ "organization_id": team.id })).await.expect(200);
            by_token.access_token = issued["access_token"].as_str().expect("a token").to_owned();
            assert!(issued.get("refresh_token").is_none(), "the session stays as it is");
            assert_eq!(claims_of(&by_token.access_token)["active_org_id"], team.id.as_str());
            assert_eq!(claims_of(&by_token.access_token)["sid"], claims_of(&bob.access_token)["sid"]);
            believed(product, by_token).await;
        }
        Self { product, alice, bob, teams, for_teams }
    }
}

#[tokio::test]
async fn the_session_stays_as_it_is_whatever_tokens_are_taken_beside_it() {
    let Scene { mut bob, product, .. } = Scene::set().await;
    believed(product, &bob).await;
    assert_eq!(claims_of(&bob.access_token)["active_org_id"], bob.personal_id.as_str());
    let refreshed = bob.refresh(json!({})).await;
    assert_eq!(refreshed["organization"]["id"], bob.personal_id.as_str());
}

#[tokio::test]
async fn losing_one_membership_ends_the_token_for_that_organization_alone() {
    let Scene { product, alice, bob, teams, for_teams: [first, second] } = Scene::set().await;
    alice.delete(&teams[0].path(&format!("/members/{}", bob.user_id))).await.expect(204);
    refused_at_once(product, &first, "TOKEN_STALE").await;
    believed(product, &second).await;
    believed(product, &bob).await;
    let again = bob.post("/auth/token", json!({ "organization_id": teams[0].id })).await;
    again.refused("ORGANIZATION_NOT_FOUND", 404);
    bob.post("/auth/token", json!({ "organization_id": teams[1].id })).await.expect(200);
}

#[tokio::test]
async fn ending_the_session_ends_them_all() {
    let Scene { product, bob, for_teams, .. } = Scene::set().await;
    bob.api.post("/auth/logout", &json!({ "refresh_token": bob.refresh_token })).await.expect(204);
    for person in [&bob, &for_teams[0], &for_teams[1]] {
        refused_at_once(product, person, "TOKEN_REVOKED").await;
    }
    let token = for_teams[0].post("/auth/token", json!({ "organization_id": bob.personal_id })).await;
    token.refused("TOKEN_REVOKED", 401);
}
