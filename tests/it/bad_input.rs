//! Bodies that no client should send: refused before anything happens, whatever the route.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Person, Product, Team};
use crate::openapi::{Property, Route};
use crate::plausible::Plausible;

const SECRETS_ARE_REFUSED_WITH: [&str; 6] = [
    "INVALID_CREDENTIALS",
    "INVITE_NOT_FOUND",
    "LINK_INVALID",
    "TOKEN_INVALID",
    "USER_ALREADY_EXISTS",
    "WEAK_PASSWORD",
];
const ONE_MEBIBYTE: usize = 1024 * 1024;

/// An owner of a team with a member, an invitation and a link; and everything that bad input could change.
struct Scene {
    owner: Person,
    team: Team,
    plausible: Plausible,
    routes: Vec<Route>,
    server_key: String,
}

impl Scene {
    async fn set() -> Self {
        let product = Product::shared().await;
        let api = product.api();
        let (mut owner, member) = tokio::join!(Person::verified(&api, "owner"), Person::registered(&api, "member"));
        // Of the back office, so that its routes look at what they are sent.
        product.make_administrator(&mut owner, "super_admin").await;
        let team = Team::of(&owner).await;
        team.admit(&owner, &[&member]).await;
        owner.post(&team.path("/invitations"), json!({ "email": "friend@example.com" })).await.expect(201);
        team.mailed_invitations(&owner).await;
        let plausible = Plausible::new(&owner, &team.id, &member.user_id);
        let mut routes = Route::all(&api).await;
        routes.retain(|route| route.body.is_some());
        assert!(routes.len() > 12, "only {} routes take a body", routes.len());
        let server_key = product.server_key().await.to_owned();
        Self { owner, team, plausible, routes, server_key }
    }

    async fn state(&self) -> Vec<Value> {
        let rests = ["", "/members", "/invitations", "/invite-links", "/roles"];
        let mut state =
            vec![self.owner.get("/me/orgs").await.expect(200), self.owner.get("/auth/me").await.expect(200)];
        for rest in rests {
            state.push(self.owner.get(&self.team.path(rest)).await.expect(200));
        }
        state
    }

    async fn send(&self, route: &Route, kind: &str, body: Vec<u8>) -> Answer {
        let path = route.filled(&self.plausible);
        let token = Some(if route.takes_server_key { &*self.server_key } else { &self.owner.access_token });
        let ask = crate::harness::Ask { method: route.method.clone(), path: &path, token, body: Some((kind, body)) };
        self.owner.api.ask(ask).await
    }

    async fn send_json(&self, route: &Route, body: &Value) -> Answer {
        self.send(route, "application/json", body.to_string().into_bytes()).await
    }

    /// The valid body with one field replaced, first in the text.
    fn with(&self, route: &Route, property: &Property, value: &Value) -> Vec<u8> {
        let mut rest = route.valid_body(&self.plausible).expect("a body");
        let fields = rest.as_object_mut().expect("an object");
        fields.remove(&property.name);
        let others: String = fields.iter().map(|(name, value)| format!(",{}:{value}", json!(name))).collect();
        format!("{{{}:{value}{others}}}", json!(property.name)).into_bytes()
    }
}

/// A refusal of a field, by the field that it names.
#[track_caller]
fn refused_field(answer: Answer) -> String {
    let about = format!("{answer:?}");
    let details = answer.refused("VALIDATION_ERROR", 400);
    let fields = details["fields"].as_array().unwrap_or_else(|| panic!("no fields: {about}"));
    assert!(fields.iter().all(|field| !field["message"].as_str().unwrap_or_default().is_empty()), "{about}");
    fields.first().and_then(|field| field["field"].as_str()).unwrap_or_else(|| panic!("no field: {about}")).to_owned()
}

#[tokio::test]
async fn what_is_not_a_json_object_is_refused() {
    let scene = Scene::set().await;
    let before = scene.state().await;
    let deep = "[".repeat(100_000);
    let bodies: [&[u8]; 10] =
        [b"", b"{", b"{]", b"null", b"[]", b"\"text\"", b"{} {}", b"{\"a\" 1}", b"\xff\xfe{}", deep.as_bytes()];
    for route in &scene.routes {
        for body in bodies.into_iter().filter(|body| !(body.is_empty() && route.is_body_optional)) {
            refused_field(scene.send(route, "application/json", body.to_vec()).await);
        }
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn an_unknown_field_is_refused_by_name() {
    let scene = Scene::set().await;
    let before = scene.state().await;
    for route in &scene.routes {
        let mut body = route.valid_body(&scene.plausible).unwrap();
        body["surprise"] = json!(1);
        let field = refused_field(scene.send_json(route, &body).await);
        assert!(field.contains("surprise"), "{route}: {field}");
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn a_field_given_twice_is_refused() {
    let scene = Scene::set().await;
    let before = scene.state().await;
    for route in &scene.routes {
        let property = &route.body.as_ref().unwrap()[0];
        let (name, value) = (json!(property.name), scene.plausible.json(&property.name, &property.kind));
        let twice = format!("{{{name}:{value},{name}:{value}}}");
        refused_field(scene.send(route, "application/json", twice.into_bytes()).await);
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn a_value_of_another_type_is_refused_by_name() {
    let scene = Scene::set().await;
    let before = scene.state().await;
    for route in &scene.routes {
        for property in route.body.as_ref().unwrap() {
            let body = scene.with(route, property, &property.of_another_type());
            let field = refused_field(scene.send(route, "application/json", body).await);
            assert!(field.starts_with(&property.name), "{route}: {field} instead of {}", property.name);
        }
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn a_missing_field_is_refused_by_name() {
    let scene = Scene::set().await;
    let before = scene.state().await;
    for route in &scene.routes {
        for property in route.body.as_ref().unwrap().iter().filter(|property| property.is_required) {
            let mut body = route.valid_body(&scene.plausible).unwrap();
            body.as_object_mut().unwrap().remove(&property.name);
            let field = refused_field(scene.send_json(route, &body).await);
            assert!(field.contains(&property.name), "{route}: {field} instead of {}", property.name);
        }
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let scene = Scene::set().await;
    let before = scene.state().await;
    for route in &scene.routes {
        for property in route.body.as_ref().unwrap().iter().filter(|property| property.kind == "string") {
            let with_nul = scene.with(route, property, &json!("before\u{0}after"));
            let field = refused_field(scene.send(route, "application/json", with_nul).await);
            assert!(field.starts_with(&property.name), "{route}: {field} instead of {}", property.name);
            let mut not_utf8 = scene.with(route, property, &json!("MARK"));
            let mark = not_utf8.windows(4).position(|bytes| bytes == b"MARK").unwrap();
            not_utf8[mark] = 0xff;
            refused_field(scene.send(route, "application/json", not_utf8).await);
        }
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn a_text_of_300_kilobytes_is_refused() {
    let scene = Scene::set().await;
    let before = scene.state().await;
    let long = json!("x".repeat(300_000));
    for route in &scene.routes {
        for property in route.body.as_ref().unwrap().iter().filter(|property| property.kind == "string") {
            let answer = scene.send(route, "application/json", scene.with(route, property, &long)).await;
            // A secret of any length is merely the wrong one.
            let is_secret = property.name.ends_with("password") || property.name.ends_with("token");
            if is_secret && SECRETS_ARE_REFUSED_WITH.contains(&answer.code()) {
                continue;
            }
            // Who is logged out need not have been logged in.
            if is_secret && route.path.ends_with("/auth/logout") && answer.status == 204 {
                continue;
            }
            let field = refused_field(answer);
            assert!(field.starts_with(&property.name), "{route}: {field} instead of {}", property.name);
        }
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_refused_unread() {
    let scene = Scene::set().await;
    let before = scene.state().await;
    for route in &scene.routes {
        let mut body = route.valid_body(&scene.plausible).unwrap();
        body["surprise"] = json!("x".repeat(ONE_MEBIBYTE));
        scene.send_json(route, &body).await.refused("PAYLOAD_TOO_LARGE", 413);
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn a_body_that_is_not_called_json_is_refused() {
    let scene = Scene::set().await;
    let before = scene.state().await;
    for route in &scene.routes {
        let body = route.valid_body(&scene.plausible).unwrap().to_string().into_bytes();
        for kind in ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"] {
            scene.send(route, kind, body.clone()).await.refused("UNSUPPORTED_MEDIA_TYPE", 415);
        }
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn every_field_at_fault_is_named_at_once() {
    let api = Product::shared().await.api();
    let body = json!({ "email": "not an address", "password": "short", "display_name": "x".repeat(101) });
    let details = api.post("/auth/register", &body).await.refused("VALIDATION_ERROR", 400);
    let fields: Vec<_> = details["fields"].as_array().unwrap().iter().map(|field| field["field"].clone()).collect();
    assert!(fields.contains(&json!("email")) && fields.contains(&json!("display_name")), "{fields:?}");
}

#[tokio::test]
async fn values_out_of_bounds_are_refused_by_name() {
    let scene = Scene::set().await;
    let before = scene.state().await;
    let (team, owner) = (&scene.team, &scene.owner);
    let bad = [
        (Method::POST, "/me/orgs".to_owned(), "name", json!({ "name": " \t " })),
        (Method::POST, "/me/orgs".to_owned(), "name", json!({ "name": "x".repeat(101) })),
        (Method::POST, "/me/orgs".to_owned(), "name", json!({ "name": "line\nbreak" })),
        (Method::POST, "/me/orgs".to_owned(), "slug", json!({ "name": "Acme", "slug": "Not A Slug" })),
        (Method::POST, "/me/orgs".to_owned(), "slug", json!({ "name": "Acme", "slug": "-edge" })),
        (Method::POST, "/me/orgs".to_owned(), "slug", json!({ "name": "Acme", "slug": "admin" })),
        (Method::POST, "/me/orgs".to_owned(), "slug", json!({ "name": "Acme", "slug": crate::harness::random_id() })),
        (Method::PUT, team.path(""), "website", json!({ "website": "javascript:alert(1)" })),
        (Method::PUT, team.path(""), "contact_email", json!({ "contact_email": "not an address" })),
        (Method::PUT, team.path(""), "metadata", json!({ "metadata": { "large": "x".repeat(17_000) } })),
        (Method::POST, team.path("/invitations"), "email", json!({ "email": "two@example.com, three@example.com" })),
        (Method::POST, team.path("/invitations"), "email", json!({ "email": "line@example.com\nbcc: all" })),
        (Method::POST, team.path("/invitations"), "role", json!({ "email": "a@example.com", "role": "emperor" })),
        (Method::POST, team.path("/invitations"), "role_ids", json!({ "email": "a@example.com", "role_ids": ["x"] })),
        (Method::POST, team.path("/invite-links"), "max_uses", json!({ "max_uses": 0 })),
        (Method::POST, team.path("/invite-links"), "max_uses", json!({ "max_uses": 1.5 })),
        (Method::POST, team.path("/invite-links"), "max_uses", json!({ "max_uses": 10_001 })),
        (Method::POST, team.path("/invite-links"), "expires_at", json!({ "expires_at": "2020-01-01T00:00:00Z" })),
        (Method::POST, team.path("/invite-links"), "expires_at", json!({ "expires_at": "tomorrow" })),
        (Method::POST, "/auth/switch-org".to_owned(), "organization_id", json!({ "organization_id": "acme" })),
    ];
    for (method, path, field, body) in bad {
        let answer = owner.api.json(method, &path, Some(&owner.access_token), Some(&body)).await;
        let named = refused_field(answer);
        assert!(named.starts_with(field), "{path} {body}: {named} instead of {field}");
    }
    assert_eq!(scene.state().await, before);
}
