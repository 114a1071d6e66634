//! Accepting, declining and joining.

use http::HeaderMap;
use service_kit::{ErrorReason, Refusal};

use super::*;
use crate::api::ORGANIZATION;
use crate::samples::tokens;

/// The forms that answer, the RPC that each makes, and where it leads.
fn answers() -> [(String, String, &'static str, String); 3] {
    let joined = format!("/joined/{ORGANIZATION}");
    [
        (invitation(), "accept".to_owned(), ACCEPT, joined.clone()),
        (invitation(), "decline".to_owned(), DECLINE, "/done/declined".to_owned()),
        (join(), "join".to_owned(), JOIN, joined),
    ]
}

#[tokio::test]
async fn an_answer_is_given_in_the_name_of_whoever_is_signed_in() {
    let api = house().await;
    let token = api.token();
    for (page, form, rpc, next) in answers() {
        let answer = post(&api, &action(&page, &form), &with_token(&token), &[("as", &as_user())]).await;
        assert_eq!(leads_to(&answer), next);
        let (metadata, asked): (HeaderMap, invitations::AcceptInvitationByTokenRequest) = api.stub.last(rpc);
        assert_eq!(asked.token, TOKEN);
        assert_eq!(metadata["authorization"], format!("Bearer {token}"));
    }
}

#[tokio::test]
async fn a_session_whose_token_ran_out_is_renewed_on_the_way() {
    let api = house().await;
    let refreshed = identity::RefreshResponse { user: Some(proven_user()), access: None, tokens: Some(tokens()) };
    api.stub.answers(REFRESHING, refreshed);
    for (page, form, rpc, next) in answers() {
        let answer = post(&api, &action(&page, &form), &to_renew(), &[("as", &as_user())]).await;
        assert_eq!(leads_to(&answer), next);
        assert!(set_cookies(&answer)[0].starts_with(&format!("{ACCESS}=access; ")), "{:?}", answer.headers);
        let (_, asked): (HeaderMap, identity::RefreshRequest) = api.stub.last(REFRESHING);
        assert_eq!((asked.refresh_token.as_str(), asked.by_cookie), ("kept", true));
        let (metadata, _): (HeaderMap, invitations::AcceptInvitationByTokenRequest) = api.stub.last(rpc);
        assert_eq!(metadata["authorization"], "Bearer access");
    }
    api.stub.refuses(ACCEPT, Refusal::new(ErrorReason::AlreadyAMember, "There already."));
    let answer = post(&api, &action(&invitation(), "accept"), &to_renew(), &[("as", &as_user())]).await;
    shows(&answer, 409, &["You are a member already"]);
    assert_eq!(set_cookies(&answer).len(), 3, "the former refresh token is spent, whatever came of the answer");
}

#[tokio::test]
async fn whoever_is_not_signed_in_any_more_is_asked_to_sign_in() {
    let api = house().await;
    for (page, form, rpc, _) in answers() {
        let answer = post(&api, &action(&page, &form), "", &[("as", &as_user())]).await;
        shows(&answer, 403, &["You are no longer signed in", "I have an account"]);
        api.stub.refuses(REFRESHING, Refusal::new(ErrorReason::TokenRevoked, "Over."));
        let answer = post(&api, &action(&page, &form), &to_renew(), &[("as", &as_user())]).await;
        shows(&answer, 403, &["You are no longer signed in"]);
        assert_eq!(cleared(&answer), [ACCESS, REFRESH, SIGNED_IN]);
        assert!(!api.stub.called().contains(&rpc.to_owned()));
    }
    api.stub.refuses(ACCEPT, Refusal::new(ErrorReason::TokenRevoked, "The account is gone."));
    let answer = post(&api, &action(&invitation(), "accept"), &signed_in(&api), &[("as", &as_user())]).await;
    shows(&answer, 403, &["You are no longer signed in", "I have an account"]);
}

#[tokio::test]
async fn nobody_answers_as_somebody_else_than_the_page_said() {
    let api = house().await;
    for (page, form, rpc, _) in answers() {
        for other in ["", "somebody", &ORGANIZATION.to_string()] {
            let answer = post(&api, &action(&page, &form), &signed_in(&api), &[("as", other)]).await;
            shows(&answer, 409, &["@example.com now. Look again", "Signed in as"]);
        }
        assert!(!api.stub.called().contains(&rpc.to_owned()));
    }
}

#[tokio::test]
async fn an_organization_is_shown_to_its_members_alone() {
    let api = house().await;
    const GET: &str = "organizations.v1.OrganizationService/GetOrganization";
    let joined = format!("/joined/{ORGANIZATION}");
    shows(&open(&api, &joined, "").await, 200, &["<h1>Sign in</h1>"]);
    api.stub.refuses(GET, Refusal::new(ErrorReason::OrganizationNotFound, "None."));
    shows(&open(&api, &joined, &signed_in(&api)).await, 404, &["There is no such organization"]);
    shows(&open(&api, "/joined/nothing", &signed_in(&api)).await, 404, &["There is no such organization"]);
}
