//! The main job over gRPC, step by step.

use contracts::billing::v1 as billing;
use contracts::billing::v1::SubscriptionStatus;
use contracts::billing::v1::credit_service_client::CreditServiceClient;
use contracts::billing::v1::plan_service_client::PlanServiceClient;
use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;
use contracts::identity::v1 as identity;
use contracts::identity::v1::account_service_client::AccountServiceClient;
use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use contracts::identity::v1::key_service_client::KeyServiceClient;
use contracts::invitations::v1 as invitations;
use contracts::invitations::v1::invitation_service_client::InvitationServiceClient;
use contracts::invitations::v1::invite_link_service_client::InviteLinkServiceClient;
use contracts::organizations::v1 as organizations;
use contracts::organizations::v1::OrgRole;
use contracts::organizations::v1::membership_service_client::MembershipServiceClient;
use contracts::organizations::v1::organization_service_client::OrganizationServiceClient;
use serde_json::json;
use tonic::Code;

use crate::harness::{
    Api, Judge, PASSWORD, PLAN, Product, Rpc, claims_of, deposit, eventually, offer_plans, refused, secret_mailed_to,
    signed, subscribe, unique,
};

struct Somebody {
    email: String,
    user_id: String,
    personal_id: String,
    tokens: identity::Tokens,
}

#[tokio::test]
async fn people_sign_up_form_a_team_and_act_for_it() {
    let product = Product::shared().await;
    let (rpc, api) = (product.rpc(), product.api());

    let alice = sign_up(&rpc, &api, "alice").await;
    let mut bob = sign_up(&rpc, &api, "bob").await;
    let carol = sign_up(&rpc, &api, "carol").await;
    let dave = sign_up(&rpc, &api, "dave").await;

    let acme = create_the_team(&rpc, &alice, &bob).await;
    invite_and_accept(&rpc, &api, [&alice, &bob, &carol], &acme).await;
    join_by_link(&rpc, &alice, &carol, &acme).await;
    set_roles(&rpc, [&alice, &bob, &carol], &acme).await;

    offer_plans(&rpc).await;
    subscribe(&rpc, &acme.id).await;
    switch(&rpc, &mut bob, &acme).await;
    a_stranger_cannot_switch(&rpc, &dave, &acme).await;

    let verdict = Judge::of(product).await.verdict(&bob.tokens.access_token);
    assert_eq!((&verdict["valid"], &verdict["organization_id"]), (&json!(true), &json!(acme.id)));
    the_published_keys_are_the_same(&rpc, &api).await;

    assert_eq!(deposit(product, &acme.id, 250).await, 350);
    read_plan_and_balance(&rpc, &bob, &acme).await;
}

/// Step 1: an account, a personal organization, a token that acts for it, and a proven address.
async fn sign_up(rpc: &Rpc, api: &Api, name: &str) -> Somebody {
    let email = format!("{name}.{}@example.com", unique());
    let request = identity::RegisterRequest {
        email: email.clone(),
        password: PASSWORD.to_owned(),
        display_name: Some("Somebody".to_owned()),
        ..Default::default()
    };
    let mut authentication = AuthenticationServiceClient::new(rpc.identity());
    let answer = authentication.register(request.clone()).await.expect("the account is made").into_inner();
    let (user, access, tokens) = (answer.user.unwrap(), answer.access.unwrap(), answer.tokens.unwrap());
    let personal = access.organization.unwrap();
    assert!(answer.verification_email_sent && !user.email_verified);
    assert_eq!((personal.name, personal.is_personal, personal.owner_id), (email.clone(), true, user.id.clone()));
    assert_eq!((access.org_role, access.roles), (OrgRole::Owner.into(), vec!["org_owner".to_owned()]));
    assert_eq!(claims_of(&tokens.access_token)["active_org_id"], personal.id);
    refused(authentication.register(request).await, "USER_ALREADY_EXISTS", Code::AlreadyExists);

    let token = secret_mailed_to(api, &email, "verify-email?token=").await;
    let verify = identity::VerifyEmailRequest { token };
    let mut account = AccountServiceClient::new(rpc.identity());
    account.verify_email(verify.clone()).await.expect("the address is proven");
    refused(account.verify_email(verify).await, "LINK_INVALID", Code::InvalidArgument);
    let me = account.get_me(signed(&tokens.access_token, identity::GetMeRequest {})).await.unwrap().into_inner();
    assert!(me.user.unwrap().email_verified);
    Somebody { email, user_id: user.id, personal_id: personal.id, tokens }
}

/// Step 2: a team with the slug that was asked for, listed behind the personal organization.
async fn create_the_team(rpc: &Rpc, alice: &Somebody, bob: &Somebody) -> organizations::Organization {
    let slug = format!("acme-{}", unique());
    let request = organizations::CreateOrganizationRequest { name: "Acme".to_owned(), slug: Some(slug.clone()) };
    let mut client = OrganizationServiceClient::new(rpc.organizations());
    let made = client.create_organization(alice.says(request.clone())).await.unwrap().into_inner();
    let acme = made.organization.unwrap();
    assert_eq!((&acme.slug, acme.is_personal, &acme.owner_id), (&slug, false, &alice.user_id));
    let taken = client.create_organization(bob.says(request)).await;
    refused(taken, "ORGANIZATION_SLUG_TAKEN", Code::AlreadyExists);

    let listed = client.list_my_organizations(alice.says(organizations::ListMyOrganizationsRequest::default())).await;
    let listed = listed.unwrap().into_inner().organizations;
    let ids: Vec<_> = listed.into_iter().map(|entry| entry.organization.unwrap().id).collect();
    assert_eq!(ids, [alice.personal_id.clone(), acme.id.clone()]);
    acme
}

/// Step 3: an invitation by mail, for Bob and nobody else.
async fn invite_and_accept(rpc: &Rpc, api: &Api, people: [&Somebody; 3], acme: &organizations::Organization) {
    let [alice, bob, carol] = people;
    let mut client = InvitationServiceClient::new(rpc.invitations());
    let invite = invitations::CreateInvitationRequest {
        organization_id: acme.id.clone(),
        email: bob.email.clone(),
        ..Default::default()
    };
    let made = client.create_invitation(alice.says(invite)).await.expect("Bob is invited").into_inner();
    let mailed = secret_mailed_to(api, &bob.email, "/invitations/").await;
    assert_eq!((mailed.len(), &mailed), (43, &made.token));
    let preview = client.preview_invitation(invitations::PreviewInvitationRequest { token: mailed.clone() }).await;
    assert_eq!(preview.unwrap().into_inner().organization_name, "Acme");

    let accept = invitations::AcceptInvitationByTokenRequest { token: mailed };
    let by_carol = client.accept_invitation_by_token(carol.says(accept.clone())).await;
    refused(by_carol, "INVITE_EMAIL_MISMATCH", Code::PermissionDenied);
    let accepted = client.accept_invitation_by_token(bob.says(accept.clone())).await.expect("Bob accepts");
    assert_eq!(accepted.into_inner().organization.unwrap().id, acme.id);
    assert_eq!(members(rpc, alice, acme).await.len(), 2, "the membership exists when the call answers");
    client.accept_invitation_by_token(bob.says(accept)).await.expect("repeating is safe");
    assert_eq!(members(rpc, alice, acme).await.len(), 2);
}

/// Step 4, first half: a link that anybody who is signed in can join by.
async fn join_by_link(rpc: &Rpc, alice: &Somebody, carol: &Somebody, acme: &organizations::Organization) {
    let mut client = InviteLinkServiceClient::new(rpc.invitations());
    let create = invitations::CreateInviteLinkRequest {
        organization_id: acme.id.clone(),
        max_uses: Some(1),
        ..Default::default()
    };
    let token = client.create_invite_link(alice.says(create)).await.unwrap().into_inner().token;
    let joined = client.join_via_invite_link(carol.says(invitations::JoinViaInviteLinkRequest { token })).await;
    assert_eq!(joined.expect("Carol joins").into_inner().role(), OrgRole::Member);
}

/// Step 4, second half: roles are set as a whole; three members, each once.
async fn set_roles(rpc: &Rpc, people: [&Somebody; 3], acme: &organizations::Organization) {
    let [alice, bob, _] = people;
    let set = organizations::SetMemberRolesRequest {
        organization_id: acme.id.clone(),
        user_id: bob.user_id.clone(),
        role_codes: vec!["org_manager".to_owned(), "seller".to_owned()],
    };
    MembershipServiceClient::new(rpc.organizations()).set_member_roles(alice.says(set)).await.expect("roles are set");
    let members = members(rpc, alice, acme).await;
    let ids: Vec<_> = members.iter().map(|member| &member.user_id).collect();
    assert_eq!(ids, people.map(|person| &person.user_id));
    let codes: Vec<_> = members[1].roles.iter().map(|role| role.code.as_str()).collect();
    assert_eq!(codes, ["org_manager", "seller"]);
}

/// Step 5: the active organization, by refresh, by switch and beside the session's own.
async fn switch(rpc: &Rpc, bob: &mut Somebody, acme: &organizations::Organization) {
    let mut client = AuthenticationServiceClient::new(rpc.identity());
    // Billing that is slow for a moment is not waited for, and nothing is said of the plan.
    let access = eventually("a token that tells the plan", async || {
        let refresh = identity::RefreshRequest {
            refresh_token: bob.tokens.refresh_token.clone(),
            organization_id: acme.id.clone(),
            ..Default::default()
        };
        let refreshed = client.refresh(refresh).await.expect("Bob acts for Acme").into_inner();
        bob.tokens = refreshed.tokens.unwrap();
        refreshed.access.filter(|access| access.subscription.is_some())
    })
    .await;
    speaks_for_acme(&access, &bob.tokens.access_token, acme);

    let home = identity::SwitchOrganizationRequest { organization_id: bob.personal_id.clone(), ..Default::default() };
    let home = client.switch_organization(bob.says(home)).await.unwrap().into_inner().tokens.unwrap();
    assert_eq!(claims_of(&home.access_token)["active_org_id"], bob.personal_id);
    let there = identity::SwitchOrganizationRequest { organization_id: acme.id.clone(), ..Default::default() };
    let there = client.switch_organization(bob.says(there)).await.unwrap().into_inner();
    bob.tokens = there.tokens.unwrap();
    speaks_for_acme(&there.access.unwrap(), &bob.tokens.access_token, acme);

    let beside = identity::IssueTokenRequest { organization_id: bob.personal_id.clone(), ..Default::default() };
    let beside = client.issue_token(bob.says(beside)).await.unwrap().into_inner();
    assert_eq!(claims_of(&beside.access_token)["active_org_id"], bob.personal_id);
}

fn speaks_for_acme(access: &identity::ActiveAccess, token: &str, acme: &organizations::Organization) {
    let subscription = access.subscription.as_ref().unwrap();
    assert_eq!(subscription.status(), SubscriptionStatus::Active);
    assert_eq!(subscription.plan_code.as_deref(), Some(PLAN));
    let claims = claims_of(token);
    assert_eq!((&claims["active_org_id"], &claims["org_slug"]), (&json!(acme.id), &json!(acme.slug)));
    assert_eq!((access.org_role(), &claims["org_role"]), (OrgRole::Member, &json!("member")));
    assert_eq!(claims["roles"], json!(access.roles));
    assert_eq!(claims["permissions"], json!(access.permissions));
    assert_eq!(access.roles, ["org_manager", "seller"]);
    assert_eq!(claims["subscription"]["plan_code"], PLAN);
}

async fn a_stranger_cannot_switch(rpc: &Rpc, dave: &Somebody, acme: &organizations::Organization) {
    let mut client = AuthenticationServiceClient::new(rpc.identity());
    let there = identity::SwitchOrganizationRequest { organization_id: acme.id.clone(), ..Default::default() };
    refused(client.switch_organization(dave.says(there)).await, "ORGANIZATION_NOT_FOUND", Code::NotFound);
}

async fn the_published_keys_are_the_same(rpc: &Rpc, api: &Api) {
    let request = identity::ListSigningKeysRequest {};
    let keys = KeyServiceClient::new(rpc.identity()).list_signing_keys(request).await.unwrap().into_inner().jwks_json;
    let keys: serde_json::Value = serde_json::from_str(&keys).unwrap();
    let published = api.get("/.well-known/jwks.json").await.expect(200);
    assert_eq!(keys, published);
    for key in published["keys"].as_array().unwrap() {
        assert!(key.get("d").is_none(), "no private half is published");
        assert_eq!((&key["kty"], &key["crv"]), (&json!("OKP"), &json!("Ed25519")));
    }
}

/// Step 7: plan and credits of an organization.
async fn read_plan_and_balance(rpc: &Rpc, bob: &Somebody, acme: &organizations::Organization) {
    let plans = PlanServiceClient::new(rpc.billing()).list_plans(billing::ListPlansRequest::default()).await;
    assert_eq!(plans.unwrap().into_inner().plans[0].code, PLAN);
    let read = billing::GetSubscriptionRequest { organization_id: acme.id.clone() };
    let read = SubscriptionServiceClient::new(rpc.billing()).get_subscription(bob.says(read)).await.unwrap();
    assert_eq!(read.into_inner().subscription.unwrap().plan_name.as_deref(), Some("Team"));
    let mut credits = CreditServiceClient::new(rpc.billing());
    let read = billing::GetBalanceRequest { organization_id: acme.id.clone() };
    let balance = credits.get_balance(bob.says(read)).await.unwrap().into_inner();
    assert_eq!((balance.balance, balance.currency.as_str()), (350, "credits"));
    let read = billing::ListTransactionsRequest { organization_id: acme.id.clone(), ..Default::default() };
    let ledger = credits.list_transactions(bob.says(read)).await.unwrap().into_inner().transactions;
    assert_eq!(ledger.iter().map(|entry| entry.amount_delta).collect::<Vec<_>>(), [250, 100]);
}

async fn members(rpc: &Rpc, reader: &Somebody, acme: &organizations::Organization) -> Vec<organizations::Member> {
    let list = organizations::ListMembersRequest { organization_id: acme.id.clone(), ..Default::default() };
    let listed = MembershipServiceClient::new(rpc.organizations()).list_members(reader.says(list)).await;
    listed.expect("the members").into_inner().members
}

impl Somebody {
    fn says<T>(&self, message: T) -> tonic::Request<T> {
        signed(&self.tokens.access_token, message)
    }
}
