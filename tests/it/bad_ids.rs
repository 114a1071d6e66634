//! Ids that are none, routes that are none, and methods and headers that fit nowhere.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Person, Product, Team};
use crate::openapi::Route;
use crate::plausible::Plausible;

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused_by_the_name_of_its_place() {
    let product = Product::shared().await;
    let api = product.api();
    let owner = Person::verified(&api, "owner").await;
    let team = Team::of(&owner).await;
    let plausible = Plausible::new(&owner, &team.id, &owner.user_id);
    for route in Route::all(&api).await {
        for place in route.ids() {
            for wrong in ["x", "123", "%00", "00000000-0000-0000-0000-00000000000g", "..%2F..", "%F0%9F%A6%A6"] {
                let broken = Route {
                    method: route.method.clone(),
                    path: route.path.replace(&format!("{{{place}}}"), wrong),
                    query: route.query.clone(),
                    body: None,
                    is_body_optional: true,
                    takes_server_key: route.takes_server_key,
                };
                let token = if route.takes_server_key { product.server_key().await } else { &owner.access_token };
                let (path, body) = (broken.filled(&plausible), route.valid_body(&plausible));
                let answer = api.json(route.method.clone(), &path, Some(token), body.as_ref()).await;
                let about = format!("{route} with {wrong}: {answer:?}");
                let details = answer.refused("VALIDATION_ERROR", 400);
                assert_eq!(details["fields"][0]["field"], place, "{about}");
            }
        }
    }
    owner.get(&team.path("")).await.expect(200);
}

#[tokio::test]
async fn an_unknown_route_is_not_found_and_a_wrong_method_names_the_right_ones() {
    let alice = Person::registered(&Product::shared().await.api(), "alice").await;
    alice.get("/me/nothing").await.refused("NOT_FOUND", 404);
    alice.get("/api/v2/me/orgs").await.refused("NOT_FOUND", 404);
    let answer = alice.put("/me/orgs", json!({})).await;
    let allowed = answer.header("allow").expect("an Allow header").to_owned();
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    answer.refused("METHOD_NOT_ALLOWED", 405);
}

#[tokio::test]
async fn unknown_query_parameters_are_ignored() {
    let alice = Person::registered(&Product::shared().await.api(), "alice").await;
    alice.get("/me/orgs?utm_source=mail&page_size=1").await.expect(200);
}

#[tokio::test]
async fn headers_of_more_than_16_kibibytes_are_refused() {
    let alice = Person::registered(&Product::shared().await.api(), "alice").await;
    let endless = format!("{}.{}", alice.access_token, "A".repeat(20_000));
    let answer = alice.api.json(Method::GET, "/me/orgs", Some(&endless), None).await;
    answer.refused("HEADERS_TOO_LARGE", 431);
}

#[tokio::test]
async fn a_response_tells_browsers_and_caches_how_to_treat_it() {
    let alice = Person::registered(&Product::shared().await.api(), "alice").await;
    let answer = alice.get("/auth/me").await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    let keys = alice.api.get("/.well-known/jwks.json").await;
    assert!(keys.header("cache-control").unwrap().contains("max-age"), "{keys:?}");
}
