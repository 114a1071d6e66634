//! The back office over HTTP: users, suspension, platform roles, the audit log.

use serde_json::{Value, json};

use crate::harness::{PASSWORD, Person, Product, Team, random_id};

/// Somebody with this platform role, and somebody without any.
async fn admin_and_bob(role: &str) -> (Person, Person) {
    let product = Product::shared().await;
    let api = product.api();
    let (mut admin, bob) = tokio::join!(Person::verified(&api, "admin"), Person::verified(&api, "bob"));
    product.make_administrator(&mut admin, role).await;
    (admin, bob)
}

fn about(user: &Person, rest: &str) -> String {
    format!("/admin/users/{}{rest}", user.user_id)
}

async fn log_in(person: &Person) -> crate::harness::Answer {
    person.api.post("/auth/login", &json!({ "email": person.email, "password": PASSWORD })).await
}

/// Refused by the owner of the facts, or before by somebody who has heard that the token says too much.
#[track_caller]
fn refused_for_now(answer: &crate::harness::Answer, code: &str) {
    assert!([code, "TOKEN_REVOKED", "TOKEN_STALE"].contains(&answer.code()), "{answer:?}");
}

/// What the audit log tells of this user, the newest first.
async fn told_of(admin: &Person, user: &Person) -> Vec<Value> {
    let mut told = Vec::new();
    let mut page_token = String::new();
    loop {
        let page = admin.get(&format!("/admin/audit-log?page_size=200&page_token={page_token}")).await.expect(200);
        told.extend(page["entries"].as_array().unwrap().iter().filter(|it| it["target_id"] == user.user_id).cloned());
        page_token = page["next_page_token"].as_str().unwrap().to_owned();
        if page_token.is_empty() {
            return told;
        }
    }
}

#[tokio::test]
async fn nobody_without_a_platform_role_enters() {
    let bob = Person::registered(&Product::shared().await.api(), "bob").await;
    for path in
        ["/admin/users".to_owned(), about(&bob, ""), about(&bob, "/organizations"), "/admin/audit-log".to_owned()]
    {
        bob.get(&path).await.refused("FORBIDDEN", 403);
    }
    for rest in ["/suspend", "/reactivate", "/revoke-sessions"] {
        bob.post_bare(&about(&bob, rest)).await.refused("FORBIDDEN", 403);
    }
    bob.put(&about(&bob, "/roles"), json!({ "role_codes": ["system_admin"] })).await.refused("FORBIDDEN", 403);
}

#[tokio::test]
async fn users_are_found_and_shown_with_where_they_belong() {
    let (admin, bob) = admin_and_bob("super_admin").await;
    let team = Team::of(&bob).await;
    let found = admin.get(&format!("/admin/users?search={}", bob.email)).await.expect(200);
    assert_eq!(found["users"].as_array().unwrap().len(), 1);
    assert_eq!(found["users"][0]["id"], bob.user_id);
    let user = admin.get(&about(&bob, "")).await.expect(200);
    assert_eq!(user, found["users"][0]);
    assert_eq!((&user["email"], &user["status"], &user["roles"]), (&json!(bob.email), &json!("active"), &json!([])));
    let belongs = admin.get(&about(&bob, "/organizations")).await.expect(200);
    let ids: Vec<_> = belongs["organizations"].as_array().unwrap().iter().map(|it| &it["organization"]["id"]).collect();
    assert_eq!(ids, [&json!(bob.personal_id), &json!(team.id)]);
    for rest in ["", "/organizations"] {
        admin.get(&format!("/admin/users/{}{rest}", random_id())).await.refused("USER_NOT_FOUND", 404);
    }
    admin.get("/admin/users?page_size=0").await.refused("VALIDATION_ERROR", 400);
    admin.get("/admin/users?page_token=x").await.refused("VALIDATION_ERROR", 400);
}

#[tokio::test]
async fn a_suspended_user_is_out_everywhere_until_reactivated() {
    let (admin, mut bob) = admin_and_bob("super_admin").await;
    let answer = admin.post(&about(&bob, "/suspend"), json!({ "reason": "chargebacks" })).await;
    assert!(answer.header("guildhall-position").is_some_and(|position| position.starts_with("i:")));
    assert_eq!(answer.expect(200)["status"], "suspended");
    log_in(&bob).await.refused("INVALID_CREDENTIALS", 401);
    let refresh = json!({ "refresh_token": bob.refresh_token });
    bob.api.post("/auth/refresh", &refresh).await.refused("TOKEN_REVOKED", 401);
    // The access token is still signed; whoever owns facts refuses it all the same.
    bob.get("/auth/me").await.refused("TOKEN_REVOKED", 401);
    refused_for_now(&bob.post("/me/orgs", json!({ "name": "Another" })).await, "USER_SUSPENDED");

    let user = admin.post_bare(&about(&bob, "/reactivate")).await.expect(200);
    assert_eq!(user["status"], "active");
    bob.api.post("/auth/refresh", &refresh).await.refused("TOKEN_REVOKED", 401);
    let signed_in = log_in(&bob).await.expect(200);
    bob = Person::signed_in(&bob.api, bob.email.clone(), &signed_in);
    Team::of(&bob).await;
    let told: Vec<_> = told_of(&admin, &bob).await.iter().map(|entry| entry["action"].clone()).collect();
    assert_eq!(told, ["user.reactivated", "user.suspended"]);
}

#[tokio::test]
async fn the_only_owner_of_a_team_with_members_is_not_suspended() {
    let (admin, bob) = admin_and_bob("system_admin").await;
    let carol = Person::verified(&bob.api, "carol").await;
    let team = Team::of(&bob).await;
    team.admit(&bob, &[&carol]).await;
    let details = admin.post_bare(&about(&bob, "/suspend")).await.refused("SOLE_OWNER", 409);
    assert_eq!(details["organizations"], json!([{ "id": team.id, "name": "Acme", "slug": team.slug }]));
    bob.get("/auth/me").await.expect(200);
    assert_eq!(admin.get(&about(&bob, "")).await.expect(200)["status"], "active");
    bob.post("/me/orgs", json!({ "name": "Another" })).await.expect(201);

    team.make(&bob, &carol, "owner").await;
    admin.post_bare(&about(&bob, "/suspend")).await.expect(200);
    assert_eq!(carol.get(&team.path("")).await.expect(200)["owner_id"], carol.user_id);
    carol.delete(&format!("/me/orgs/{}", team.id)).await.refused("LAST_OWNER", 409);
    admin.post_bare(&about(&carol, "/suspend")).await.refused("SOLE_OWNER", 409);
}

#[tokio::test]
async fn suspensions_and_leavings_at_once_never_leave_a_team_without_an_active_owner() {
    let (admin, _) = admin_and_bob("super_admin").await;
    for _ in 0..10 {
        let api = admin.api.clone();
        let (first, second, third) = tokio::join!(
            Person::verified(&api, "first"),
            Person::verified(&api, "second"),
            Person::verified(&api, "third")
        );
        let team = Team::of(&first).await;
        team.admit(&first, &[&second, &third]).await;
        team.make(&first, &second, "owner").await;
        let leaving = format!("/me/orgs/{}", team.id);
        let (suspend_first, suspend_second) = (about(&first, "/suspend"), about(&second, "/suspend"));
        let answers =
            tokio::join!(admin.post_bare(&suspend_first), admin.post_bare(&suspend_second), second.delete(&leaving));
        let mut active = 0;
        for owner in team.owners(&third).await {
            active += usize::from(admin.get(&format!("/admin/users/{owner}")).await.expect(200)["status"] == "active");
        }
        assert!(active >= 1, "{answers:?}");
    }
}

#[tokio::test]
async fn revoked_sessions_end_and_the_user_signs_in_again() {
    let (admin, bob) = admin_and_bob("super_admin").await;
    let answer = admin.post_bare(&about(&bob, "/revoke-sessions")).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    bob.get("/auth/me").await.refused("TOKEN_REVOKED", 401);
    log_in(&bob).await.expect(200);
}

#[tokio::test]
async fn only_a_system_admin_grants_roles_and_nobody_takes_from_themselves() {
    let (system, mut bob) = admin_and_bob("system_admin").await;
    let refused = system.put(&about(&bob, "/roles"), json!({ "role_codes": ["super_admin", "org_owner"] })).await;
    refused.refused("ROLE_NOT_FOUND", 404);
    let user = system.put(&about(&bob, "/roles"), json!({ "role_codes": ["super_admin"] })).await.expect(200);
    assert_eq!(user["roles"], json!(["super_admin"]));
    bob.refresh(json!({})).await;
    assert_eq!(bob.get("/auth/session").await.expect(200)["roles"], json!(["super_admin", "org_owner"]));
    bob.get(&about(&system, "")).await.expect(200);
    bob.put(&about(&bob, "/roles"), json!({ "role_codes": ["system_admin"] })).await.refused("FORBIDDEN", 403);
    bob.post_bare(&about(&system, "/suspend")).await.refused("FORBIDDEN", 403);
    system.post_bare(&about(&system, "/suspend")).await.refused("FORBIDDEN", 403);
    system.put(&about(&system, "/roles"), json!({ "role_codes": [] })).await.refused("FORBIDDEN", 403);

    system.put(&about(&bob, "/roles"), json!({ "role_codes": [] })).await.expect(200);
    refused_for_now(&bob.get("/admin/users").await, "FORBIDDEN");
    bob.refresh(json!({})).await;
    bob.get("/admin/users").await.refused("FORBIDDEN", 403);
}

#[tokio::test]
async fn the_audit_log_tells_who_whom_why_and_from_where_and_is_exported_as_lines() {
    let (admin, bob) = admin_and_bob("super_admin").await;
    admin.post(&about(&bob, "/suspend"), json!({ "reason": "chargebacks" })).await.expect(200);
    let entry = told_of(&admin, &bob).await.remove(0);
    assert_eq!((&entry["actor"], &entry["action"]), (&json!(admin.user_id), &json!("user.suspended")));
    assert_eq!((&entry["reason"], &entry["ip_address"]), (&json!("chargebacks"), &json!("127.0.0.1")));
    assert_eq!((&entry["target_kind"], &entry["target_id"]), (&json!("user"), &json!(bob.user_id)));
    let by_admin = format!("/admin/audit-log?actor={}&action=user.suspended", admin.user_id);
    let page = admin.get(&by_admin).await.expect(200);
    assert_eq!(page["entries"], json!([entry]));

    let exported = admin.api.export(&by_admin, &admin.access_token).await;
    let lines: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines, [entry]);
}
