//! Forgetting a password and choosing another.

use http::HeaderMap;
use service_kit::{ErrorReason, Refusal};

use super::*;

const ASK: &str = "identity.v1.PasswordService/RequestPasswordReset";
const RESET: &str = "identity.v1.PasswordService/ResetPassword";
const LOGOUT: &str = "identity.v1.AuthenticationService/Logout";
const CHOICE: &str = "nine quiet ferries";

#[tokio::test]
async fn a_link_is_mailed_and_nothing_tells_whether_there_is_an_account() {
    let api = house().await;
    api.stub.answers(ASK, identity::RequestPasswordResetResponse {});
    shows(&open(&api, "/forgot-password", "").await, 200, &["autocomplete=\"username\""]);
    let answer = post(&api, &action("/", "forgot-password"), "", &[("email", " a@b.example ")]).await;
    let (metadata, asked): (HeaderMap, identity::RequestPasswordResetRequest) = api.stub.last(ASK);
    assert_eq!(asked.email, "a@b.example");
    assert_eq!(metadata["guildhall-client-address"], "127.0.0.1");
    shows(&open(&api, leads_to(&answer), "").await, 200, &["Look into your mail", "If this address has an account"]);
}

#[tokio::test]
async fn an_address_that_is_none_comes_back_with_what_was_typed() {
    let api = house().await;
    let path = action("/", "forgot-password");
    shows(&post(&api, &path, "", &[]).await, 400, &["Enter your e-mail address."]);
    let violation = vec![("email".to_owned(), "must be one plain mailbox".to_owned())];
    api.stub.refuses(ASK, Refusal::invalid(violation));
    let page = post(&api, &path, "", &[("email", "hanna")]).await;
    shows(&page, 400, &["The e-mail address must be one plain mailbox.", "value=\"hanna\"", "forgot-email-error"]);
    api.stub.refuses(ASK, Refusal::new(ErrorReason::RateLimited, "That was too often; wait 9 minutes."));
    shows(&post(&api, &path, "", &[("email", "a@b.example")]).await, 429, &["wait 9 minutes"]);
}

#[tokio::test]
async fn a_new_password_ends_the_session_of_this_browser_too() {
    let api = house().await;
    api.stub.answers(RESET, identity::ResetPasswordResponse { position: 3 });
    api.stub.answers(LOGOUT, identity::LogoutResponse { position: 4 });
    let page = open(&api, &format!("/reset-password?token={TOKEN}"), "").await;
    shows(&page, 200, &["autocomplete=\"new-password\"", "At least 15 characters", &format!("value=\"{TOKEN}\"")]);

    let fields = [("token", TOKEN), ("password", CHOICE)];
    let answer = post(&api, &action("/", "reset-password"), &to_renew(), &fields).await;

    assert_eq!(cleared(&answer), [ACCESS, REFRESH, SIGNED_IN]);
    assert_eq!(api.stub.called(), [RESET, LOGOUT]);
    let (_, asked): (HeaderMap, identity::ResetPasswordRequest) = api.stub.last(RESET);
    assert_eq!((asked.token.as_str(), asked.new_password.as_str()), (TOKEN, CHOICE));
    shows(&open(&api, leads_to(&answer), "").await, 200, &["Your new password is set", "href=\"/\">Sign in"]);
}

#[tokio::test]
async fn a_password_that_is_refused_is_said_beside_its_field_and_the_link_stays() {
    let api = house().await;
    let path = action("/", "reset-password");
    let page = post(&api, &path, "", &[("token", TOKEN)]).await;
    shows(&page, 400, &["Choose a password.", &format!("value=\"{TOKEN}\"")]);
    api.stub.refuses(RESET, Refusal::new(ErrorReason::WeakPassword, "The password is too easy to guess."));
    let page = post(&api, &path, "", &[("token", TOKEN), ("password", CHOICE)]).await;
    shows(&page, 400, &["id=\"new-password-error\"", "too easy to guess", &format!("value=\"{TOKEN}\"")]);
    hides(&page, &[CHOICE]);
}

#[tokio::test]
async fn a_dead_link_leads_to_a_new_one() {
    let api = house().await;
    for cut in ["", "?token=cut-off"] {
        let page = open(&api, &format!("/reset-password{cut}"), "").await;
        shows(&page, 400, &["This link no longer works", "Ask for a new link"]);
    }
    api.stub.refuses(RESET, Refusal::new(ErrorReason::LinkInvalid, "Dead."));
    let page = post(&api, &action("/", "reset-password"), "", &[("token", TOKEN), ("password", CHOICE)]).await;
    shows(&page, 400, &["This link no longer works", "href=\"/forgot-password\""]);
}
