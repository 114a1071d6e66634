//! What the pages of invitations and links show, to whom.

use contracts::identity::v1 as identity;
use contracts::invitations::v1 as invitations;
use contracts::organizations::v1::OrgRole;
use http::HeaderMap;
use reqwest::Method;
use service_kit::{ErrorReason, Refusal};

use super::*;

#[tokio::test]
async fn an_invitation_says_who_invites_to_what_and_until_when() {
    let api = house().await;

    let page = open(&api, &invitation(), "").await;

    let texts = ["<h1>Join <bdi>Acme</bdi></h1>", "<bdi>Alice</bdi> invites you", "a <strong>member</strong>"];
    shows(&page, 200, &texts);
    shows(&page, 200, &["<title>Join Acme · Acme accounts</title>", "1 January 2026, 12:00 UTC"]);
    let (_, asked): (HeaderMap, invitations::PreviewInvitationRequest) = api.stub.last(PREVIEW);
    assert_eq!(asked.token, TOKEN);
}

#[tokio::test]
async fn an_inviter_without_a_name_is_nobody_and_an_owner_is_told() {
    let api = house().await;
    let owner = invitations::PreviewInvitationResponse { role: OrgRole::Owner.into(), ..preview("Acme", "") };
    api.stub.answers(PREVIEW, owner);
    let page = open(&api, &invitation(), "").await;
    shows(&page, 200, &["You are invited to become an <strong>owner</strong>"]);
}

#[tokio::test]
async fn whoever_is_not_signed_in_can_sign_in_or_make_an_account_right_there() {
    let api = house().await;
    for page in [invitation(), join()] {
        let shown = open(&api, &page, "").await;
        for form in ["sign-in", "sign-up"] {
            shows(&shown, 200, &[&format!("action=\"{}\"", action(&page, form))]);
        }
        shows(&shown, 200, &["autocomplete=\"current-password\"", "autocomplete=\"new-password\"", "At least 15 char"]);
        shows(&shown, 200, &["href=\"/forgot-password\""]);
        hides(&shown, &["Accept", "Decline", "<script", "/join\""]);
    }
}

#[tokio::test]
async fn whoever_is_signed_in_sees_as_whom_and_answers() {
    let api = house().await;

    let token = api.token();
    let page = open(&api, &invitation(), &with_token(&token)).await;

    shows(&page, 200, &["Signed in as", "alice@example.com", "Accept", "Decline", "Use another account"]);
    for form in ["accept", "decline", "sign-out"] {
        shows(&page, 200, &[&action(&invitation(), form)]);
    }
    hides(&page, &["type=\"password\""]);
    let (metadata, _): (HeaderMap, identity::GetMeRequest) = api.stub.last(GET_ME);
    assert_eq!(metadata["authorization"], format!("Bearer {token}"));

    let page = open(&api, &join(), &signed_in(&api)).await;
    shows(&page, 200, &["Signed in as", &action(&join(), "join")]);
    hides(&page, &["Accept", "Decline"]);
}

#[tokio::test]
async fn an_address_that_is_not_proven_is_to_be_proven_before_an_invitation_is_accepted() {
    let api = house().await;
    api.stub.answers(GET_ME, identity::GetMeResponse { user: Some(user()) });

    let page = open(&api, &invitation(), &signed_in(&api)).await;

    shows(&page, 200, &["look into your mail", "alice@example.com", "Send the mail again", "Use another account"]);
    hides(&page, &["Accept", "Decline"]);
    // A link takes anybody.
    shows(&open(&api, &join(), &signed_in(&api)).await, 200, &[&action(&join(), "join")]);
}

#[tokio::test]
async fn whoever_was_signed_in_may_go_on_as_before() {
    let api = house().await;

    let page = open(&api, &invitation(), &format!("{SIGNED_IN}=1")).await;

    shows(&page, 200, &["You were signed in here", &action(&invitation(), "continue")]);
    shows(&page, 200, &[&action(&invitation(), "sign-out")]);
    hides(&page, &["type=\"password\"", "Accept"]);
}

#[tokio::test]
async fn credentials_that_are_no_good_are_as_good_as_none() {
    let api = house().await;
    let token = api.token();
    let bad = [format!("{ACCESS}=nonsense"), format!("{ACCESS}={token}; {ACCESS}={token}"), format!("{ACCESS}=")];
    for cookies in bad {
        shows(&open(&api, &invitation(), &cookies).await, 200, &["I have an account"]);
    }
    let bearer = api.request(Method::GET, &invitation()).bearer_auth(api.token());
    shows(&send(bearer).await, 200, &["I have an account"]);
    api.stub.refuses(GET_ME, Refusal::new(ErrorReason::TokenRevoked, "Sign in again."));
    shows(&open(&api, &invitation(), &signed_in(&api)).await, 200, &["I have an account"]);
}

#[tokio::test]
async fn looking_changes_nothing_whoever_looks() {
    let api = house().await;
    let mailed = format!("?token={TOKEN}");
    let pages = [
        "/".to_owned(),
        invitation(),
        join(),
        format!("/verify-email{mailed}"),
        format!("/confirm-email{mailed}"),
        format!("/reset-password{mailed}"),
        "/forgot-password".to_owned(),
        "/done/email-confirmed".to_owned(),
        "/done/declined".to_owned(),
        action(&invitation(), "accept"),
        action(&join(), "join"),
        action("/", "verify-email"),
    ];
    let cookies = format!("{}; {REFRESH}=kept", signed_in(&api));
    for page in &pages {
        for method in [Method::GET, Method::HEAD] {
            let request = api.request(method.clone(), page).header("cookie", &cookies);
            let answer = send(request).await;
            assert!([200, 303].contains(&answer.status), "{method} {page}: {} {}", answer.status, answer.text);
        }
    }
    let reading = [PREVIEW, PREVIEW_LINK, GET_ME, MY_ORGANIZATIONS];
    for called in api.stub.called() {
        assert!(reading.contains(&called.as_str()), "looking made {called}");
    }
}

#[tokio::test]
async fn the_address_of_a_form_leads_to_its_page() {
    let api = house().await;
    for (form, page) in [
        (action(&invitation(), "accept"), invitation()),
        (action(&join(), "sign-in"), join()),
        (action("/", "sign-in"), "/".to_owned()),
        (action("/", "verify-email"), "/".to_owned()),
    ] {
        assert_eq!(leads_to(&open(&api, &form, "").await), page);
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn services_learn_where_a_visitor_is() {
    let api = house().await;
    let request = api.request(Method::GET, &invitation()).header("user-agent", "Firefox");
    send(request).await;
    let (metadata, _): (HeaderMap, invitations::PreviewInvitationRequest) = api.stub.last(PREVIEW);
    assert_eq!(
        (&metadata["guildhall-client-address"], &metadata["guildhall-client-agent"]),
        (&"127.0.0.1".parse().unwrap(), &"Firefox".parse().unwrap())
    );
}
