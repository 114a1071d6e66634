//! Forms act when they were sent from our pages, and never else.

use super::*;
use crate::api::{APP_ORIGIN, OWN_ORIGIN};

const FORM: &str = "__Host-guildhall_form";
const OTHER: &str = "Zyxwvutsrqponmlkjihgfedcba0123456789-_AbCdE";

/// Every form, with what it takes to act.
fn forms() -> Vec<String> {
    let of_offers = [invitation(), join()]
        .into_iter()
        .flat_map(|page| ["sign-in", "sign-up", "sign-out", "continue", "send-again"].map(|name| action(&page, name)));
    let answers = [action(&invitation(), "accept"), action(&invitation(), "decline"), action(&join(), "join")];
    let others = [
        "sign-in",
        "sign-out",
        "continue",
        "send-again",
        "verify-email",
        "confirm-email",
        "reset-password",
        "forgot-password",
    ];
    of_offers.chain(answers).chain(others.map(|name| action("/", name))).collect()
}

fn with(request: reqwest::RequestBuilder, headers: &[(&str, &str)]) -> reqwest::RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

async fn sent(api: &Api, path: &str, headers: &[(&str, &str)], proof: &str) -> Answer {
    let user = as_user();
    let fields = [
        ("as", user.as_str()),
        ("token", TOKEN),
        ("email", "alice@example.com"),
        ("password", "seven violet otters"),
        ("proof", proof),
    ];
    send(filled(with(api.request(Method::POST, path), headers), &fields)).await
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing_whatever_it_is() {
    let api = house().await;
    let cookies = format!("{}; {REFRESH}=kept; {FORM}={TOKEN}", signed_in(&api));
    let foreign: [&[(&str, &str)]; 9] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", APP_ORIGIN)],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        &[("origin", "null")],
        &[("origin", OWN_ORIGIN)],
        &[("origin", APP_ORIGIN)],
        &[("origin", "https://evil.example")],
    ];
    for path in forms() {
        for page in foreign {
            let headers = [page, &[("cookie", cookies.as_str())]].concat();
            for proof in ["", OTHER, "nonsense"] {
                let answer = sent(&api, &path, &headers, proof).await;
                shows(&answer, 403, &["This was not sent from its page"]);
                assert!(set_cookies(&answer).iter().all(|line| line.starts_with(FORM)), "{path} {page:?}");
            }
        }
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn a_browser_that_says_where_a_form_is_from_needs_no_more() {
    let api = house().await;
    let headers = [("sec-fetch-site", "same-origin"), ("origin", "null"), ("cookie", &signed_in(&api))];
    assert!(leads_to(&sent(&api, &action(&invitation(), "accept"), &headers, "").await).starts_with("/joined/"));
    assert!(set_cookies(&open(&api, &invitation(), "").await).is_empty(), "and gets no cookie for it");
}

#[tokio::test]
async fn an_older_browser_shows_it_by_a_cookie_that_its_form_repeats() {
    let api = house().await;
    let page = send(api.request(Method::GET, &invitation()).header("cookie", signed_in(&api))).await;
    let [cookie] = set_cookies(&page)[..] else { panic!("one cookie, not {:?}", page.headers) };
    let (value, attributes) = cookie.strip_prefix(FORM).unwrap()[1..].split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax");
    shows(&page, 200, &[&format!("name=\"proof\" value=\"{value}\"")]);
    let cookies = format!("{}; {FORM}={value}", signed_in(&api));

    let again = send(api.request(Method::GET, &invitation()).header("cookie", &cookies)).await;
    shows(&again, 200, &[&format!("name=\"proof\" value=\"{value}\"")]);
    assert!(set_cookies(&again).is_empty(), "one value does for all forms");

    let path = action(&invitation(), "accept");
    for origin in [None, Some("null"), Some(OWN_ORIGIN)] {
        let mut headers = vec![("cookie", cookies.as_str())];
        headers.extend(origin.map(|origin| ("origin", origin)));
        assert!(leads_to(&sent(&api, &path, &headers, value).await).starts_with("/joined/"));
    }
    let before = api.stub.calls();
    let foreign = [("cookie", cookies.as_str()), ("origin", "https://evil.example")];
    shows(&sent(&api, &path, &foreign, value).await, 403, &["not sent from its page"]);
    let doubled = [("cookie", cookies.as_str()), ("cookie", &format!("{FORM}={value}"))];
    shows(&sent(&api, &path, &doubled, value).await, 403, &["not sent from its page"]);
    assert_eq!(api.stub.calls(), before);
}

#[tokio::test]
async fn what_is_no_form_is_refused() {
    let api = house().await;
    let ours = || api.request(Method::POST, &action("/", "sign-in")).header("sec-fetch-site", "same-origin");
    shows(&send(ours().json(&serde_json::json!({ "email": "a" }))).await, 415, &["takes forms alone"]);
    shows(&send(ours()).await, 415, &["takes forms alone"]);
    let large = "a".repeat(64 * 1024);
    shows(&send(filled(ours(), &[("email", &large)])).await, 413, &["64 KiB"]);
    shows(&send(filled(ours(), &[("email", &large[..2049])])).await, 400, &["too long"]);
    shows(&send(filled(ours(), &[("email", "a"), ("email", "b")])).await, 400, &["twice"]);
    shows(&send(filled(ours(), &[("email", "a\0b")])).await, 400, &["cannot be read"]);
    let names: Vec<String> = (0..33).map(|number| format!("field{number}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    shows(&send(filled(ours(), &many)).await, 400, &["too many"]);
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn fields_that_a_browser_adds_do_no_harm() {
    let api = house().await;
    let fields = [("as", as_user()), ("added-by-an-extension", "x".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = post(&api, &action(&invitation(), "accept"), &signed_in(&api), &fields).await;
    assert!(leads_to(&answer).starts_with("/joined/"));
}
