//! What successful requests answer.

use contracts::billing::v1 as billing;
use contracts::identity::v1 as identity;
use contracts::invitations::v1 as invitations;
use contracts::organizations::v1 as organizations;
use contracts::organizations::v1::OrgRole;
use reqwest::Method;
use serde_json::json;

use crate::api::{Api, ORGANIZATION, USER};
use crate::samples::{
    INSTANT, access, instant, invitation, invitation_json, invite_link, invite_link_json, member, member_json,
    organization, organization_json, role, role_json, subscription, subscription_json, tokens, tokens_json, user,
    user_json,
};

#[tokio::test]
async fn registering_answers_the_account_its_organization_and_tokens() {
    let api = Api::start().await;
    let answer = identity::RegisterResponse {
        user: Some(user()),
        access: Some(access()),
        tokens: Some(tokens()),
        verification_email_sent: true,
        device_token: "device".to_owned(),
        user_id: USER.to_string(),
    };
    api.stub.answers("identity.v1.AuthenticationService/Register", answer);

    let answer = api.post("/api/v1/auth/register", &json!({ "email": "alice@example.com", "password": "p" })).await;

    assert_eq!(answer.status, 201);
    let expected = json!({
        "user": user_json(), "organization": organization_json(), "tokens": tokens_json(),
        "verification_email_sent": true, "device_token": "device",
    });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn login_and_refresh_answer_alike() {
    let api = Api::start().await;
    let (user, access, tokens) = (Some(user()), Some(access()), Some(tokens()));
    let login = identity::LoginResponse {
        user: user.clone(),
        access: access.clone(),
        tokens: tokens.clone(),
        device_token: "device".to_owned(),
    };
    api.stub.answers("identity.v1.AuthenticationService/Login", login);
    api.stub.answers("identity.v1.AuthenticationService/Refresh", identity::RefreshResponse { user, access, tokens });
    let refreshed = json!({
        "user": user_json(), "organization": organization_json(), "tokens": tokens_json(),
        "roles": ["org_owner"], "permissions": ["org:read"],
    });
    let mut signed_in = refreshed.clone();
    signed_in["device_token"] = json!("device");

    let login = api.post("/api/v1/auth/login", &json!({ "email": "alice@example.com", "password": "p" })).await;
    let refresh = api.post("/api/v1/auth/refresh", &json!({ "refresh_token": "r" })).await;

    assert_eq!((login.status, login.json()), (200, signed_in));
    assert_eq!((refresh.status, refresh.json()), (200, refreshed));
}

#[tokio::test]
async fn switching_answers_tokens_and_rights_and_a_token_beside_answers_itself() {
    let api = Api::start().await;
    let switched = identity::SwitchOrganizationResponse { tokens: Some(tokens()), access: Some(access()) };
    api.stub.answers("identity.v1.AuthenticationService/SwitchOrganization", switched);
    let issued =
        identity::IssueTokenResponse { access_token: "access".to_owned(), expires_in: 300, expires_at: instant() };
    api.stub.answers("identity.v1.AuthenticationService/IssueToken", issued);
    let body = json!({ "organization_id": ORGANIZATION });

    let switched = api.post("/api/v1/auth/switch-org", &body).await;
    let issued = api.post("/api/v1/auth/token", &body).await;

    let expected = json!({
        "tokens": tokens_json(), "active_org_id": ORGANIZATION, "org_role": "owner", "roles": ["org_owner"],
        "permissions": ["org:read"], "subscription": subscription_json(),
    });
    assert_eq!((switched.status, switched.json()), (200, expected));
    let expected =
        json!({ "access_token": "access", "token_type": "Bearer", "expires_in": 300, "expires_at": INSTANT });
    assert_eq!((issued.status, issued.json()), (200, expected));
}

#[tokio::test]
async fn my_account_is_flat_with_what_the_token_says() {
    let api = Api::start().await;
    api.stub.answers("identity.v1.AccountService/GetMe", identity::GetMeResponse { user: Some(user()) });
    let mut expected = user_json();
    expected["user_id"] = json!(USER);
    expected["permissions"] = json!(["org:read"]);
    expected["active_org_id"] = json!(ORGANIZATION);
    expected["org_role"] = json!("member");

    let answer = api.get("/api/v1/auth/me").await;

    assert_eq!((answer.status, answer.json()), (200, expected));
}

#[tokio::test]
async fn organizations_are_listed_created_and_changed() {
    let api = Api::start().await;
    let mine = organizations::MyOrganization {
        organization: Some(organization()),
        status: organizations::MemberStatus::Active.into(),
        role: OrgRole::Owner.into(),
        roles: vec![role()],
        joined_at: instant(),
    };
    let listed = organizations::ListMyOrganizationsResponse { organizations: vec![mine], next_page_token: "n".into() };
    api.stub.answers("organizations.v1.OrganizationService/ListMyOrganizations", listed);
    let created = organizations::CreateOrganizationResponse { organization: Some(organization()) };
    api.stub.answers("organizations.v1.OrganizationService/CreateOrganization", created);
    let mut changed = organization();
    changed.profile = Some(organizations::OrganizationProfile {
        website: Some("https://acme.test".to_owned()),
        metadata: None,
        ..organizations::OrganizationProfile::default()
    });
    let changed = organizations::UpdateOrganizationResponse { organization: Some(changed) };
    api.stub.answers("organizations.v1.OrganizationService/UpdateOrganization", changed);

    let listed = api.get("/api/v1/me/orgs").await;
    let created = api.post("/api/v1/me/orgs", &json!({ "name": "Acme" })).await;
    let path = format!("/api/v1/orgs/{ORGANIZATION}");
    let changed = api.call(Method::PUT, &path, &json!({ "website": "https://acme.test" })).await;

    let entry = json!({
        "organization": organization_json(), "status": "active", "role": "owner", "roles": [role_json()],
        "joined_at": INSTANT,
    });
    assert_eq!(listed.json(), json!({ "organizations": [entry], "next_page_token": "n" }));
    assert_eq!((created.status, created.json()), (201, organization_json()));
    let mut expected = organization_json();
    expected["website"] = json!("https://acme.test");
    assert_eq!((changed.status, changed.json()), (200, expected));
}

#[tokio::test]
async fn metadata_goes_in_and_comes_out_as_it_was() {
    let api = Api::start().await;
    let metadata =
        json!({ "whole": 7, "large": 9_007_199_254_740_991_i64, "half": 0.5, "deep": [{ "a": [null, true] }] });
    let path = format!("/api/v1/orgs/{ORGANIZATION}");
    let echoed = organizations::UpdateOrganizationResponse { organization: Some(organization()) };
    api.stub.answers("organizations.v1.OrganizationService/UpdateOrganization", echoed);
    api.call(Method::PUT, &path, &json!({ "metadata": metadata })).await;
    let (_, sent): (_, organizations::UpdateOrganizationRequest) =
        api.stub.last("organizations.v1.OrganizationService/UpdateOrganization");
    let stored = organizations::Organization { profile: sent.profile, ..organization() };
    let read = organizations::GetOrganizationResponse { organization: Some(stored) };
    api.stub.answers("organizations.v1.OrganizationService/GetOrganization", read);

    let answer = api.get(&path).await;

    assert_eq!(answer.json()["metadata"], metadata);
}

#[tokio::test]
async fn members_and_roles_have_their_shapes() {
    let api = Api::start().await;
    let members = organizations::ListMembersResponse { members: vec![member()], next_page_token: String::new() };
    api.stub.answers("organizations.v1.MembershipService/ListMembers", members);
    let roles = organizations::ListRolesResponse { roles: vec![role()], next_page_token: String::new() };
    api.stub.answers("organizations.v1.RoleService/ListRoles", roles);

    let members = api.get(&format!("/api/v1/orgs/{ORGANIZATION}/members")).await;
    let roles = api.get(&format!("/api/v1/orgs/{ORGANIZATION}/roles")).await;

    assert_eq!(members.json(), json!({ "members": [member_json()], "next_page_token": "" }));
    assert_eq!(roles.json(), json!({ "roles": [role_json()], "next_page_token": "" }));
}

#[tokio::test]
async fn a_new_invitation_and_a_new_link_show_their_token_once() {
    let api = Api::start().await;
    let created = invitations::CreateInvitationResponse { invitation: Some(invitation()), token: "secret".to_owned() };
    api.stub.answers("invitations.v1.InvitationService/CreateInvitation", created);
    let listed =
        invitations::ListInvitationsResponse { invitations: vec![invitation()], next_page_token: String::new() };
    api.stub.answers("invitations.v1.InvitationService/ListInvitations", listed);
    let link = invitations::CreateInviteLinkResponse {
        invite_link: Some(invite_link()),
        token: "secret".to_owned(),
        url: "https://guildhall.test/join/secret".to_owned(),
    };
    api.stub.answers("invitations.v1.InviteLinkService/CreateInviteLink", link);
    let links =
        invitations::ListInviteLinksResponse { invite_links: vec![invite_link()], next_page_token: String::new() };
    api.stub.answers("invitations.v1.InviteLinkService/ListInviteLinks", links);
    let (invitations, links) =
        (format!("/api/v1/orgs/{ORGANIZATION}/invitations"), format!("/api/v1/orgs/{ORGANIZATION}/invite-links"));

    let created = api.post(&invitations, &json!({ "email": "bob@example.com" })).await;
    let link = api.post(&links, &json!({ "max_uses": 5 })).await;

    let mut expected = invitation_json();
    expected["token"] = json!("secret");
    assert_eq!((created.status, created.json()), (201, expected));
    let mut expected = invite_link_json();
    expected["token"] = json!("secret");
    expected["url"] = json!("https://guildhall.test/join/secret");
    assert_eq!((link.status, link.json()), (201, expected));
    let listed = json!({ "invitations": [invitation_json()], "next_page_token": "" });
    assert_eq!(api.get(&invitations).await.json(), listed);
    let listed = json!({ "invite_links": [invite_link_json()], "next_page_token": "" });
    assert_eq!(api.get(&links).await.json(), listed);
}

#[tokio::test]
async fn previews_need_no_token_of_the_caller_and_accepting_answers_the_organization() {
    let api = Api::start().await;
    let preview = invitations::PreviewInvitationResponse {
        organization_name: "Acme".to_owned(),
        inviter_name: "Alice".to_owned(),
        role: OrgRole::Member.into(),
        expires_at: instant(),
    };
    api.stub.answers("invitations.v1.InvitationService/PreviewInvitation", preview);
    let joined =
        invitations::JoinViaInviteLinkResponse { organization: Some(organization()), role: OrgRole::Member.into() };
    api.stub.answers("invitations.v1.InviteLinkService/JoinViaInviteLink", joined);

    let preview = api.get_as_nobody("/api/v1/invitations/a-token").await;
    let joined = api.post("/api/v1/invite-links/a-token/join", &json!({})).await;

    let expected =
        json!({ "organization_name": "Acme", "inviter_name": "Alice", "role": "member", "expires_at": INSTANT });
    assert_eq!((preview.status, preview.json()), (200, expected));
    let expected = json!({ "organization": organization_json(), "org_id": ORGANIZATION, "role": "member" });
    assert_eq!((joined.status, joined.json()), (200, expected));
}

#[tokio::test]
async fn billing_shows_plans_to_everybody_and_the_rest_to_the_active_organization() {
    let api = Api::start().await;
    let plan = billing::Plan {
        code: "pro".to_owned(),
        name: "Pro".to_owned(),
        price_cents: 2_900,
        currency: "usd".to_owned(),
        interval: billing::PlanInterval::Monthly.into(),
        interval_count: 1,
        plan_type: billing::PlanType::SelfService.into(),
        features: vec![billing::PlanFeature {
            code: "seats".to_owned(),
            name: "Seats".to_owned(),
            feature_type: billing::FeatureType::Numeric.into(),
            numeric_value: Some(10),
            unit_label: None,
        }],
        ..billing::Plan::default()
    };
    let plans = billing::ListPlansResponse { plans: vec![plan], next_page_token: String::new() };
    api.stub.answers("billing.v1.PlanService/ListPlans", plans);
    let subscribed = billing::GetSubscriptionResponse { subscription: Some(subscription()) };
    api.stub.answers("billing.v1.SubscriptionService/GetSubscription", subscribed);
    let balance = billing::GetBalanceResponse { balance: 42, currency: "credits".to_owned(), overdraft_limit: 7 };
    api.stub.answers("billing.v1.CreditService/GetBalance", balance);

    let plans = api.get_as_nobody("/api/v1/billing/plans").await;

    let expected = json!({
        "code": "pro", "name": "Pro", "price_cents": 2900, "currency": "usd", "interval": "monthly",
        "interval_count": 1, "trial_days": 0, "plan_type": "self_service", "credits_amount": 0, "display_order": 0,
        "features": [{ "code": "seats", "name": "Seats", "feature_type": "numeric", "numeric_value": 10 }],
    });
    assert_eq!(plans.json(), json!({ "plans": [expected], "next_page_token": "" }));
    assert_eq!(api.get("/api/v1/billing/subscription").await.json(), subscription_json());
    assert_eq!(
        api.get("/api/v1/billing/balance").await.json(),
        json!({ "balance": 42, "currency": "credits", "overdraft_limit": 7 })
    );
    let (_, asked): (_, billing::GetBalanceRequest) = api.stub.last("billing.v1.CreditService/GetBalance");
    assert_eq!(asked.organization_id, ORGANIZATION.to_string());
}

#[tokio::test]
async fn billing_without_an_active_organization_is_not_found() {
    let api = Api::start().await;
    let request = api.request(Method::GET, "/api/v1/billing/balance").bearer_auth(api.issuer.token(USER));

    let answer = crate::api::send(request).await;

    assert_eq!((answer.status, answer.code().as_str()), (404, "ORGANIZATION_NOT_FOUND"));
    assert_eq!(api.stub.calls(), 0);
}
