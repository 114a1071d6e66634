//! Writes by cookie come from pages that may make them, or not at all.

use reqwest::Method;
use serde_json::json;

use crate::api::{APP_ORIGIN, Answer, Api, ORGANIZATION, OTHER_APP_ORIGIN, OWN_ORIGIN, send};
use crate::cookies::{ACCESS, REFRESH, plan_sign_ins};
use crate::samples::tokens;

const SITE: &str = "sec-fetch-site";
const ORIGIN: &str = "origin";

/// What a browser says of the page, and whether that page may write.
fn pages() -> Vec<(Vec<(&'static str, String)>, bool)> {
    let own = |name, value: &str| vec![(name, value.to_owned())];
    let mut pages = vec![
        (own(SITE, "same-origin"), true),
        (own(ORIGIN, OWN_ORIGIN), true),
        (own(ORIGIN, APP_ORIGIN), true),
        (own(ORIGIN, OTHER_APP_ORIGIN), true),
        (vec![(SITE, "same-site".to_owned()), (ORIGIN, APP_ORIGIN.to_owned())], true),
        (vec![(SITE, "same-origin".to_owned()), (ORIGIN, "null".to_owned())], true),
        (vec![], false),
        (vec![(SITE, "cross-site".to_owned()), (ORIGIN, "https://evil.example".to_owned())], false),
        (vec![(ORIGIN, OWN_ORIGIN.to_owned()), (ORIGIN, "https://evil.example".to_owned())], false),
        (vec![(SITE, "same-origin".to_owned()), (SITE, "cross-site".to_owned())], false),
    ];
    for site in ["same-site", "cross-site", "none", "Same-Origin", "same-origin, cross-site", ""] {
        pages.push((own(SITE, site), false));
    }
    for origin in [
        "null",
        "*",
        "",
        "http://shop.example",
        "https://shop.example:8443",
        "https://desk.example",
        "https://shop.example.evil",
        "https://evil-shop.example",
        "https://shop.example/",
        "https://shop.example@evil.example",
        "HTTPS://SHOP.EXAMPLE",
        "https://a.shop.example",
    ] {
        pages.push((own(ORIGIN, origin), false));
    }
    pages
}

async fn write(api: &Api, method: Method, path: &str, page: &[(&str, String)], cookies: Option<&str>) -> Answer {
    let mut request = api.request(method, path);
    for (name, value) in page {
        request = request.header(*name, value);
    }
    match cookies {
        Some(cookies) => send(request.header("cookie", cookies)).await,
        None => send(request.json(&json!({ "email": "a", "password": "b", "session": "cookie" }))).await,
    }
}

#[tokio::test]
async fn a_write_by_cookie_is_let_pass_from_allowed_pages_alone() {
    let api = Api::start().await;
    plan_sign_ins(&api, &tokens());
    let (access, refresh) = (format!("{ACCESS}={}", api.token()), format!("{REFRESH}=kept"));
    let writes = [
        (Method::POST, "/api/v1/auth/logout/all".to_owned(), Some(access.as_str())),
        (Method::POST, "/api/v1/auth/refresh".to_owned(), Some(refresh.as_str())),
        (Method::POST, "/api/v1/auth/logout".to_owned(), Some(refresh.as_str())),
        (Method::DELETE, format!("/api/v1/orgs/{ORGANIZATION}"), Some(access.as_str())),
        (Method::POST, "/api/v1/auth/login".to_owned(), None),
        (Method::POST, "/api/v1/auth/register".to_owned(), None),
    ];
    for (method, path, cookies) in &writes {
        for (page, may_write) in pages() {
            let before = api.stub.calls();
            let answer = write(&api, method.clone(), path, &page, *cookies).await;
            let about = format!("{method} {path} {page:?}: {}", answer.text);
            assert_eq!(api.stub.calls() - before, usize::from(may_write), "{about}");
            if !may_write {
                assert_eq!((answer.status, answer.code().as_str()), (403, "FORBIDDEN"), "{about}");
                assert!(!answer.headers.contains_key("set-cookie"), "{about}");
            }
        }
    }
}

#[tokio::test]
async fn reading_by_cookie_and_writing_by_bearer_token_ask_for_no_page() {
    let api = Api::start().await;
    plan_sign_ins(&api, &tokens());
    let cross =
        |request: reqwest::RequestBuilder| request.header(SITE, "cross-site").header(ORIGIN, "https://evil.example");
    let cookie = format!("{ACCESS}={}", api.token());
    let read = cross(api.request(Method::GET, "/api/v1/auth/session").header("cookie", &cookie));
    assert_eq!(send(read).await.json()["valid"], true);
    let write = cross(api.request(Method::POST, "/api/v1/auth/logout/all").bearer_auth(api.token()));
    assert_eq!(send(write.header("cookie", &cookie)).await.status, 204);
    let login = cross(api.request(Method::POST, "/api/v1/auth/login")).json(&json!({ "email": "a", "password": "b" }));
    assert_eq!(send(login).await.status, 200);
    let refresh = cross(api.request(Method::POST, "/api/v1/auth/refresh")).json(&json!({ "refresh_token": "r" }));
    assert_eq!(send(refresh.header("cookie", format!("{REFRESH}=kept"))).await.status, 200);
}

#[tokio::test]
async fn a_write_without_credentials_is_unauthorized_whatever_the_page() {
    let api = Api::start().await;
    for site in ["same-origin", "cross-site"] {
        let answer = send(api.request(Method::POST, "/api/v1/auth/logout/all").header(SITE, site)).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "UNAUTHORIZED"), "{site}");
    }
}
