//! What visitors are told when something does not work.

use std::time::Duration;

use reqwest::Method;
use service_kit::{ErrorReason, Refusal};
use tonic::Status;

use super::*;

fn refusal(reason: ErrorReason) -> Refusal {
    Refusal::new(reason, "One sentence.")
}

#[tokio::test]
async fn every_way_in_which_an_offer_is_over_has_its_status_and_its_words() {
    let api = house().await;
    for (reason, status, words) in [
        (ErrorReason::InviteNotFound, 404, "This link leads nowhere"),
        (ErrorReason::InviteExpired, 410, "has expired"),
        (ErrorReason::InviteRevoked, 410, "no longer counts"),
        (ErrorReason::InviteLinkExhausted, 410, "This link is used up"),
        (ErrorReason::InviteAlreadyUsed, 409, "This invitation has been answered"),
        (ErrorReason::OrganizationSuspended, 403, "This organization is suspended"),
        (ErrorReason::InternalError, 500, "Something went wrong"),
    ] {
        api.stub.refuses(PREVIEW, refusal(reason));
        api.stub.refuses(PREVIEW_LINK, refusal(reason));
        for page in [invitation(), join()] {
            for cookies in [String::new(), signed_in(&api)] {
                shows(&open(&api, &page, &cookies).await, status, &[words, "<title>"]);
            }
        }
    }
}

#[tokio::test]
async fn every_cause_of_a_void_offer_is_explained_and_one_that_nobody_knows_in_general() {
    let api = house().await;
    for (cause, words) in [
        ("withdrawn", "It was withdrawn."),
        ("superseded", "A newer invitation was sent"),
        ("inviter_left", "is no longer a member"),
        ("inviter_lost_permission", "may no longer invite"),
        ("role_gone", "no longer exists"),
        ("role_above_inviter", "has become more than"),
        ("organization_gone", "The organization no longer exists"),
        ("turned_off", "turned off at the moment"),
        ("eaten_by_a_dog", "withdrawn, replaced, or may no longer be given"),
    ] {
        api.stub.refuses(PREVIEW, refusal(ErrorReason::InviteRevoked).with("cause", cause));
        shows(&open(&api, &invitation(), "").await, 410, &[words]);
        api.stub.refuses(ACCEPT, refusal(ErrorReason::InviteRevoked).with("cause", cause));
        let path = action(&invitation(), "accept");
        shows(&post(&api, &path, &signed_in(&api), &[("as", &as_user())]).await, 410, &[words]);
    }
}

#[tokio::test]
async fn what_cannot_be_a_token_is_not_asked_about_and_not_repeated() {
    let api = house().await;
    for token in ["x", "%3Cscript%3E", "..%2F..", "%FF", &"A".repeat(44), &"A".repeat(2000)] {
        for path in [format!("/invitations/{token}"), format!("/join/{token}")] {
            let page = open(&api, &path, "").await;
            shows(&page, 404, &["This link leads nowhere"]);
            hides(&page, &["<script", "AAAA"]);
        }
        let path = format!("{ACTIONS}/invitations/{token}/accept");
        shows(&post(&api, &path, &signed_in(&api), &[]).await, 404, &["This link leads nowhere"]);
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn an_answer_that_is_refused_says_what_to_do() {
    let api = house().await;
    let path = action(&invitation(), "accept");
    for (reason, status, words) in [
        (ErrorReason::EmailNotVerified, 403, vec!["First confirm your address", "Send the mail again", "Try again"]),
        (ErrorReason::AlreadyAMember, 409, vec!["You are a member already", "Continue to shop.example"]),
        (ErrorReason::UserSuspended, 403, vec!["This account is suspended", "Use another account"]),
        (ErrorReason::NotOrganizationMember, 403, vec!["Your membership is suspended"]),
        (ErrorReason::Conflict, 409, vec!["does not work right now", "Try again"]),
    ] {
        api.stub.refuses(ACCEPT, refusal(reason));
        shows(&post(&api, &path, &signed_in(&api), &[("as", &as_user())]).await, status, &words);
    }
}

#[tokio::test]
async fn an_invitation_of_another_address_shows_it_masked_and_a_way_to_switch() {
    let api = house().await;
    let mismatch = refusal(ErrorReason::InviteEmailMismatch).with("invited_email", "b***@example.com");
    api.stub.refuses(ACCEPT, mismatch);
    let path = action(&invitation(), "accept");
    let page = post(&api, &path, &signed_in(&api), &[("as", &as_user())]).await;
    let switch = action(&invitation(), "sign-out");
    let texts = ["sent to b***@example.com, and you are signed in as ", &switch];
    shows(&page, 403, &texts);
}

#[tokio::test]
async fn too_many_tries_say_when_it_works_again() {
    let api = house().await;
    let often = refusal(ErrorReason::RateLimited).retry_after(Duration::from_millis(89_001));
    api.stub.refuses(PREVIEW, often);
    let page = open(&api, &invitation(), "").await;
    shows(&page, 429, &["Too many tries", "works again in 90 seconds", &format!("href=\"{}\"", invitation())]);
    assert_eq!(page.headers["retry-after"], "90");
}

#[tokio::test]
async fn a_service_that_is_away_is_told_as_such() {
    let api = house().await;
    for (rpc, cookies) in [(PREVIEW, String::new()), (GET_ME, signed_in(&api))] {
        api.stub.refuses(rpc, Status::unavailable("nobody is there"));
        let page = open(&api, &invitation(), &cookies).await;
        shows(&page, 503, &["does not work right now", "Nothing is half done", "Try again"]);
        assert_eq!(page.headers["retry-after"], "1");
        hides(&page, &["nobody is there"]);
    }
}

#[tokio::test]
async fn a_silent_service_ends_in_a_page_too() {
    let api = house().await;
    api.stub.stays_silent(PREVIEW);
    let page = send(api.request(Method::GET, &invitation()).header("grpc-timeout", "50m")).await;
    shows(&page, 504, &["does not work right now", "trying again is safe"]);
}

#[tokio::test]
async fn a_fault_of_ours_shows_no_words_of_its_own_and_a_number_to_report() {
    let api = house().await;
    api.stub.refuses(PREVIEW, Status::internal("SELECT secret FROM invitations"));
    let request = api.request(Method::GET, &invitation()).header("x-request-id", "my-request-7");
    let page = send(request).await;
    shows(&page, 500, &["Something went wrong", "<code>my-request-7</code>"]);
    hides(&page, &["SELECT"]);
}

#[tokio::test]
async fn there_are_no_other_pages() {
    let api = house().await;
    for path in ["/done/anything", "/done/%FF"] {
        shows(&open(&api, path, "").await, 404, &["There is nothing here"]);
    }
    for path in ["/pages/style.css", "/pages/%FF"] {
        assert_eq!(open(&api, path, "").await.code(), "NOT_FOUND");
    }
    assert_eq!(open(&api, "/nowhere", "").await.code(), "NOT_FOUND");
    assert_eq!(send(api.request(Method::POST, &invitation())).await.code(), "METHOD_NOT_ALLOWED");
}
