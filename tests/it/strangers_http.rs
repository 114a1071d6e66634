//! Every HTTP route called by nobody, by a stranger and by a member of another organization.

use serde_json::{Value, json};

use crate::harness::{Answer, Person, Product, Team, random_id};
use crate::openapi::Route;
use crate::plausible::Plausible;

/// The routes that answer without credentials, one a line.
const PUBLIC: &str = include_str!("public_routes.txt");

#[tokio::test]
async fn nobody_reaches_anything_but_the_public_routes() {
    let api = Product::shared().await.api();
    let owner = Person::registered(&api, "owner").await;
    let plausible = Plausible::new(&owner, &Team::of(&owner).await.id, &owner.user_id);
    let mut public: Vec<_> = PUBLIC.lines().collect();
    for route in Route::all(&api).await {
        let written = route.to_string();
        if let Some(place) = public.iter().position(|line| *line == written) {
            public.remove(place);
            continue;
        }
        let (path, body) = (route.filled(&plausible), route.valid_body(&plausible));
        let forged = if route.takes_server_key { "UNAUTHORIZED" } else { "TOKEN_INVALID" };
        for (token, code) in [(None, "UNAUTHORIZED"), (Some("not.a.token"), forged)] {
            let answer = api.json(route.method.clone(), &path, token, body.as_ref()).await;
            answer.refused(code, 401);
        }
        let without_body = api.json(route.method.clone(), &path, None, None).await;
        without_body.refused("UNAUTHORIZED", 401);
    }
    assert!(public.is_empty(), "public routes that don't exist: {public:?}");
}

/// What an answer says, but for what differs between any two answers.
fn said(answer: Answer) -> (u16, Value) {
    let mut said = answer.json;
    said["error"]["request_id"] = Value::Null;
    (answer.status, said)
}

#[tokio::test]
async fn the_organization_of_others_looks_like_one_that_does_not_exist() {
    let api = Product::shared().await.api();
    let (alice, stranger) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "stranger"));
    let hers = Team::of(&alice).await;
    let own = Team::of(&stranger).await;
    let mut elsewhere = stranger.clone();
    elsewhere.act_for(&own.id).await;

    let mut reached = 0;
    for route in Route::all(&api).await.into_iter().filter(Route::is_of_an_organization) {
        for caller in [&stranger, &elsewhere] {
            let about_hers = Plausible::new(caller, &hers.id, &alice.user_id);
            let mut answers = Vec::new();
            for about in [about_hers.clone(), about_hers.about(&random_id()), about_hers.about(&alice.personal_id)] {
                let (path, body) = (route.filled(&about), route.valid_body(&about));
                let token = Some(caller.access_token.as_str());
                let answer = api.json(route.method.clone(), &path, token, body.as_ref()).await;
                let expected = match path.starts_with("/api/v1/admin/") {
                    _ if route.takes_server_key => ("UNAUTHORIZED", 401),
                    true => ("FORBIDDEN", 403),
                    false => ("ORGANIZATION_NOT_FOUND", 404),
                };
                assert_eq!((answer.code(), answer.status), expected, "{route}: {answer:?}");
                answers.push(said(answer));
            }
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{route}: {answers:?}");
        }
        reached += 1;
    }
    assert!(reached > 15, "only {reached} routes are about an organization");
    assert_eq!(hers.members(&alice).await.len(), 1, "nothing has changed");
}

#[tokio::test]
async fn no_token_is_given_for_the_organization_of_others() {
    let api = Product::shared().await.api();
    let (alice, stranger) = tokio::join!(Person::registered(&api, "alice"), Person::registered(&api, "stranger"));
    let hers = Team::of(&alice).await;
    for route in ["/auth/switch-org", "/auth/token", "/auth/refresh", "/auth/login"] {
        let mut answers = Vec::new();
        for organization_id in [hers.id.clone(), random_id(), alice.personal_id.clone()] {
            let mut body = json!({ "organization_id": organization_id });
            match route {
                "/auth/refresh" => body["refresh_token"] = json!(stranger.refresh_token),
                "/auth/login" => {
                    body["email"] = json!(stranger.email);
                    body["password"] = json!(crate::harness::PASSWORD);
                }
                _ => {}
            }
            let answer = stranger.post(route, body).await;
            assert_eq!((answer.code(), answer.status), ("ORGANIZATION_NOT_FOUND", 404), "{route}: {answer:?}");
            answers.push(said(answer));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{route}: {answers:?}");
    }
    stranger.clone().refresh(json!({})).await;
}

#[tokio::test]
async fn the_invitation_of_others_looks_like_one_that_does_not_exist() {
    let api = Product::shared().await.api();
    let (alice, stranger) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "stranger"));
    let team = Team::of(&alice).await;
    let invitation = alice.post(&team.path("/invitations"), json!({ "email": "friend@example.com" })).await.expect(201);
    let link = alice.post(&team.path("/invite-links"), json!({})).await.expect(201);
    let own = Team::of(&stranger).await;
    for (kind, made) in [("invitations", &invitation), ("invite-links", &link)] {
        let theirs = stranger.delete(&own.path(&format!("/{kind}/{}", made["id"].as_str().unwrap()))).await;
        let nothing = stranger.delete(&own.path(&format!("/{kind}/{}", random_id()))).await;
        assert_eq!(theirs.code(), "INVITE_NOT_FOUND", "{theirs:?}");
        assert_eq!(said(theirs), said(nothing));
    }
    let under_own = |kind: &str, id: &str, rest: &str| own.path(&format!("/{kind}/{id}{rest}"));
    let (theirs, random) = (invitation["id"].as_str().unwrap(), random_id());
    let resent = stranger.post_bare(&under_own("invitations", theirs, "/resend")).await;
    assert_eq!(resent.code(), "INVITE_NOT_FOUND", "{resent:?}");
    assert_eq!(said(resent), said(stranger.post_bare(&under_own("invitations", &random, "/resend")).await));
    for is_active in [false, true] {
        let switch =
            async |id: &str| stranger.put(&under_own("invite-links", id, ""), json!({ "is_active": is_active })).await;
        let switched = switch(link["id"].as_str().unwrap()).await;
        assert_eq!(switched.code(), "INVITE_NOT_FOUND", "{switched:?}");
        assert_eq!(said(switched), said(switch(&random).await));
    }
    for action in ["accept", "decline"] {
        let id = invitation["id"].as_str().unwrap();
        let theirs = stranger.post_bare(&format!("/me/invitations/{id}/{action}")).await;
        let nothing = stranger.post_bare(&format!("/me/invitations/{}/{action}", random_id())).await;
        assert_eq!(theirs.code(), "INVITE_NOT_FOUND", "{theirs:?}");
        assert_eq!(said(theirs), said(nothing));
    }
    assert_eq!(alice.get(&team.path("/invitations")).await.expect(200)["invitations"].as_array().unwrap().len(), 1);
}
