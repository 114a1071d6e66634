//! What the routes of a person's own account answer.

use contracts::audit::v1::AuditEntry;
use contracts::billing::v1 as billing;
use contracts::identity::v1 as identity;
use contracts::invitations::v1 as invitations;
use contracts::organizations::v1 as organizations;
use http::HeaderMap;
use reqwest::Method;
use serde_json::json;

use crate::api::{Api, ORGANIZATION, USER};
use crate::samples::{
    INSTANT, instant, invitation, invitation_json, organization, tokens, tokens_json, user, user_json,
};

#[tokio::test]
async fn a_sign_up_that_tells_nothing_is_accepted_and_an_invitee_signs_up_through_invitations() {
    let api = Api::start().await;
    let mailed = identity::RegisterResponse { verification_email_sent: true, ..Default::default() };
    api.stub.answers("identity.v1.AuthenticationService/Register", mailed.clone());
    let body = json!({ "email": "alice@example.com", "password": "p" });
    let answer = api.post("/api/v1/auth/register", &body).await;
    assert_eq!((answer.status, answer.json()), (202, json!({ "verification_email_sent": true })));

    let registered = invitations::RegisterInviteeResponse { registered: Some(mailed) };
    api.stub.answers("invitations.v1.AdmissionService/RegisterInvitee", registered);
    let body = json!({ "email": "alice@example.com", "password": "p", "invite_token": "t" });
    assert_eq!(api.post("/api/v1/auth/register", &body).await.status, 202);
    let (_, sent): (HeaderMap, invitations::RegisterInviteeRequest) =
        api.stub.last("invitations.v1.AdmissionService/RegisterInvitee");
    assert_eq!((sent.invite_token.as_str(), sent.registration.unwrap().email.as_str()), ("t", "alice@example.com"));
}

#[tokio::test]
async fn names_are_changed_and_null_removes_one() {
    let api = Api::start().await;
    api.stub.answers("identity.v1.AccountService/UpdateMe", identity::UpdateMeResponse { user: Some(user()) });
    let answer = api.call(Method::PATCH, "/api/v1/auth/me", &json!({ "first_name": null, "last_name": "B" })).await;
    assert_eq!((answer.status, &answer.json()["user_id"]), (200, &json!(USER)));
    let (_, sent): (HeaderMap, identity::UpdateMeRequest) = api.stub.last("identity.v1.AccountService/UpdateMe");
    assert_eq!((sent.first_name.as_deref(), sent.last_name.as_deref()), (Some(""), Some("B")));
    assert_eq!(sent.display_name, None);
}

#[tokio::test]
async fn an_export_holds_what_every_service_keeps() {
    let api = Api::start().await;
    let session = identity::SessionRecord {
        id: USER.to_string(),
        app_code: "shop".to_owned(),
        active_organization_id: ORGANIZATION.to_string(),
        user_agent: Some("Firefox".to_owned()),
        created_at: instant(),
        last_activity_at: instant(),
        expires_at: instant(),
        ..Default::default()
    };
    let account = identity::ExportMeResponse {
        user: Some(user()),
        pending_email: None,
        sessions: vec![session],
        actions: vec![],
    };
    api.stub.answers("identity.v1.AccountService/ExportMe", account);
    let listed = organizations::ListMyOrganizationsResponse::default();
    api.stub.answers("organizations.v1.OrganizationService/ListMyOrganizations", listed);
    let action = AuditEntry {
        id: USER.to_string(),
        created_at: instant(),
        actor: USER.to_string(),
        action: "member.left".to_owned(),
        details_json: "{}".to_owned(),
        ..Default::default()
    };
    let actions = organizations::ListMyActionsResponse { entries: vec![action], next_page_token: String::new() };
    api.stub.answers("organizations.v1.AuditService/ListMyActions", actions);
    api.stub
        .answers("invitations.v1.InvitationAuditService/ListMyActions", invitations::ListMyActionsResponse::default());
    api.stub.answers("billing.v1.BillingAuditService/ListMyActions", billing::ListMyActionsResponse::default());
    let kept = invitations::ExportMyInvitationsResponse { sent: vec![invitation()], ..Default::default() };
    api.stub.answers("invitations.v1.InvitationService/ExportMyInvitations", kept);

    let answer = api.get("/api/v1/me/export").await;

    let expected = json!({
        "user": user_json(), "organizations": [], "invitations_received": [], "invite_links": [],
        "invitations_sent": [invitation_json()],
        "actions": [{
            "id": USER, "created_at": INSTANT, "actor": USER, "action": "member.left", "target_kind": "", "target_id": "",
            "details": {},
        }],
        "sessions": [{
            "id": USER, "app_code": "shop", "active_organization_id": ORGANIZATION, "user_agent": "Firefox",
            "is_remembered": false, "in_cookies": false, "created_at": INSTANT, "last_activity_at": INSTANT, "expires_at": INSTANT,
        }],
    });
    assert_eq!((answer.status, answer.json()), (200, expected));
}

#[tokio::test]
async fn an_export_of_very_large_organizations_ends_before_it_fills_the_memory() {
    let api = Api::start().await;
    let account = identity::ExportMeResponse { user: Some(user()), ..Default::default() };
    api.stub.answers("identity.v1.AccountService/ExportMe", account);
    let large = organizations::Organization { name: "x".repeat(3 * 1024 * 1024), ..organization() };
    let entry = organizations::MyOrganization {
        organization: Some(large),
        status: organizations::MemberStatus::Active.into(),
        role: organizations::OrgRole::Member.into(),
        joined_at: instant(),
        ..Default::default()
    };
    let listed =
        organizations::ListMyOrganizationsResponse { organizations: vec![entry], next_page_token: "more".to_owned() };
    api.stub.answers("organizations.v1.OrganizationService/ListMyOrganizations", listed);
    api.stub.answers("organizations.v1.AuditService/ListMyActions", organizations::ListMyActionsResponse::default());
    api.stub
        .answers("invitations.v1.InvitationAuditService/ListMyActions", invitations::ListMyActionsResponse::default());
    api.stub.answers("billing.v1.BillingAuditService/ListMyActions", billing::ListMyActionsResponse::default());
    let kept = invitations::ExportMyInvitationsResponse::default();
    api.stub.answers("invitations.v1.InvitationService/ExportMyInvitations", kept);

    let answer = api.get("/api/v1/me/export").await;

    assert_eq!((answer.status, answer.json()["organizations"].as_array().unwrap().len()), (200, 6));
}

#[tokio::test]
async fn a_proven_address_answers_its_user_and_a_resent_mail_answers_nothing() {
    let api = Api::start().await;
    api.stub.answers("identity.v1.AccountService/VerifyEmail", identity::VerifyEmailResponse { user: Some(user()) });
    api.stub.answers("identity.v1.AccountService/ResendVerification", identity::ResendVerificationResponse {});

    let verified = api.post("/api/v1/auth/verify-email", &json!({ "token": "t" })).await;
    let resent = api.post("/api/v1/auth/verify-email/resend", &json!({ "email": "a@example.com" })).await;

    assert_eq!((verified.status, verified.json()), (200, json!({ "user": user_json() })));
    let (_, admitted): (HeaderMap, invitations::AdmitProvenRequest) =
        api.stub.last("invitations.v1.AdmissionService/AdmitProven");
    assert_eq!(admitted.user_id, USER.to_string(), "what was signed up with is accepted now");
    assert_eq!((resent.status, resent.json()), (200, json!({})));
}

#[tokio::test]
async fn passwords_are_changed_and_reset() {
    let api = Api::start().await;
    let device_token = "device".to_owned();
    let changed = identity::ChangePasswordResponse { tokens: Some(tokens()), position: 4, device_token };
    api.stub.answers("identity.v1.PasswordService/ChangePassword", changed);
    api.stub
        .answers("identity.v1.PasswordService/RequestPasswordReset", identity::RequestPasswordResetResponse::default());
    api.stub.answers("identity.v1.PasswordService/ResetPassword", identity::ResetPasswordResponse { position: 5 });

    let choice = json!({ "current_password": "a", "new_password": "b" });
    let changed = api.post("/api/v1/auth/password/change", &choice).await;
    let asked = api.post("/api/v1/auth/password/reset-request", &json!({ "email": "a@example.com" })).await;
    let reset = api.post("/api/v1/auth/password/reset", &json!({ "token": "t", "new_password": "b" })).await;

    assert_eq!((changed.status, changed.json()), (200, json!({ "tokens": tokens_json(), "device_token": "device" })));
    assert_eq!(changed.headers["guildhall-position"], "i:4");
    assert_eq!((asked.status, asked.json()), (200, json!({})));
    assert_eq!((reset.status, reset.json()), (200, json!({})));
    assert_eq!(reset.headers["guildhall-position"], "i:5");
}

#[tokio::test]
async fn an_address_is_changed_in_two_steps() {
    let api = Api::start().await;
    api.stub.answers("identity.v1.AccountService/RequestEmailChange", identity::RequestEmailChangeResponse {});
    let confirmed = identity::ConfirmEmailChangeResponse { user: Some(user()), position: 6 };
    api.stub.answers("identity.v1.AccountService/ConfirmEmailChange", confirmed);

    let wish = json!({ "new_email": "b@example.com", "current_password": "a" });
    let asked = api.post("/api/v1/auth/email/change", &wish).await;
    let confirmed = api.post("/api/v1/auth/email/confirm", &json!({ "token": "t" })).await;

    assert_eq!((asked.status, asked.json()), (200, json!({})));
    assert_eq!((confirmed.status, confirmed.json()), (200, json!({ "user": user_json() })));
    assert_eq!(confirmed.headers["guildhall-position"], "i:6");
}
