//! Invitations and links: what is asked of the service, and what is made of its answers.

use contracts::invitations::v1::{
    CreateInvitationsRequest, CreateInvitationsResponse, FieldViolation, InvitationRefusal, InvitationResult,
    ResendInvitationRequest, ResendInvitationResponse, SetInviteLinkActiveRequest, SetInviteLinkActiveResponse,
};
use contracts::organizations::v1::OrgRole;
use http::HeaderMap;
use reqwest::Method;
use serde_json::json;
use service_kit::{ErrorReason, Refusal};

use crate::api::{Api, ORGANIZATION, USER};
use crate::samples::{invitation, invitation_json, invite_link, invite_link_json};

fn path(rest: &str) -> String {
    format!("/api/v1/orgs/{ORGANIZATION}{rest}")
}

#[tokio::test]
async fn many_addresses_get_a_result_each_in_the_words_of_whole_answers() {
    let api = Api::start().await;
    let refused = |reason: &str| InvitationRefusal {
        reason: reason.to_owned(),
        message: "No.".to_owned(),
        ..InvitationRefusal::default()
    };
    let violation = FieldViolation { field: "emails[1]".to_owned(), description: "is none".to_owned() };
    let results = vec![
        InvitationResult {
            email: "Bob@example.com".to_owned(),
            invitation: Some(invitation()),
            token: "secret".to_owned(),
            refusal: None,
        },
        InvitationResult {
            email: "x".to_owned(),
            refusal: Some(InvitationRefusal { violations: vec![violation], ..refused("VALIDATION_ERROR") }),
            ..InvitationResult::default()
        },
        InvitationResult {
            email: "y".to_owned(),
            refusal: Some(InvitationRefusal {
                retry_after: Some(prost_types::Duration { seconds: 4, nanos: 1 }),
                ..refused("RATE_LIMITED")
            }),
            ..InvitationResult::default()
        },
    ];
    let answer = CreateInvitationsResponse { results };
    api.stub.answers("invitations.v1.InvitationService/CreateInvitations", answer);
    let body =
        json!({ "emails": ["Bob@example.com", "x", "y"], "role": "owner", "expires_at": "2030-01-31T12:00:00Z" });

    let answer = api.post(&path("/invitations"), &body).await;

    let mut created = invitation_json();
    created["token"] = json!("secret");
    let details = json!({ "fields": [{ "field": "emails[1]", "message": "is none" }] });
    let expected = json!({ "results": [
        { "email": "Bob@example.com", "invitation": created },
        { "email": "x", "error": { "code": "VALIDATION_ERROR", "message": "No.", "details": details } },
        { "email": "y", "error": { "code": "RATE_LIMITED", "message": "No.", "details": { "retry_after": 5 } } },
    ] });
    assert_eq!((answer.status, answer.json()), (200, expected));
    let (_, asked): (HeaderMap, CreateInvitationsRequest) =
        api.stub.last("invitations.v1.InvitationService/CreateInvitations");
    assert_eq!((asked.emails.len(), asked.role()), (3, OrgRole::Owner));
    assert_eq!(asked.expires_at.unwrap().seconds, 1_896_091_200);
}

#[tokio::test]
async fn one_address_or_many_and_not_both() {
    let api = Api::start().await;
    for body in [json!({}), json!({ "role": "member" }), json!({ "email": "a@b.cd", "emails": ["a@b.cd"] })] {
        let answer = api.post(&path("/invitations"), &body).await;
        assert_eq!(answer.violation().0, "email", "{body}");
    }
    for (body, field) in [(json!({ "emails": "a@b.cd" }), "emails"), (json!({ "emails": [7] }), "emails[0]")] {
        assert_eq!(api.post(&path("/invitations"), &body).await.violation().0, field);
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn an_invitation_sent_again_is_answered_like_a_new_one() {
    let api = Api::start().await;
    let sent = ResendInvitationResponse { invitation: Some(invitation()), token: "secret".to_owned() };
    api.stub.answers("invitations.v1.InvitationService/ResendInvitation", sent);

    let answer = api.post(&path(&format!("/invitations/{USER}/resend")), &json!({})).await;

    let mut expected = invitation_json();
    expected["token"] = json!("secret");
    assert_eq!((answer.status, answer.json()), (200, expected));
    let (_, asked): (HeaderMap, ResendInvitationRequest) =
        api.stub.last("invitations.v1.InvitationService/ResendInvitation");
    assert_eq!((asked.organization_id, asked.invitation_id), (ORGANIZATION.to_string(), USER.to_string()));
}

#[tokio::test]
async fn a_link_is_turned_off_and_answers_how_it_stands() {
    let api = Api::start().await;
    let mut off = invite_link();
    off.is_active = false;
    let answer = SetInviteLinkActiveResponse { invite_link: Some(off) };
    api.stub.answers("invitations.v1.InviteLinkService/SetInviteLinkActive", answer);

    let link = path(&format!("/invite-links/{USER}"));
    let answer = api.call(Method::PUT, &link, &json!({ "is_active": false })).await;

    let mut expected = invite_link_json();
    expected["is_active"] = json!(false);
    assert_eq!((answer.status, answer.json()), (200, expected));
    let (_, asked): (HeaderMap, SetInviteLinkActiveRequest) =
        api.stub.last("invitations.v1.InviteLinkService/SetInviteLinkActive");
    assert_eq!((asked.invite_link_id, asked.is_active), (USER.to_string(), false));
    assert_eq!(api.call(Method::PUT, &link, &json!({})).await.violation().0, "is_active");
}

#[tokio::test]
async fn the_cause_of_a_void_invitation_is_among_the_details() {
    let api = Api::start().await;
    let refusal = Refusal::new(ErrorReason::InviteRevoked, "Ask for a new one.").with("cause", "inviter_left");
    api.stub.refuses("invitations.v1.InvitationService/PreviewInvitation", refusal);

    let answer = api.get_as_nobody("/api/v1/invitations/a-token").await;

    assert_eq!((answer.status, answer.code().as_str()), (410, "INVITE_REVOKED"));
    assert_eq!(answer.json()["error"]["details"], json!({ "cause": "inviter_left" }));
}
