//! Tokens that say too much, and what callers demand to be known.

use contracts::identity::v1::LogoutAllResponse;
use contracts::organizations::v1::ListMyOrganizationsResponse;
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use test_kit::TestFeed;
use token_verification::{OrgRole, OwningService, Subject};
use uuid::Uuid;

use crate::api::{Api, ORGANIZATION, USER, send};

const LIST: &str = "organizations.v1.OrganizationService/ListMyOrganizations";
const SESSION: Uuid = Uuid::from_u128(5);

struct World {
    api: Api,
    feed: TestFeed,
}

impl World {
    async fn new() -> Self {
        let feed = TestFeed::new();
        let api = Api::start_hearing(&feed.feed).await;
        api.stub.answers(LIST, ListMyOrganizationsResponse::default());
        Self { api, feed }
    }

    fn token(&self, known: i64) -> String {
        self.api.issuer.token_with(USER, |claims| {
            claims.sid = SESSION;
            claims.active_org_id = Some(ORGANIZATION);
            claims.org_slug = Some("acme".to_owned());
            claims.org_name = Some("Acme".to_owned());
            claims.is_personal_org = Some(false);
            claims.org_role = Some(OrgRole::Member);
            claims.asof.o = known;
            claims.asof.e = TestFeed::EPOCH.to_owned();
        })
    }

    fn remove(&mut self) -> i64 {
        let subject = Subject::Membership { user_id: USER, organization_id: ORGANIZATION };
        self.feed.tell(OwningService::Organizations, subject)
    }

    fn end_session(&mut self) {
        self.feed.tell(OwningService::Identity, Subject::Session { session_id: SESSION });
    }

    fn ask(&self) -> RequestBuilder {
        self.api.request(Method::GET, "/api/v1/me/orgs")
    }
}

#[tokio::test]
async fn a_token_that_says_too_much_is_to_be_refreshed_and_one_of_an_ended_session_is_over() {
    let mut world = World::new().await;
    let token = world.token(0);
    assert_eq!(send(world.ask().bearer_auth(&token)).await.status, 200);

    let removed = world.remove();
    let stale = send(world.ask().bearer_auth(&token)).await;
    assert_eq!((stale.status, stale.code().as_str()), (401, "TOKEN_STALE"));
    assert!(stale.json()["error"]["message"].as_str().unwrap().contains("refresh it once"), "{}", stale.text);
    assert_eq!(send(world.ask().bearer_auth(world.token(removed))).await.status, 200);

    world.end_session();
    let revoked = send(world.ask().bearer_auth(world.token(removed))).await;
    assert_eq!((revoked.status, revoked.code().as_str()), (401, "TOKEN_REVOKED"));
    assert!(revoked.json()["error"]["message"].as_str().unwrap().contains("sign in again"), "{}", revoked.text);
    assert_eq!(revoked.headers["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn cookies_stay_where_they_are_whatever_became_of_the_token_in_them() {
    let mut world = World::new().await;
    let cookie = format!("__Host-guildhall_access={}", world.token(0));
    world.remove();
    let stale = send(world.ask().header("cookie", &cookie)).await;
    assert_eq!((stale.code().as_str(), stale.headers.get("set-cookie")), ("TOKEN_STALE", None));
    world.end_session();
    let revoked = send(world.ask().header("cookie", &cookie)).await;
    assert_eq!((revoked.code().as_str(), revoked.headers.get("set-cookie")), ("TOKEN_REVOKED", None));
}

#[tokio::test]
async fn the_session_says_what_became_of_the_token() {
    let mut world = World::new().await;
    let token = world.token(0);
    let says = async |world: &World| {
        let ask = world.api.request(Method::GET, "/api/v1/auth/session").bearer_auth(&token);
        let answer = send(ask).await;
        assert_eq!(answer.status, 200);
        answer.json()["error_code"].clone()
    };
    assert_eq!(says(&world).await, json!(null));
    world.remove();
    assert_eq!(says(&world).await, "TOKEN_STALE");
    world.end_session();
    assert_eq!(says(&world).await, "TOKEN_REVOKED");
}

#[tokio::test]
async fn a_demanded_position_is_waited_for_and_told_on() {
    let mut world = World::new().await;
    let token = world.token(0);
    let ask = world.ask().bearer_auth(&token).header("guildhall-min-position", "i:1");
    let asking = tokio::spawn(send(ask));
    tokio::task::yield_now().await;
    world.feed.tell(OwningService::Identity, Subject::Session { session_id: Uuid::from_u128(6) });
    assert_eq!(asking.await.unwrap().status, 200);
    let (metadata, _) = world.api.stub.last::<contracts::organizations::v1::ListMyOrganizationsRequest>(LIST);
    assert_eq!(metadata["guildhall-min-position"], "i:1");

    let unheard = send(world.ask().bearer_auth(&token).header("guildhall-min-position", "i:2")).await;
    assert_eq!(unheard.code(), "TOKEN_STALE");
    let session = world.api.request(Method::GET, "/api/v1/auth/session").bearer_auth(&token);
    let session = send(session.header("guildhall-min-position", "i:2")).await.json();
    assert_eq!((&session["valid"], &session["error_code"]), (&json!(false), &json!("TOKEN_STALE")));
}

#[tokio::test]
async fn what_is_no_position_is_named() {
    let world = World::new().await;
    let ask = || world.ask().bearer_auth(world.token(0));
    let twice = ask().header("guildhall-min-position", "o:1").header("guildhall-min-position", "o:1");
    for request in [ask().header("guildhall-min-position", "soon"), twice] {
        let (field, _) = send(request).await.violation();
        assert_eq!(field, "guildhall-min-position");
    }
}

#[tokio::test]
async fn ending_ones_own_session_is_answered_though_the_token_ends_with_it() {
    let mut world = World::new().await;
    let token = world.token(0);
    world.api.stub.answers("identity.v1.AuthenticationService/LogoutAll", LogoutAllResponse { position: 1 });
    let logout = world.api.request(Method::POST, "/api/v1/auth/logout/all").bearer_auth(&token);
    let answer = send(logout).await;
    assert_eq!((answer.status, &answer.headers["guildhall-position"]), (204, &"i:1".parse().unwrap()));
    world.end_session();
    let after = send(world.ask().bearer_auth(&token).header("guildhall-min-position", "i:1")).await;
    assert_eq!(after.code(), "TOKEN_REVOKED");
}
