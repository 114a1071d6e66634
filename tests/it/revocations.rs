//! Whatever is taken away makes the tokens that speak of it die: at the gateway and at every service, within a second.

use serde_json::{Value, json};

use crate::harness::{
    PASSWORD, PLAN, Person, Product, Team, believed, claims_of, eventually, offer_plans, refused_at_once, subscribe,
    unique,
};

/// Bob acts for Alice's team, and holds a role that it has made.
struct Scene {
    product: &'static Product,
    alice: Person,
    bob: Person,
    team: Team,
    role_id: String,
    role_code: String,
}

impl Scene {
    async fn set() -> Self {
        let product = Product::shared().await;
        let api = product.api();
        let (alice, mut bob) = tokio::join!(Person::verified(&api, "alice"), Person::registered(&api, "bob"));
        let team = Team::of(&alice).await;
        team.admit(&alice, &[&bob]).await;
        let role_code = format!("r{}", unique());
        let role = json!({ "code": role_code, "name": "Editor", "permission_codes": ["org:read", "org:update"] });
        let role = alice.post(&team.path("/roles"), role).await.expect(201);
        let role_id = role["id"].as_str().expect("an id").to_owned();
        let roles = json!({ "role_codes": ["seller", role_code] });
        alice.put(&team.path(&format!("/members/{}/roles", bob.user_id)), roles).await.expect(200);
        bob.act_for(&team.id).await;
        believed(product, &bob).await;
        Self { product, alice, bob, team, role_id, role_code }
    }

    fn of_bob(&self, rest: &str) -> String {
        self.team.path(&format!("/members/{}{rest}", self.bob.user_id))
    }

    /// Bob's token dies of something that leaves his session: a new one is good.
    async fn stale_then_refreshed(mut self) -> Value {
        refused_at_once(self.product, &self.bob, "TOKEN_STALE").await;
        let refreshed = self.bob.refresh(json!({})).await;
        believed(self.product, &self.bob).await;
        refreshed
    }
}

async fn signed_in_again(person: &Person) -> Person {
    let answer = person.api.post("/auth/login", &json!({ "email": person.email, "password": PASSWORD })).await;
    Person::signed_in(&person.api, person.email.clone(), &answer.expect(200))
}

/// The session is over: the token is refused, and no refresh helps.
async fn is_over(product: &Product, person: &Person) {
    refused_at_once(product, person, "TOKEN_REVOKED").await;
    let refresh = json!({ "refresh_token": person.refresh_token });
    person.api.post("/auth/refresh", &refresh).await.refused("TOKEN_REVOKED", 401);
}

#[tokio::test]
async fn signing_out_ends_the_token_of_that_session_alone() {
    let product = Product::shared().await;
    let bob = Person::registered(&product.api(), "bob").await;
    let elsewhere = signed_in_again(&bob).await;
    believed(product, &bob).await;
    bob.api.post("/auth/logout", &json!({ "refresh_token": bob.refresh_token })).await.expect(204);
    is_over(product, &bob).await;
    believed(product, &elsewhere).await;
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_token() {
    let product = Product::shared().await;
    let bob = Person::registered(&product.api(), "bob").await;
    let elsewhere = signed_in_again(&bob).await;
    bob.post_bare("/auth/logout/all").await.expect(204);
    is_over(product, &elsewhere).await;
    is_over(product, &bob).await;
    believed(product, &signed_in_again(&bob).await).await;
}

#[tokio::test]
async fn a_session_that_is_ended_from_another_is_over() {
    let product = Product::shared().await;
    let bob = Person::registered(&product.api(), "bob").await;
    let elsewhere = signed_in_again(&bob).await;
    let listed = elsewhere.get("/auth/sessions").await.expect(200);
    let lost = listed["sessions"].as_array().unwrap().iter().find(|session| session["is_current"] == false).unwrap();
    elsewhere.delete(&format!("/auth/sessions/{}", lost["id"].as_str().unwrap())).await.expect(204);
    is_over(product, &bob).await;
    believed(product, &elsewhere).await;
}

#[tokio::test]
async fn a_new_password_ends_every_token_of_before() {
    let product = Product::shared().await;
    let bob = Person::registered(&product.api(), "bob").await;
    let elsewhere = signed_in_again(&bob).await;
    let body = json!({ "current_password": PASSWORD, "new_password": "nine quiet herons count the tides" });
    let answer = bob.post("/auth/password/change", body).await.expect(200);
    is_over(product, &elsewhere).await;
    is_over(product, &bob).await;
    let access_token = answer["tokens"]["access_token"].as_str().expect("a token").to_owned();
    believed(product, &Person { access_token, ..bob }).await;
}

#[tokio::test]
async fn a_user_who_is_suspended_is_out() {
    let product = Product::shared().await;
    let api = product.api();
    let (mut admin, bob) = tokio::join!(Person::verified(&api, "admin"), Person::registered(&api, "bob"));
    product.make_administrator(&mut admin, "super_admin").await;
    let suspend = format!("/admin/users/{}/suspend", bob.user_id);
    eventually("the back office opens", async || (admin.post_bare(&suspend).await.status == 200).then_some(())).await;
    is_over(product, &bob).await;
}

#[tokio::test]
async fn a_member_who_is_removed_acts_for_the_team_no_more() {
    let scene = Scene::set().await;
    scene.alice.delete(&scene.of_bob("")).await.expect(204);
    let personal = scene.bob.personal_id.clone();
    assert_eq!(scene.stale_then_refreshed().await["organization"]["id"], personal.as_str());
}

#[tokio::test]
async fn a_member_who_is_suspended_acts_for_the_team_no_more() {
    let scene = Scene::set().await;
    scene.alice.put(&scene.of_bob("/status"), json!({ "status": "suspended" })).await.expect(200);
    let personal = scene.bob.personal_id.clone();
    assert_eq!(scene.stale_then_refreshed().await["organization"]["id"], personal.as_str());
}

#[tokio::test]
async fn a_role_that_is_taken_makes_the_token_stale() {
    let scene = Scene::set().await;
    scene.alice.put(&scene.of_bob("/roles"), json!({ "role_codes": ["seller"] })).await.expect(200);
    assert_eq!(scene.stale_then_refreshed().await["roles"], json!(["seller"]));
}

#[tokio::test]
async fn a_role_that_permits_less_makes_its_holders_tokens_stale() {
    let scene = Scene::set().await;
    let role = scene.team.path(&format!("/roles/{}", scene.role_id));
    scene.alice.put(&role, json!({ "permission_codes": ["org:read"] })).await.expect(200);
    let permissions = scene.stale_then_refreshed().await["permissions"].clone();
    assert!(!permissions.as_array().unwrap().contains(&json!("org:update")), "{permissions}");
}

#[tokio::test]
async fn an_organization_that_is_suspended_is_acted_for_by_nobody() {
    let scene = Scene::set().await;
    let mut admin = Person::verified(&scene.product.api(), "admin").await;
    scene.product.make_administrator(&mut admin, "super_admin").await;
    let suspend = format!("/admin/organizations/{}/suspend", scene.team.id);
    eventually("the back office opens", async || (admin.post_bare(&suspend).await.status == 200).then_some(())).await;
    let personal = scene.bob.personal_id.clone();
    assert_eq!(scene.stale_then_refreshed().await["organization"]["id"], personal.as_str());
}

#[tokio::test]
async fn an_organization_that_is_deleted_is_acted_for_by_nobody() {
    let product = Product::shared().await;
    let mut alice = Person::registered(&product.api(), "alice").await;
    let team = Team::of(&alice).await;
    alice.act_for(&team.id).await;
    alice.delete(&team.path("")).await.expect(204);
    refused_at_once(product, &alice, "TOKEN_STALE").await;
    let refreshed = alice.refresh(json!({})).await;
    assert_eq!(refreshed["organization"]["id"], alice.personal_id.as_str());
    believed(product, &alice).await;
}

#[tokio::test]
async fn a_plan_that_is_lost_makes_the_tokens_that_tell_it_stale() {
    let mut scene = Scene::set().await;
    let rpc = scene.product.rpc();
    offer_plans(&rpc).await;
    subscribe(&rpc, &scene.team.id).await;
    scene.bob.act_for_on_plan(&scene.team.id, "active").await;
    assert_eq!(claims_of(&scene.bob.access_token)["subscription"]["plan_code"], PLAN);
    believed(scene.product, &scene.bob).await;

    let mut admin = Person::verified(&scene.product.api(), "admin").await;
    scene.product.make_administrator(&mut admin, "super_admin").await;
    let path = format!("/admin/organizations/{}/subscription", scene.team.id);
    eventually("the back office opens", async || {
        (admin.post(&path, json!({ "action": "cancel" })).await.status == 200).then_some(())
    })
    .await;
    refused_at_once(scene.product, &scene.bob, "TOKEN_STALE").await;
    scene.bob.act_for_on_plan(&scene.team.id, "canceled").await;
    believed(scene.product, &scene.bob).await;
}

#[tokio::test]
async fn whoever_is_promoted_goes_on_and_is_told_to_refresh_when_there_is_time() {
    let mut scene = Scene::set().await;
    let role_codes = json!({ "role_codes": ["seller", scene.role_code, "org_manager"] });
    scene.alice.put(&scene.of_bob("/roles"), role_codes).await.expect(200);
    hinted(&mut scene).await;

    let role = scene.team.path(&format!("/roles/{}", scene.role_id));
    let wider = json!({ "permission_codes": ["org:read", "org:update", "org:audit:read"] });
    scene.alice.put(&role, wider).await.expect(200);
    hinted(&mut scene).await;

    let rpc = scene.product.rpc();
    offer_plans(&rpc).await;
    subscribe(&rpc, &scene.team.id).await;
    hinted(&mut scene).await;
}

/// Bob's token stays good and is hinted at, and the next one is not.
async fn hinted(scene: &mut Scene) {
    let hint = async |bob: &Person| {
        let answer = bob.get("/me/orgs").await;
        let hint = answer.header("guildhall-refresh-hint").map(str::to_owned);
        answer.expect(200);
        hint
    };
    let told = eventually("the hint", async || hint(&scene.bob).await).await;
    assert_eq!(told, "rights");
    believed(scene.product, &scene.bob).await;
    scene.bob.refresh(json!({})).await;
    assert_eq!(hint(&scene.bob).await, None);
}

#[tokio::test]
async fn whoever_takes_something_away_can_demand_that_the_next_call_knows_it() {
    let product = Product::shared().await;
    let api = product.api();
    let alice = Person::verified(&api, "alice").await;
    let team = Team::of(&alice).await;
    for _ in 0..10 {
        let mut bob = Person::registered(&api, "bob").await;
        team.admit(&alice, &[&bob]).await;
        bob.act_for(&team.id).await;
        let removed = alice.delete(&team.path(&format!("/members/{}", bob.user_id))).await;
        let position = removed.header("guildhall-position").expect("a position").to_owned();
        // The first answer, and not sooner or later.
        let demanding = [("guildhall-min-position", position.as_str())];
        let answer = bob.get_with(&demanding, "/me/orgs").await;
        answer.refused("TOKEN_STALE", 401);
    }
}
