//! Changing the members of a team.

use serde_json::json;

use crate::harness::{Person, Product, Team};

async fn team() -> (Person, Person, Team) {
    let api = Product::shared().await.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::registered(&api, "bob"));
    let team = Team::of(&alice).await;
    team.admit(&alice, &[&bob]).await;
    (alice, bob, team)
}

#[tokio::test]
async fn roles_are_set_all_or_nothing() {
    let (alice, bob, team) = team().await;
    let path = team.path(&format!("/members/{}/roles", bob.user_id));
    alice.put(&path, json!({ "role_codes": ["seller", "wizard"] })).await.refused("ROLE_NOT_FOUND", 404);
    alice.put(&path, json!({ "role_codes": ["seller", "system_admin"] })).await.refused("ROLE_NOT_FOUND", 404);
    for unusable in [json!([]), json!(["seller", "seller"])] {
        let details = alice.put(&path, json!({ "role_codes": unusable })).await.refused("VALIDATION_ERROR", 400);
        assert!(details["fields"][0]["field"].as_str().unwrap().starts_with("role_codes"), "{details}");
    }
    let roles = team.members(&alice).await[1]["roles"].clone();
    assert_eq!((roles.as_array().unwrap().len(), &roles[0]["code"]), (1, &json!("org_member")));
}

#[tokio::test]
async fn a_suspended_member_is_told_so_and_comes_back_unchanged() {
    let (alice, mut bob, team) = team().await;
    let status = team.path(&format!("/members/{}/status", bob.user_id));
    let suspended = alice.put(&status, json!({ "status": "suspended" })).await;
    assert!(suspended.header("guildhall-position").unwrap().starts_with("o:"), "{suspended:?}");
    assert_eq!(suspended.expect(200)["status"], "suspended");
    bob.get(&team.path("")).await.refused("NOT_ORGANIZATION_MEMBER", 403);
    let there = json!({ "organization_id": team.id });
    bob.post("/auth/switch-org", there).await.refused("NOT_ORGANIZATION_MEMBER", 403);
    alice.put(&status, json!({ "status": "active" })).await.expect(200);
    bob.get(&team.path("")).await.expect(200);
    bob.act_for(&team.id).await;
}

#[tokio::test]
async fn a_removed_member_is_a_stranger() {
    let (alice, bob, team) = team().await;
    let path = team.path(&format!("/members/{}", bob.user_id));
    let removed = alice.delete(&path).await;
    assert!(removed.header("guildhall-position").unwrap().starts_with("o:"), "{removed:?}");
    removed.expect(204);
    alice.delete(&path).await.refused("MEMBER_NOT_FOUND", 404);
    bob.get(&team.path("")).await.refused("ORGANIZATION_NOT_FOUND", 404);
    assert_eq!(bob.organizations().await.len(), 1);
}

#[tokio::test]
async fn a_long_list_of_members_comes_in_pages_each_member_once() {
    let (alice, bob, team) = team().await;
    let carol = Person::registered(&alice.api, "carol").await;
    team.admit(&alice, &[&carol]).await;
    let first = alice.get(&team.path("/members?page_size=2")).await.expect(200);
    let token = first["next_page_token"].as_str().unwrap();
    let second = alice.get(&team.path(&format!("/members?page_size=2&page_token={token}"))).await.expect(200);
    assert_eq!(second["next_page_token"], "");
    let ids = [&first, &second].map(|page| crate::harness::user_ids(page["members"].as_array().unwrap())).concat();
    assert_eq!(ids, [&alice, &bob, &carol].map(|person| person.user_id.clone()));

    for unusable in ["page_size=0", "page_size=201", "page_size=x", "page_token=forged"] {
        alice.get(&team.path(&format!("/members?{unusable}"))).await.refused("VALIDATION_ERROR", 400);
    }
    let foreign = format!("/orgs/{}/members?page_token={token}", alice.personal_id);
    alice.get(&foreign).await.refused("VALIDATION_ERROR", 400);
}
