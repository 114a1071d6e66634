//! Signing in and making an account on a page.

use std::time::Duration;

use contracts::invitations::v1::{RegisterInviteeRequest, RegisterInviteeResponse};
use http::HeaderMap;
use service_kit::{ErrorReason, Refusal};
use tonic::Status;

use super::*;
use crate::cookies::plan_sign_ins;
use crate::samples::{access, tokens};

const PASSWORD: &str = "seven violet otters";
const CREDENTIALS: [(&str, &str); 2] = [("email", " alice@example.com "), ("password", PASSWORD)];

async fn signing_in() -> Api {
    let api = house().await;
    plan_sign_ins(&api, &tokens());
    let registered = identity::RegisterResponse {
        user: Some(user()),
        access: Some(access()),
        tokens: Some(tokens()),
        verification_email_sent: true,
        device_token: "device".to_owned(),
        user_id: USER.to_string(),
    };
    api.stub.answers(REGISTER, RegisterInviteeResponse { registered: Some(registered) });
    api
}

fn names_of_cookies(answer: &Answer) -> Vec<&str> {
    set_cookies(answer).into_iter().filter_map(|line| line.split('=').next()).collect()
}

const OF_A_SESSION: [&str; 4] = [ACCESS, REFRESH, SIGNED_IN, "__Secure-guildhall_device"];

#[tokio::test]
async fn signing_in_leads_back_to_the_page_with_the_session_in_cookies() {
    let api = signing_in().await;
    for page in [invitation(), join(), "/".to_owned()] {
        let cookies = "__Secure-guildhall_device=known";
        let answer = post(&api, &action(&page, "sign-in"), cookies, &CREDENTIALS).await;
        assert_eq!(leads_to(&answer), page);
        assert_eq!(names_of_cookies(&answer), OF_A_SESSION);
        let (metadata, asked): (HeaderMap, identity::LoginRequest) = api.stub.last(LOGIN);
        assert_eq!((asked.email.as_str(), asked.password.as_str()), ("alice@example.com", PASSWORD));
        assert_eq!((asked.in_cookies, asked.remember_me, asked.device_token.as_str()), (true, false, "known"));
        assert_eq!(metadata["guildhall-client-address"], "127.0.0.1");
    }
}

#[tokio::test]
async fn whoever_wants_to_be_remembered_says_so() {
    let api = signing_in().await;
    let fields = [CREDENTIALS.as_slice(), &[("remember", "yes")]].concat();
    post(&api, &action("/", "sign-in"), "", &fields).await;
    let (_, asked): (HeaderMap, identity::LoginRequest) = api.stub.last(LOGIN);
    assert!(asked.remember_me);
}

#[tokio::test]
async fn a_wrong_password_brings_the_page_back_with_all_but_the_password() {
    let api = signing_in().await;
    let message = "The e-mail address and password do not belong together; check both.";
    api.stub.refuses(LOGIN, Refusal::new(ErrorReason::InvalidCredentials, message));
    let fields = [CREDENTIALS.as_slice(), &[("remember", "yes")]].concat();

    let page = post(&api, &action(&invitation(), "sign-in"), "", &fields).await;

    shows(&page, 403, &["<title>Error: Join Acme", "value=\"alice@example.com\"", " checked>", "role=\"alert\""]);
    let described = "aria-describedby=\"sign-in-password-error\" aria-invalid=\"true\"";
    shows(&page, 403, &["id=\"sign-in-password-error\"", described, message, "href=\"#sign-in-password\""]);
    hides(&page, &[PASSWORD]);
    assert!(set_cookies(&page).is_empty());
    assert!(!page.headers.contains_key("www-authenticate"));
}

#[tokio::test]
async fn an_empty_field_is_told_without_asking() {
    let api = signing_in().await;
    let page = post(&api, &action("/", "sign-in"), "", &[("email", " ")]).await;
    shows(&page, 400, &["Enter your e-mail address.", "Enter your password."]);
    let page = post(&api, &action(&join(), "sign-up"), "", &[("email", "a@b.example")]).await;
    shows(
        &page,
        400,
        &["Choose a password.", "value=\"a@b.example\"", "name=\"account\" open>\n  <summary>I am new here"],
    );
    assert_eq!(api.stub.called(), [PREVIEW_LINK]);
}

#[tokio::test]
async fn too_many_tries_and_outages_keep_the_form() {
    let api = signing_in().await;
    let often = Refusal::new(ErrorReason::RateLimited, "Too many wrong passwords; wait 30 seconds and try again.");
    api.stub.refuses(LOGIN, often.retry_after(Duration::from_secs(30)));
    let page = post(&api, &action(&invitation(), "sign-in"), "", &CREDENTIALS).await;
    shows(&page, 429, &["wait 30 seconds", "value=\"alice@example.com\""]);
    assert_eq!(page.headers["retry-after"], "30");
    for (form, rpc) in [("sign-in", LOGIN), ("sign-up", REGISTER)] {
        api.stub.refuses(rpc, Status::unavailable("nobody is there"));
        let page = post(&api, &action(&invitation(), form), "", &CREDENTIALS).await;
        shows(&page, 503, &["Nothing is half done; try again in a moment.", "value=\"alice@example.com\""]);
        assert_eq!(page.headers["retry-after"], "1");
    }
}

#[tokio::test]
async fn an_account_is_made_with_the_secret_of_the_page_and_signs_in() {
    let api = signing_in().await;
    let fields = [CREDENTIALS.as_slice(), &[("name", " Alice ")]].concat();
    for page in [invitation(), join()] {
        let answer = post(&api, &action(&page, "sign-up"), "", &fields).await;
        assert_eq!(leads_to(&answer), page);
        assert_eq!(names_of_cookies(&answer), OF_A_SESSION);
        let (_, asked): (HeaderMap, RegisterInviteeRequest) = api.stub.last(REGISTER);
        let registration = asked.registration.unwrap();
        assert_eq!(asked.invite_token, TOKEN);
        assert_eq!((registration.email.as_str(), registration.password.as_str()), ("alice@example.com", PASSWORD));
        assert_eq!((registration.display_name.as_deref(), registration.in_cookies), (Some("Alice"), true));
    }
    assert_eq!(post(&api, &action("/", "sign-up"), "", &fields).await.status, 404, "not without an offer");
}

#[tokio::test]
async fn a_refused_account_says_why_beside_the_field() {
    let api = signing_in().await;
    let mismatch = Refusal::new(ErrorReason::InviteEmailMismatch, "Another.").with("invited_email", "b***@example.com");
    let violations = vec![
        ("email".to_owned(), "must be one plain mailbox".to_owned()),
        ("display_name".to_owned(), "must have at most 100 characters".to_owned()),
    ];
    for (refusal, status, texts) in [
        (
            Refusal::new(ErrorReason::WeakPassword, "The password is too easy."),
            400,
            vec!["id=\"sign-up-password-error\"", "The password is too easy."],
        ),
        (
            Refusal::new(ErrorReason::UserAlreadyExists, "Sign in instead."),
            409,
            vec!["id=\"sign-up-email-error\"", "Sign in instead."],
        ),
        (mismatch, 403, vec!["id=\"sign-up-email-error\"", "sent to b***@example.com"]),
        (
            Refusal::invalid(violations),
            400,
            vec!["The e-mail address must be one plain mailbox.", "Your name must have at most 100 characters."],
        ),
        (
            Refusal::new(ErrorReason::Forbidden, "Sign-up is closed here."),
            403,
            vec!["role=\"alert\"", "Sign-up is closed here."],
        ),
    ] {
        api.stub.refuses(REGISTER, refusal);
        let fields = [CREDENTIALS.as_slice(), &[("name", "Alice")]].concat();
        let page = post(&api, &action(&invitation(), "sign-up"), "", &fields).await;
        shows(&page, status, &texts);
        shows(&page, status, &["value=\"Alice\"", "name=\"account\" open>\n  <summary>I am new here"]);
        hides(&page, &[PASSWORD]);
    }
}

#[tokio::test]
async fn an_offer_that_is_over_by_then_takes_no_account() {
    let api = signing_in().await;
    let over = || Refusal::new(ErrorReason::InviteLinkExhausted, "Used up.");
    api.stub.refuses(REGISTER, over());
    api.stub.refuses(PREVIEW_LINK, over());
    shows(&post(&api, &action(&join(), "sign-up"), "", &CREDENTIALS).await, 410, &["This link is used up"]);
}

#[tokio::test]
async fn where_sign_up_tells_nothing_the_mail_tells_how_to_go_on() {
    let api = signing_in().await;
    let mailed = identity::RegisterResponse { verification_email_sent: true, ..identity::RegisterResponse::default() };
    api.stub.answers(REGISTER, RegisterInviteeResponse { registered: Some(mailed) });
    let answer = post(&api, &action(&invitation(), "sign-up"), "", &CREDENTIALS).await;
    assert_eq!(leads_to(&answer), format!("{}?mail=sent", invitation()));
    assert!(set_cookies(&answer).is_empty());
    shows(&open(&api, leads_to(&answer), "").await, 200, &["role=\"status\"", "A mail is on its way to you."]);
}
