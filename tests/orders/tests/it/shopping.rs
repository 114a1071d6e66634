//! Buying, and no longer being allowed to.

use std::time::Duration;

use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::guildhall::{ALICE, BOB, World, get, send};

const READ: &[&str] = &["orders:read", "orders:write"];

#[tokio::test]
async fn orders_are_seen_by_those_who_act_for_the_organization() {
    let world = World::new().await;
    let (alice, bob) = (world.token(ALICE, 0, READ), world.token(BOB, 0, READ));
    let place = Request::post("/orders").header("authorization", format!("Bearer {alice}"));
    assert_eq!(send(&world.shop, place, "anvil").await.0, StatusCode::CREATED);
    let (status, found) = send(&world.shop, get("/orders", &bob), "").await;
    assert_eq!((status, found), (StatusCode::OK, json!({ "orders": [{ "item": "anvil", "buyer": ALICE }] })));
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named() {
    let world = World::new().await;
    let (status, answer) = send(&world.shop, get("/orders", &world.token(BOB, 0, &["orders:write"])), "").await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::FORBIDDEN, &json!("INSUFFICIENT_PERMISSIONS")));
    let details = json!({ "required_permission": "orders:read", "held_roles": ["buyer"] });
    assert_eq!(answer["error"]["details"], details);
}

#[tokio::test]
async fn strangers_see_what_is_open_and_nothing_else() {
    let world = World::new().await;
    let health = send(&world.shop, Request::get("/health"), "").await;
    assert_eq!((health.0, &health.1["revocations"]), (StatusCode::OK, &json!("Fresh")));
    for path in ["/orders", "/me", "/catalog"] {
        let (status, answer) = send(&world.shop, Request::get(path), "").await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::UNAUTHORIZED, &json!("UNAUTHORIZED")), "{path}");
        assert_eq!(send(&world.shop, get(path, &world.token(ALICE, 0, READ)), "").await.0, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_removed_member_is_refused_at_every_door_and_a_new_token_is_welcome() {
    let world = World::new().await;
    let (alice, bob) = (world.token(ALICE, 0, READ), world.token(BOB, 0, READ));
    assert_eq!(send(&world.shop, get("/me", &bob), "").await.0, StatusCode::OK);

    world.remove_member(1, BOB);
    assert!(world.feed().wait_for("o:1".parse().unwrap(), Duration::from_secs(10)).await);
    for path in ["/me", "/catalog", "/orders"] {
        let (status, answer) = send(&world.shop, get(path, &bob), "").await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::UNAUTHORIZED, &json!("TOKEN_STALE")), "{path}");
        assert_eq!(send(&world.shop, get(path, &alice), "").await.0, StatusCode::OK, "{path}");
        assert_eq!(send(&world.shop, get(path, &world.token(BOB, 1, READ)), "").await.0, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn whoever_removed_somebody_can_demand_that_it_is_known() {
    let world = World::new().await;
    for (number, path, user) in [(1, "/me", BOB), (2, "/catalog", ALICE)] {
        let token = world.token(user, 0, READ);
        let ask = get(path, &token).header("guildhall-min-position", format!("o:{number}"));
        world.remove_member(number, user);
        let (status, answer) = send(&world.shop, ask, "").await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::UNAUTHORIZED, &json!("TOKEN_STALE")));
        assert!(world.feed().has_reached(format!("o:{number}").parse().unwrap()));
    }
    let unreadable = get("/catalog", &world.token(ALICE, 2, READ)).header("guildhall-min-position", "soon");
    let (status, answer) = send(&world.shop, unreadable, "").await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("VALIDATION_ERROR")));
}
