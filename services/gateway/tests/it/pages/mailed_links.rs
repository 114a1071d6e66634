//! The links in mails that prove an address.

use contracts::invitations::v1::AdmitProvenResponse;
use http::HeaderMap;
use service_kit::{ErrorReason, Refusal};

use super::*;

const VERIFY: &str = "identity.v1.AccountService/VerifyEmail";
const CONFIRM: &str = "identity.v1.AccountService/ConfirmEmailChange";
const ADMIT: &str = "invitations.v1.AdmissionService/AdmitProven";

#[tokio::test]
async fn a_mailed_link_opens_a_button_and_asks_nobody() {
    let api = house().await;
    for (path, button) in [("/verify-email", "Confirm this address"), ("/confirm-email", "Use this address")] {
        let page = open(&api, &format!("{path}?token={TOKEN}"), &signed_in(&api)).await;
        shows(&page, 200, &[button, &format!("name=\"token\" value=\"{TOKEN}\""), &format!("{ACTIONS}{path}")]);
        let twice = format!("?token={TOKEN}&token={TOKEN}");
        for cut in ["", "?token=", "?token=cut-off", "?token=%3Cscript%3E", "?other=1", "?token=%FF", &twice] {
            let page = open(&api, &format!("{path}{cut}"), "").await;
            shows(&page, 400, &["This link no longer works"]);
            hides(&page, &["<script", "cut-off"]);
        }
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn the_button_proves_the_address_and_has_what_waited_for_it_accepted() {
    let api = house().await;
    api.stub.answers(VERIFY, identity::VerifyEmailResponse { user: Some(proven_user()) });
    api.stub.answers(ADMIT, AdmitProvenResponse { joined: 1 });

    let answer = post(&api, &action("/", "verify-email"), "", &[("token", TOKEN)]).await;

    assert_eq!(api.stub.called(), [VERIFY, ADMIT]);
    let (_, asked): (HeaderMap, identity::VerifyEmailRequest) = api.stub.last(VERIFY);
    assert_eq!(asked.token, TOKEN);
    shows(&open(&api, leads_to(&answer), "").await, 200, &["Your address is confirmed", "Sign in"]);
    let page = open(&api, leads_to(&answer), &signed_in(&api)).await;
    shows(&page, 200, &["Your address is confirmed", "<bdi>Acme</bdi>", "Continue to shop.example"]);
}

#[tokio::test]
async fn a_dead_link_is_told_and_whoever_clicks_twice_is_not_frightened() {
    let api = house().await;
    api.stub.refuses(VERIFY, Refusal::new(ErrorReason::LinkInvalid, "Dead."));
    let path = action("/", "verify-email");
    shows(&post(&api, &path, "", &[("token", TOKEN)]).await, 400, &["This link no longer works", "Sign in, and"]);
    assert_eq!(leads_to(&post(&api, &path, &signed_in(&api), &[("token", TOKEN)]).await), "/done/email-confirmed");
    api.stub.answers(GET_ME, identity::GetMeResponse { user: Some(user()) });
    let page = post(&api, &path, &signed_in(&api), &[("token", TOKEN)]).await;
    shows(&page, 400, &["This link no longer works", "Have another mail sent"]);
    assert_eq!(leads_to(&open(&api, "/done/email-confirmed", &signed_in(&api)).await), "/", "it is not");
}

#[tokio::test]
async fn a_new_address_is_taken_in_the_name_of_whoever_is_signed_in_or_of_nobody() {
    let api = house().await;
    api.stub.answers(CONFIRM, identity::ConfirmEmailChangeResponse { user: Some(proven_user()), position: 5 });
    let (path, token) = (action("/", "confirm-email"), api.token());
    for (cookies, authorization) in [(String::new(), None), (with_token(&token), Some(format!("Bearer {}", token)))] {
        let answer = post(&api, &path, &cookies, &[("token", TOKEN)]).await;
        assert_eq!(leads_to(&answer), "/done/address-changed");
        let (metadata, asked): (HeaderMap, identity::ConfirmEmailChangeRequest) = api.stub.last(CONFIRM);
        assert_eq!(asked.token, TOKEN);
        assert_eq!(metadata.get("authorization").map(|value| value.to_str().unwrap().to_owned()), authorization);
    }
    shows(&open(&api, "/done/address-changed", "").await, 200, &["Your address was changed"]);
    api.stub.refuses(CONFIRM, Refusal::new(ErrorReason::UserAlreadyExists, "Taken."));
    shows(&post(&api, &path, "", &[("token", TOKEN)]).await, 409, &["This address is taken"]);
}
