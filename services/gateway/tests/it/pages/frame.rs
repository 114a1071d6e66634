//! What goes around every page: headers, files, and where a secret is and is not.

use service_kit::{ErrorReason, Refusal};

use super::*;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

#[tokio::test]
async fn every_page_carries_exactly_these_headers() {
    let api = house().await;
    let pages = [
        open(&api, "/", "").await,
        open(&api, &invitation(), &signed_in(&api)).await,
        open(&api, "/forgot-password", "").await,
        open(&api, "/join/nothing", "").await,
        post(&api, &action(&invitation(), "sign-in"), "", &[]).await,
    ];
    for page in &pages {
        let mut headers: Vec<_> =
            page.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        headers.retain(|(name, _)| !["date", "content-length", "x-request-id"].contains(name));
        headers.sort_unstable();
        let expected = [
            ("cache-control", "no-store"),
            ("content-security-policy", POLICY),
            ("content-type", "text/html; charset=utf-8"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
        ];
        assert_eq!(headers, expected, "{}", page.text);
    }
}

#[tokio::test]
async fn no_site_reads_a_page_of_ours_not_even_an_apps() {
    let api = house().await;
    let request = api.request(Method::GET, &invitation()).header("origin", crate::api::APP_ORIGIN);
    let answer = send(request).await;
    assert_eq!(answer.status, 200);
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{:?}", answer.headers);
    let preflight = api.request(Method::OPTIONS, &action(&invitation(), "accept"));
    let preflight = preflight.header("origin", crate::api::APP_ORIGIN).header("access-control-request-method", "POST");
    assert_eq!(send(preflight).await.status, 405);
}

#[tokio::test]
async fn the_style_and_the_icon_are_kept_for_good_under_names_of_their_content() {
    let api = house().await;
    let page = open(&api, "/", "").await.text;
    for (extension, kind) in [("css", "text/css; charset=utf-8"), ("svg", "image/svg+xml")] {
        let named = page.split('"').find(|part| part.starts_with("/pages/") && part.ends_with(extension)).unwrap();
        let file = open(&api, named, "").await;
        assert_eq!((file.status, &file.headers["content-type"]), (200, &kind.parse().unwrap()));
        assert_eq!(file.headers["cache-control"], "public, max-age=31536000, immutable");
        assert!(!set_cookies(&file).iter().any(|line| !line.is_empty()));
    }
}

#[tokio::test]
async fn a_secret_is_in_no_header_but_the_way_back_to_its_own_page() {
    let api = house().await;
    let mailed = format!("?token={TOKEN}");
    let mut answers = vec![
        open(&api, &invitation(), &signed_in(&api)).await,
        open(&api, &join(), "").await,
        open(&api, &format!("/verify-email{mailed}"), "").await,
        open(&api, &format!("/reset-password{mailed}"), "").await,
        post(&api, &action(&invitation(), "accept"), &signed_in(&api), &[("as", &as_user())]).await,
        post(&api, &action(&invitation(), "decline"), &signed_in(&api), &[("as", &as_user())]).await,
        post(&api, &action(&invitation(), "sign-in"), "", &[]).await,
    ];
    api.stub.refuses(PREVIEW, Refusal::new(ErrorReason::InviteExpired, "Over."));
    answers.push(open(&api, &invitation(), "").await);
    for answer in &answers {
        for (name, value) in &answer.headers {
            assert!(!value.to_str().unwrap().contains(TOKEN), "{name}: {value:?}");
        }
    }
    let back = post(&api, &action(&invitation(), "sign-out"), "", &[]).await;
    assert_eq!(leads_to(&back), invitation(), "no scheme and no host, so to no other site");
}

#[tokio::test]
async fn people_go_on_to_the_app_or_to_the_first_page() {
    let api = house().await;
    let path = action(&invitation(), "accept");
    let joined = post(&api, &path, &signed_in(&api), &[("as", &as_user())]).await;
    let found = organizations::GetOrganizationResponse { organization: Some(organization()) };
    api.stub.answers("organizations.v1.OrganizationService/GetOrganization", found);
    let page = open(&api, leads_to(&joined), &signed_in(&api)).await;
    let link = format!("href=\"{}\">Continue to shop.example</a>", crate::api::APP_URL);
    shows(&page, 200, &["You belong to <bdi>Acme</bdi>", &link]);
}
