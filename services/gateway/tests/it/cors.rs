//! What pages of other origins may read.

use http::HeaderMap;
use reqwest::Method;
use serde_json::json;

use crate::api::{APP_ORIGIN, Answer, Api, OTHER_APP_ORIGIN, OWN_ORIGIN, send};

const STRANGERS: [&str; 12] = [
    OWN_ORIGIN,
    "null",
    "*",
    "",
    "http://shop.example",
    "https://shop.example:8443",
    "https://desk.example",
    "https://shop.example.evil",
    "https://evil-shop.example",
    "https://shop.example/",
    "HTTPS://shop.example",
    "https://a.shop.example",
];

async fn from(api: &Api, origin: &str, method: Method, path: &str) -> Answer {
    send(api.request(method, path).header("origin", origin)).await
}

async fn preflight(api: &Api, origin: &str) -> Answer {
    let request = api.request(Method::OPTIONS, "/api/v1/me/orgs").header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    send(request.header("access-control-request-headers", "authorization,content-type")).await
}

/// The value of a header with these words in it.
fn words<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    headers[name].to_str().unwrap().split(", ").collect()
}

fn told(headers: &HeaderMap) -> Vec<&str> {
    headers.keys().map(|name| name.as_str()).filter(|name| name.starts_with("access-control-")).collect()
}

#[tokio::test]
async fn an_app_may_read_answers_and_refusals_alike() {
    let api = Api::start().await;
    for origin in [APP_ORIGIN, OTHER_APP_ORIGIN] {
        for (method, path, status) in [
            (Method::GET, "/api/v1/auth/session", 200),
            (Method::GET, "/api/v1/auth/me", 401),
            (Method::POST, "/api/v1/auth/login", 415),
            (Method::GET, "/nowhere", 404),
            (Method::PUT, "/api/v1/auth/login", 405),
        ] {
            let answer = from(&api, origin, method, path).await;
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(answer.headers["access-control-allow-origin"], origin, "{path}");
            assert_eq!(answer.headers["access-control-allow-credentials"], "true", "{path}");
            assert_eq!(words(&answer.headers, "vary"), ["origin"], "{path}");
            let exposed = words(&answer.headers, "access-control-expose-headers");
            let readable =
                ["guildhall-position", "guildhall-refresh-hint", "idempotent-replayed", "retry-after", "x-request-id"];
            assert_eq!(exposed, readable, "{path}");
        }
    }
}

#[tokio::test]
async fn a_preflight_of_an_app_tells_what_it_may_send() {
    let api = Api::start().await;
    let answer = preflight(&api, APP_ORIGIN).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(answer.headers["access-control-allow-origin"], APP_ORIGIN);
    assert_eq!(answer.headers["access-control-allow-credentials"], "true");
    let methods = words(&answer.headers, "access-control-allow-methods");
    assert_eq!(methods, ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
    let sent = words(&answer.headers, "access-control-allow-headers");
    for header in ["authorization", "content-type", "idempotency-key", "guildhall-min-position"] {
        assert!(sent.contains(&header), "{header}");
    }
    assert_eq!(answer.headers["access-control-max-age"], "600");
    assert_eq!(words(&answer.headers, "vary"), ["origin"]);
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn nobody_else_is_told_anything() {
    let api = Api::start().await;
    for origin in STRANGERS {
        let answer = from(&api, origin, Method::GET, "/api/v1/auth/session").await;
        assert_eq!((answer.status, told(&answer.headers)), (200, vec![]), "{origin}");
        assert_eq!(words(&answer.headers, "vary"), ["origin"], "{origin}");
        let answer = preflight(&api, origin).await;
        assert_eq!((answer.status, told(&answer.headers)), (405, vec![]), "{origin}");
    }
    let answer = api.get_as_nobody("/api/v1/auth/session").await;
    assert_eq!((told(&answer.headers), words(&answer.headers, "vary")), (vec![], vec!["origin"]));
}

#[tokio::test]
async fn two_origins_are_none() {
    let api = Api::start().await;
    let request = api.request(Method::GET, "/api/v1/auth/session").header("origin", APP_ORIGIN);
    let answer = send(request.header("origin", "https://evil.example")).await;
    assert_eq!(told(&answer.headers), Vec::<&str>::new());
}

#[tokio::test]
async fn options_that_are_no_preflight_meet_the_routes() {
    let api = Api::start().await;
    let answer = from(&api, APP_ORIGIN, Method::OPTIONS, "/api/v1/me/orgs").await;
    assert_eq!((answer.status, answer.code().as_str()), (405, "METHOD_NOT_ALLOWED"));
}

#[tokio::test]
async fn a_public_answer_that_caches_keep_is_told_apart_by_origin() {
    let api = Api::start().await;
    api.stub.answers("billing.v1.PlanService/ListPlans", contracts::billing::v1::ListPlansResponse::default());
    let plans = from(&api, APP_ORIGIN, Method::GET, "/api/v1/billing/plans").await;
    assert_eq!(plans.json(), json!({ "plans": [], "next_page_token": "" }));
    assert_eq!(
        (&plans.headers["cache-control"], &plans.headers["vary"]),
        (&"public, max-age=60".parse().unwrap(), &"origin".parse().unwrap())
    );
}
