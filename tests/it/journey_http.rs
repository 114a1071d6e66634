//! The main job over HTTP, step by step.

use serde_json::{Value, json};

use crate::harness::{
    Answer, Api, Judge, PASSWORD, PLAN, Person, Product, Team, claims_of, deposit, offer_plans, secret_mailed_to,
    subscribe, unique, user_ids,
};

#[tokio::test]
async fn people_sign_up_form_a_team_and_act_for_it() {
    let product = Product::shared().await;
    let api = product.api();

    let alice = sign_up(&api, "alice").await;
    let mut bob = sign_up(&api, "bob").await;
    let (carol, dave) = tokio::join!(Person::verified(&api, "carol"), Person::verified(&api, "dave"));

    let acme = create_the_team(&alice, &bob).await;
    invite_and_accept(&alice, &bob, &carol, &acme).await;
    join_by_link(&alice, &carol, &acme).await;
    set_roles(&alice, &bob, &carol, &acme).await;

    offer_plans(&product.rpc()).await;
    subscribe(&product.rpc(), &acme.id).await;
    switch(&mut bob, &acme).await;
    a_stranger_cannot_switch(&dave, &acme).await;

    let verdict = Judge::of(product).await.verdict(&bob.access_token);
    assert_eq!(verdict["valid"], true, "{verdict}");
    assert_eq!(verdict["organization_id"], acme.id);

    assert_eq!(deposit(product, &acme.id, 250).await, 350);
    read_plan_and_balance(&bob, &acme).await;
}

/// Step 1: an account, a personal organization, a token that acts for it, and a proven address.
async fn sign_up(api: &Api, name: &str) -> Person {
    let email = format!("{name}.{}@example.com", unique());
    let body = json!({ "email": email, "password": PASSWORD, "first_name": name, "display_name": "Somebody" });
    let answer = api.post("/auth/register", &body).await.expect(201);
    let (user, organization, tokens) = (&answer["user"], &answer["organization"], &answer["tokens"]);
    assert_eq!(answer["verification_email_sent"], true);
    assert_eq!((&user["email"], &user["email_verified"]), (&json!(email), &json!(false)));
    assert_eq!((&user["status"], &user["roles"]), (&json!("active"), &json!([])));
    assert_eq!((&user["first_name"], &user["last_name"]), (&json!(name), &Value::Null));
    assert!(user["created_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!((&organization["name"], &organization["is_personal"]), (&json!(email), &json!(true)));
    assert_eq!((&organization["status"], &organization["owner_id"]), (&json!("active"), &user["id"]));
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 300);

    let claims = claims_of(tokens["access_token"].as_str().unwrap());
    assert_eq!((&claims["sub"], &claims["uid"]), (&user["id"], &user["id"]));
    assert_eq!((&claims["active_org_id"], &claims["is_personal_org"]), (&organization["id"], &json!(true)));
    assert_eq!((&claims["org_role"], &claims["roles"]), (&json!("owner"), &json!(["org_owner"])));

    api.post("/auth/register", &body).await.refused("USER_ALREADY_EXISTS", 409);
    prove_the_address(api, Person::signed_in(api, email, &answer)).await
}

async fn prove_the_address(api: &Api, mut person: Person) -> Person {
    assert_eq!(person.get("/auth/me").await.expect(200)["email_verified"], false);
    let token = secret_mailed_to(api, &person.email, "verify-email?token=").await;
    assert_eq!(token.len(), 43, "256 bits in base64url");
    api.post("/auth/verify-email", &json!({ "token": token })).await.expect(200);
    api.post("/auth/verify-email", &json!({ "token": token })).await.refused("LINK_INVALID", 400);

    let me = person.get("/auth/me").await.expect(200);
    assert_eq!((&me["email_verified"], &me["user_id"]), (&json!(true), &json!(person.user_id)));
    assert_eq!((&me["active_org_id"], &me["org_role"]), (&json!(person.personal_id), &json!("owner")));
    person.refresh(json!({})).await;
    assert_eq!(claims_of(&person.access_token)["email_verified"], true);
    person
}

/// Step 2: a team with the slug that was asked for, listed behind the personal organization.
async fn create_the_team(alice: &Person, bob: &Person) -> Team {
    let slug = format!("acme-{}", unique());
    let made = alice.post("/me/orgs", json!({ "name": "Acme", "slug": slug })).await.expect(201);
    assert_eq!((&made["name"], &made["slug"]), (&json!("Acme"), &json!(slug)));
    assert_eq!((&made["is_personal"], &made["owner_id"]), (&json!(false), &json!(alice.user_id)));
    bob.post("/me/orgs", json!({ "name": "Acme", "slug": slug })).await.refused("ORGANIZATION_SLUG_TAKEN", 409);

    let listed = alice.organizations().await;
    let ids: Vec<_> = listed.iter().map(|entry| &entry["organization"]["id"]).collect();
    assert_eq!(ids, [&json!(alice.personal_id), &made["id"]]);
    for entry in &listed {
        assert_eq!((&entry["status"], &entry["role"]), (&json!("active"), &json!("owner")));
        assert_eq!(entry["roles"][0]["code"], "org_owner");
    }
    Team { id: made["id"].as_str().unwrap().to_owned(), slug }
}

/// Step 3: an invitation by mail, for Bob and nobody else.
async fn invite_and_accept(alice: &Person, bob: &Person, carol: &Person, acme: &Team) {
    let made = alice.post(&acme.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    assert_eq!((&made["email"], &made["status"]), (&json!(bob.email), &json!("pending")));
    assert_eq!((&made["organization_name"], &made["role"]), (&json!("Acme"), &json!("member")));
    assert_eq!(made["invited_by"], alice.user_id);
    let mailed = secret_mailed_to(&bob.api, &bob.email, "/invitations/").await;
    assert_eq!((mailed.len(), json!(mailed)), (43, made["token"].clone()));

    let listed = alice.get(&acme.path("/invitations")).await;
    assert!(!listed.text.contains(&mailed), "a list shows no secret");
    assert_eq!(listed.expect(200)["invitations"][0]["id"], made["id"]);
    let preview = bob.api.get(&format!("/invitations/{mailed}")).await.expect(200);
    assert_eq!((&preview["organization_name"], &preview["inviter_name"]), (&json!("Acme"), &json!("Somebody")));
    assert_eq!(preview.as_object().unwrap().len(), 4, "{preview}");
    assert_eq!(bob.get("/me/invitations").await.expect(200)["invitations"][0]["id"], made["id"]);

    let accept = json!({ "token": mailed });
    let mismatch = carol.post("/invitations/accept", accept.clone()).await.refused("INVITE_EMAIL_MISMATCH", 403);
    assert!(!mismatch.to_string().contains(&bob.email), "{mismatch}");
    let accepted = bob.post("/invitations/accept", accept.clone()).await.expect(200);
    assert_eq!((&accepted["org_id"], &accepted["role"]), (&json!(acme.id), &json!("member")));
    assert_eq!(accepted["organization"]["slug"], acme.slug);
    assert_eq!(user_ids(&acme.members(alice).await), [alice.user_id.clone(), bob.user_id.clone()]);

    bob.post("/invitations/accept", accept.clone()).await.expect(200);
    assert_eq!(acme.members(alice).await.len(), 2, "accepting again adds nobody");
    let too_late: Answer = carol.post("/invitations/accept", accept).await;
    assert!(["INVITE_EMAIL_MISMATCH", "INVITE_ALREADY_USED"].contains(&too_late.code()), "{too_late:?}");
    assert_eq!(alice.get(&acme.path("/invitations")).await.expect(200)["invitations"], json!([]));
}

/// Step 4, first half: a link that anybody who is signed in can join by.
async fn join_by_link(alice: &Person, carol: &Person, acme: &Team) {
    let made = alice.post(&acme.path("/invite-links"), json!({ "max_uses": 1 })).await.expect(201);
    let token = made["token"].as_str().unwrap();
    assert!(made["url"].as_str().unwrap().ends_with(token));
    let preview = carol.api.get(&format!("/invite-links/{token}")).await.expect(200);
    assert_eq!(preview["organization_name"], "Acme");
    let joined = carol.post_bare(&format!("/invite-links/{token}/join")).await.expect(200);
    assert_eq!((&joined["org_id"], &joined["role"]), (&json!(acme.id), &json!("member")));

    let links = alice.get(&acme.path("/invite-links")).await;
    assert!(!links.text.contains(token), "a list shows no secret");
    let link = links.expect(200)["invite_links"][0].clone();
    assert_eq!((&link["uses"], &link["max_uses"], &link["is_active"]), (&json!(1), &json!(1), &json!(true)));
}

/// Step 4, second half: roles are set as a whole; three members, each once.
async fn set_roles(alice: &Person, bob: &Person, carol: &Person, acme: &Team) {
    let path = acme.path(&format!("/members/{}/roles", bob.user_id));
    let member = alice.put(&path, json!({ "role_codes": ["org_manager", "seller"] })).await.expect(200);
    assert_eq!((&member["user_id"], &member["role"]), (&json!(bob.user_id), &json!("member")));
    let members = acme.members(alice).await;
    assert_eq!(user_ids(&members), [&alice.user_id, &bob.user_id, &carol.user_id].map(Clone::clone));
    assert_eq!(codes(&members[0]["roles"]), ["org_owner"]);
    assert_eq!(codes(&members[1]["roles"]), ["org_manager", "seller"]);
    assert_eq!(codes(&members[2]["roles"]), ["org_member"]);
    assert_eq!(members[1]["user"]["email"], bob.email);
    assert!(codes(&alice.get(&acme.path("/roles")).await.expect(200)["roles"]).contains(&"org_admin".to_owned()));
}

/// Step 5: the active organization, by refresh and by switch; the session says what the token says.
async fn switch(bob: &mut Person, acme: &Team) {
    let answer = bob.act_for_on_plan(&acme.id, "active").await;
    assert_eq!((&answer["organization"]["id"], &answer["user"]["id"]), (&json!(acme.id), &json!(bob.user_id)));
    speaks_for_acme(bob, acme).await;

    let back = bob.post("/auth/switch-org", json!({ "organization_id": bob.personal_id })).await.expect(200);
    assert_eq!((&back["active_org_id"], &back["org_role"]), (&json!(bob.personal_id), &json!("owner")));
    let again = bob.post("/auth/switch-org", json!({ "organization_id": acme.id })).await.expect(200);
    assert_eq!((&again["active_org_id"], &again["org_role"]), (&json!(acme.id), &json!("member")));
    assert_eq!(again["subscription"]["plan_code"], PLAN);
    bob.access_token = again["tokens"]["access_token"].as_str().unwrap().to_owned();
    bob.refresh_token = again["tokens"]["refresh_token"].as_str().unwrap().to_owned();
    speaks_for_acme(bob, acme).await;
    bob.refresh(json!({})).await;
    speaks_for_acme(bob, acme).await;
}

async fn speaks_for_acme(bob: &Person, acme: &Team) {
    let claims = claims_of(&bob.access_token);
    let manager = ["org:billing:read", "org:members:invite", "org:members:read", "org:members:update", "org:read"];
    assert_eq!((&claims["active_org_id"], &claims["org_slug"]), (&json!(acme.id), &json!(acme.slug)));
    assert_eq!((&claims["org_name"], &claims["is_personal_org"]), (&json!("Acme"), &json!(false)));
    assert_eq!((&claims["org_role"], &claims["roles"]), (&json!("member"), &json!(["org_manager", "seller"])));
    assert_eq!(claims["permissions"], json!(manager));
    assert_eq!(
        (&claims["subscription"]["status"], &claims["subscription"]["plan_code"]),
        (&json!("active"), &json!(PLAN))
    );
    for position in ["i", "o", "b"] {
        assert!(claims["asof"][position].is_i64(), "{claims}");
    }

    let session = bob.get("/auth/session").await.expect(200);
    assert_eq!((&session["valid"], &session["end_user_id"]), (&json!(true), &json!(bob.user_id)));
    for same in ["email", "roles", "active_org_id", "org_role", "permissions"] {
        assert_eq!(session[same], claims[same], "{same}");
    }
    assert_eq!(session["subscription"]["plan_code"], PLAN);
}

async fn a_stranger_cannot_switch(dave: &Person, acme: &Team) {
    let there = json!({ "organization_id": acme.id });
    dave.post("/auth/switch-org", there.clone()).await.refused("ORGANIZATION_NOT_FOUND", 404);
    dave.post("/auth/token", there).await.refused("ORGANIZATION_NOT_FOUND", 404);
    let refresh = json!({ "refresh_token": dave.refresh_token, "organization_id": acme.id });
    dave.api.post("/auth/refresh", &refresh).await.refused("ORGANIZATION_NOT_FOUND", 404);
    dave.clone().refresh(json!({})).await;
}

/// Step 7: plan and credits of the active organization.
async fn read_plan_and_balance(bob: &Person, acme: &Team) {
    let plans = bob.api.get("/billing/plans").await.expect(200);
    assert_eq!((&plans["plans"][0]["code"], &plans["plans"][0]["interval"]), (&json!(PLAN), &json!("monthly")));
    let subscription = bob.get("/billing/subscription").await.expect(200);
    assert_eq!((&subscription["status"], &subscription["plan_code"]), (&json!("active"), &json!(PLAN)));
    assert_eq!(subscription["cancel_at_period_end"], false);
    let balance = bob.get("/billing/balance").await.expect(200);
    assert_eq!((&balance["balance"], &balance["currency"]), (&json!(350), &json!("credits")), "{}", acme.slug);
    let ledger = bob.get("/billing/transactions").await.expect(200);
    let entries = ledger["transactions"].as_array().unwrap();
    let deltas: Vec<_> = entries.iter().map(|entry| (&entry["amount_delta"], &entry["reason"])).collect();
    assert_eq!(deltas, [(&json!(250), &json!("deposit")), (&json!(100), &json!("plan_grant"))]);
    assert_eq!(entries[0]["balance_after"], 350);
}

fn codes(roles: &Value) -> Vec<String> {
    let mut codes: Vec<_> =
        roles.as_array().unwrap().iter().map(|role| role["code"].as_str().unwrap().to_owned()).collect();
    codes.sort();
    codes
}
