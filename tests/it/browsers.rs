//! Sessions in cookies, beside those of clients that keep their tokens themselves.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Api, Browser, PASSWORD, Product, eventually, unique};

const ACCESS: &str = "__Host-guildhall_access";
const REFRESH: &str = "__Secure-guildhall_refresh";
const SIGNED_IN: &str = "__Host-guildhall_signed_in";
/// Stays: the device is known also when nobody is signed in on it.
const DEVICE: &str = "__Secure-guildhall_device";
const APP: &str = "https://shop.example";
const NEW_PASSWORD: &str = "nine ferries before the storm";

/// Somebody on one way or the other.
enum Visitor {
    WithTokens { api: Api, access: String, refresh: String },
    InBrowser(Browser),
}

impl Visitor {
    fn with_tokens(api: &Api) -> Self {
        Self::WithTokens { api: api.clone(), access: String::new(), refresh: String::new() }
    }

    async fn call(&mut self, method: Method, path: &str, body: Option<Value>) -> Answer {
        match self {
            Self::InBrowser(browser) => browser.ask(method, path, body.as_ref()).await,
            Self::WithTokens { api, access, refresh } => {
                let token = Some(access.as_str()).filter(|token| !token.is_empty());
                let answer = api.json(method, path, token, body.as_ref()).await;
                let tokens = &answer.json["tokens"];
                if let (Some(new_access), Some(new_refresh)) =
                    (tokens["access_token"].as_str(), tokens["refresh_token"].as_str())
                {
                    (*access, *refresh) = (new_access.to_owned(), new_refresh.to_owned());
                }
                answer
            }
        }
    }

    async fn sign(&mut self, path: &str, email: &str) -> Answer {
        let mut body = json!({ "email": email, "password": PASSWORD });
        if matches!(self, Self::InBrowser(_)) {
            body["session"] = json!("cookie");
        }
        self.call(Method::POST, path, Some(body)).await
    }

    /// Calls with the refresh token, wherever that is.
    async fn with_refresh_token(&mut self, path: &str) -> Answer {
        let body = match self {
            Self::InBrowser(_) => None,
            Self::WithTokens { refresh, .. } => Some(json!({ "refresh_token": refresh })),
        };
        self.call(Method::POST, path, body).await
    }
}

/// One journey; what it answers is told without what differs between two people.
async fn journey(mut visitor: Visitor) -> Vec<(&'static str, u16, String)> {
    let (email, mut told) = (format!("visitor.{}@example.com", unique()), Vec::new());
    let mut tell =
        |step, answer: &Answer, about: Value| told.push((step, answer.status, format!("{} {about}", answer.code())));

    let answer = eventually("a place in the queue of sign-ups", async || {
        let answer = visitor.sign("/auth/register", &email).await;
        (answer.status != 429).then_some(answer)
    })
    .await;
    let personal = answer.json["organization"]["id"].clone();
    tell("register", &answer, answer.json["organization"]["is_personal"].clone());
    let answer = visitor.call(Method::GET, "/auth/session", None).await;
    tell("session", &answer, answer.json["valid"].clone());
    let answer = visitor.call(Method::POST, "/me/orgs", Some(json!({ "name": "Acme" }))).await;
    let team = answer.json["id"].clone();
    tell("create", &answer, answer.json["name"].clone());
    let answer = visitor.call(Method::POST, "/auth/switch-org", Some(json!({ "organization_id": team }))).await;
    tell("switch", &answer, answer.json["org_role"].clone());
    let answer = visitor.call(Method::GET, "/auth/me", None).await;
    tell("me", &answer, json!(answer.json["active_org_id"] == team));
    let answer = visitor.with_refresh_token("/auth/refresh").await;
    tell("refresh", &answer, json!(answer.json["organization"]["id"] == team));
    let answer =
        visitor.call(Method::PUT, &format!("/orgs/{}", team.as_str().unwrap()), Some(json!({ "city": "Rome" }))).await;
    tell("update", &answer, answer.json["city"].clone());
    let answer = visitor.sign("/auth/login", &email).await;
    tell("login", &answer, json!(answer.json["organization"]["id"] == personal));
    let answer = visitor.call(Method::GET, "/auth/sessions", None).await;
    tell("sessions", &answer, json!(answer.json["sessions"].as_array().map(Vec::len)));
    let answer = visitor.with_refresh_token("/auth/logout").await;
    tell("logout", &answer, json!(answer.header("guildhall-position").is_some()));
    told
}

#[tokio::test]
async fn both_ways_lead_through_the_same_journey() {
    let api = Product::shared().await.api();
    let (tokens, cookies) =
        tokio::join!(journey(Visitor::with_tokens(&api)), journey(Visitor::InBrowser(Browser::new(&api))));
    assert_eq!(tokens, cookies);
    assert!(tokens.iter().all(|(_, status, _)| *status < 300), "{tokens:?}");
}

async fn signed_up(browser: &mut Browser) -> (String, Value) {
    let email = format!("browser.{}@example.com", unique());
    let body = json!({ "email": email, "password": PASSWORD, "session": "cookie" });
    let answer = eventually("a place in the queue of sign-ups", async || {
        let answer = browser.ask(Method::POST, "/auth/register", Some(&body)).await;
        (answer.status != 429).then_some(answer)
    })
    .await;
    (email, answer.expect(201))
}

async fn browser() -> Browser {
    Browser::new(&Product::shared().await.api())
}

#[tokio::test]
async fn a_browser_never_sees_its_tokens() {
    let mut browser = browser().await;
    let (_, answer) = signed_up(&mut browser).await;
    assert_eq!(browser.cookie_names(), [ACCESS, REFRESH, SIGNED_IN, DEVICE]);
    assert!(answer.get("tokens").is_none(), "{answer}");
    assert!(answer["expires_in"].as_i64().is_some_and(|seconds| seconds > 0) && answer["expires_at"].is_string());
    for token in [browser.cookie(ACCESS), browser.cookie(REFRESH), browser.cookie(DEVICE)] {
        assert!(!answer.to_string().contains(token));
    }
}

#[tokio::test]
async fn a_session_goes_on_when_the_access_cookie_is_gone() {
    let mut browser = browser().await;
    signed_up(&mut browser).await;
    browser.lose(ACCESS);
    assert_eq!(browser.ask(Method::GET, "/auth/session", None).await.expect(200)["valid"], false);
    let before = browser.cookie(REFRESH).to_owned();
    browser.ask(Method::POST, "/auth/refresh", None).await.expect(200);
    assert_ne!(browser.cookie(REFRESH), before, "it rotates");
    assert_eq!(browser.ask(Method::GET, "/auth/session", None).await.expect(200)["valid"], true);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_takes_its_cookies_back() {
    for everywhere in [false, true] {
        let mut browser = browser().await;
        signed_up(&mut browser).await;
        let stolen = browser.cookie(REFRESH).to_owned();
        let path = if everywhere { "/auth/logout/all" } else { "/auth/logout" };
        browser.ask(Method::POST, path, None).await.expect(204);
        assert_eq!(browser.cookie_names(), [DEVICE]);
        let api = Product::shared().await.api();
        api.post("/auth/refresh", &json!({ "refresh_token": stolen })).await.refused("TOKEN_REVOKED", 401);
    }
}

#[tokio::test]
async fn ending_the_own_session_by_id_takes_its_cookies_back() {
    let mut browser = browser().await;
    signed_up(&mut browser).await;
    let sessions = browser.ask(Method::GET, "/auth/sessions", None).await.expect(200);
    let path = format!("/auth/sessions/{}", sessions["sessions"][0]["id"].as_str().unwrap());
    browser.ask(Method::DELETE, &path, None).await.expect(204);
    assert_eq!(browser.cookie_names(), [DEVICE]);
}

#[tokio::test]
async fn a_session_that_was_ended_elsewhere_leaves_the_browser_at_its_next_refresh() {
    let mut browser = browser().await;
    let (email, _) = signed_up(&mut browser).await;
    let api = Product::shared().await.api();
    let answer = api.post("/auth/login", &json!({ "email": email, "password": PASSWORD })).await.expect(200);
    let token = answer["tokens"]["access_token"].as_str();
    api.json(Method::POST, "/auth/logout/all", token, None).await.expect(204);
    browser.ask(Method::POST, "/auth/refresh", None).await.refused("TOKEN_REVOKED", 401);
    assert_eq!(browser.cookie_names(), [DEVICE]);
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing() {
    let mut browser = browser().await;
    let (email, answer) = signed_up(&mut browser).await;
    let personal = format!("/orgs/{}", answer["organization"]["id"].as_str().unwrap());
    let sign_in = json!({ "email": email, "password": PASSWORD, "session": "cookie" });
    let pages: [&[(&str, &str)]; 7] = [
        &[],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        &[("sec-fetch-site", "same-site"), ("origin", "https://acceptance.test.evil")],
        &[("origin", "http://acceptance.test")],
        &[("origin", "https://shop.example.evil")],
        &[("origin", "null")],
        &[("sec-fetch-site", "none")],
    ];
    for page in pages {
        for (method, path, body) in [
            (Method::PUT, personal.as_str(), Some(json!({ "city": "Rome" }))),
            (Method::POST, "/me/orgs", Some(json!({ "name": "Evil" }))),
            (Method::POST, "/auth/refresh", None),
            (Method::POST, "/auth/logout", None),
            (Method::POST, "/auth/logout/all", None),
            (Method::POST, "/auth/login", Some(sign_in.clone())),
        ] {
            let answer = browser.ask_from(page, method, path, body.as_ref()).await;
            assert!(answer.header("set-cookie").is_none(), "{page:?} {answer:?}");
            answer.refused("FORBIDDEN", 403);
        }
    }
    let organizations = browser.ask(Method::GET, "/me/orgs", None).await.expect(200);
    assert_eq!(organizations["organizations"].as_array().unwrap().len(), 1);
    for page in [[("origin", APP)], [("origin", "https://acceptance.test")]] {
        let rename = json!({ "city": "Rome" });
        browser.ask_from(&page, Method::PUT, &personal, Some(&rename)).await.expect(200);
    }
}

#[tokio::test]
async fn pages_of_an_app_read_answers_and_others_do_not() {
    let mut browser = browser().await;
    let allowed = |answer: &Answer| answer.header("access-control-allow-origin").map(str::to_owned);
    for (origin, may_read) in [
        (APP, true),
        ("http://localhost:5173", true),
        ("https://shop.example.evil", false),
        ("http://shop.example", false),
        ("https://shop.example:8443", false),
        ("http://localhost:5174", false),
        ("null", false),
    ] {
        let expected = may_read.then(|| origin.to_owned());
        let answer = browser.ask_from(&[("origin", origin)], Method::GET, "/auth/session", None).await;
        assert_eq!((allowed(&answer), answer.header("vary")), (expected.clone(), Some("origin")), "{origin}");
        let preflight = [("origin", origin), ("access-control-request-method", "PUT")];
        let answer = browser.ask_from(&preflight, Method::OPTIONS, "/auth/me", None).await;
        assert_eq!((allowed(&answer), answer.status), (expected, if may_read { 204 } else { 405 }), "{origin}");
    }
}

#[tokio::test]
async fn a_doubled_cookie_is_no_session() {
    let mut browser = browser().await;
    signed_up(&mut browser).await;
    let doubled = format!("{ACCESS}={}; {ACCESS}=somebody.elses.token", browser.cookie(ACCESS));
    let mut confused = Browser::new(&Product::shared().await.api());
    let page = [("sec-fetch-site", "same-origin"), ("cookie", doubled.as_str())];
    confused.ask_from(&page, Method::GET, "/auth/me", None).await.refused("TOKEN_INVALID", 401);
    browser.ask(Method::GET, "/auth/me", None).await.expect(200);
}

#[tokio::test]
async fn a_script_that_was_lent_a_token_gets_nothing_that_outlives_it() {
    let mut browser = browser().await;
    let (email, answer) = signed_up(&mut browser).await;
    let api = Product::shared().await.api();
    let choice = json!({ "organization_id": answer["organization"]["id"] });
    let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    let lent = browser.ask(Method::POST, "/auth/token", Some(&choice)).await.expect(200);
    let lent = lent["access_token"].as_str().expect("a token for a second tab");
    api.json(Method::GET, "/auth/me", Some(lent), None).await.expect(200);

    let (as_bearer, as_cookie) = (format!("Bearer {lent}"), format!("{ACCESS}={lent}"));
    for (path, body) in [("/auth/switch-org", &choice), ("/auth/token", &choice), ("/auth/password/change", &change)] {
        let beside_the_cookies = [("sec-fetch-site", "same-origin"), ("authorization", as_bearer.as_str())];
        let in_the_page = browser.ask_from(&beside_the_cookies, Method::POST, path, Some(body)).await;
        let as_a_browser = [("sec-fetch-site", "same-origin"), ("cookie", as_cookie.as_str())];
        let carried_away = Browser::new(&api).ask_from(&as_a_browser, Method::POST, path, Some(body)).await;
        let carried_away_as_bearer = api.json(Method::POST, path, Some(lent), Some(body)).await;
        for answer in [in_the_page, carried_away, carried_away_as_bearer] {
            assert!(answer.header("set-cookie").is_none(), "{answer:?}");
            answer.refused("FORBIDDEN", 403);
        }
    }

    for (path, body) in [("/auth/switch-org", &choice), ("/auth/token", &choice), ("/auth/password/change", &change)] {
        browser.ask(Method::POST, path, Some(body)).await.expect(200);
    }
    browser.ask(Method::POST, "/auth/refresh", None).await.expect(200);
    api.post("/auth/login", &json!({ "email": email, "password": NEW_PASSWORD })).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_out_of_its_cookie_renews_nothing_and_signs_out() {
    let mut browser = browser().await;
    signed_up(&mut browser).await;
    let api = Product::shared().await.api();
    let stolen = json!({ "refresh_token": browser.cookie(REFRESH) });
    api.post("/auth/refresh", &stolen).await.refused("FORBIDDEN", 403);
    browser.ask(Method::POST, "/auth/refresh", None).await.expect(200);
    let stolen = json!({ "refresh_token": browser.cookie(REFRESH) });
    api.post("/auth/logout", &stolen).await.expect(204);
    browser.ask(Method::POST, "/auth/refresh", None).await.refused("TOKEN_REVOKED", 401);
}

#[tokio::test]
async fn a_session_of_a_client_with_tokens_takes_no_cookies() {
    let mut browser = browser().await;
    let (email, answer) = signed_up(&mut browser).await;
    let api = Product::shared().await.api();
    let own = api.post("/auth/login", &json!({ "email": email, "password": PASSWORD })).await.expect(200);
    let [access, refresh] = ["access_token", "refresh_token"].map(|name| own["tokens"][name].as_str().unwrap());
    let cookies = format!("{ACCESS}={access}; {REFRESH}={refresh}");
    let page = [("sec-fetch-site", "same-origin"), ("cookie", cookies.as_str())];
    let choice = json!({ "organization_id": answer["organization"]["id"] });
    for (path, body) in [("/auth/switch-org", Some(&choice)), ("/auth/token", Some(&choice)), ("/auth/refresh", None)] {
        let answer = Browser::new(&api).ask_from(&page, Method::POST, path, body).await;
        answer.refused("FORBIDDEN", 403);
    }
    api.json(Method::POST, "/auth/switch-org", Some(access), Some(&choice)).await.expect(200);
    api.post("/auth/refresh", &json!({ "refresh_token": refresh })).await.expect(200);
}
