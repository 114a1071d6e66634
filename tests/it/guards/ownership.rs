//! A team always has an active owner, and does not vanish under its members.

use serde_json::json;

use crate::harness::{Person, Product, Team, user_ids};

/// A team of Alice, its only owner, and Bob.
async fn team() -> (Person, Person, Team) {
    let api = Product::shared().await.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::registered(&api, "bob"));
    let team = Team::of(&alice).await;
    team.admit(&alice, &[&bob]).await;
    (alice, bob, team)
}

#[tokio::test]
async fn an_organization_with_other_members_cannot_be_deleted() {
    let (alice, bob, team) = team().await;
    alice.delete(&team.path("")).await.refused("ORGANIZATION_HAS_MEMBERS", 409);
    assert_eq!(team.members(&bob).await.len(), 2);

    bob.delete(&format!("/me/orgs/{}", team.id)).await.expect(204);
    let deleted = alice.delete(&team.path("")).await;
    assert!(deleted.header("guildhall-position").unwrap().starts_with("o:"), "{deleted:?}");
    deleted.expect(204);
    alice.get(&team.path("")).await.refused("ORGANIZATION_NOT_FOUND", 404);
    assert_eq!(alice.organizations().await.len(), 1);
}

#[tokio::test]
async fn a_sole_owner_with_other_members_cannot_leave() {
    let (alice, bob, team) = team().await;
    alice.delete(&format!("/me/orgs/{}", team.id)).await.refused("LAST_OWNER", 409);
    assert_eq!(team.owners(&bob).await, [alice.user_id]);
}

#[tokio::test]
async fn a_sole_owner_cannot_stop_being_one() {
    let (alice, bob, team) = team().await;
    let member = team.path(&format!("/members/{}", alice.user_id));
    alice.put(&format!("{member}/role"), json!({ "role": "member" })).await.refused("LAST_OWNER", 409);
    let roles = json!({ "role_codes": ["org_admin"] });
    alice.put(&format!("{member}/roles"), roles).await.refused("LAST_OWNER", 409);
    for exit in
        [alice.put(&format!("{member}/status"), json!({ "status": "suspended" })).await, alice.delete(&member).await]
    {
        assert!(["LAST_OWNER", "VALIDATION_ERROR"].contains(&exit.code()), "{exit:?}");
    }
    assert_eq!(team.owners(&bob).await, [alice.user_id]);
}

#[tokio::test]
async fn a_suspended_owner_does_not_count() {
    let (alice, bob, team) = team().await;
    team.make(&alice, &bob, "owner").await;
    let status = team.path(&format!("/members/{}/status", bob.user_id));
    alice.put(&status, json!({ "status": "suspended" })).await.expect(200);
    alice.delete(&format!("/me/orgs/{}", team.id)).await.refused("LAST_OWNER", 409);
    alice.put(&status, json!({ "status": "active" })).await.expect(200);
    alice.delete(&format!("/me/orgs/{}", team.id)).await.expect(204);
    assert_eq!(team.owners(&bob).await, [bob.user_id.as_str()]);
}

#[tokio::test]
async fn ownership_changes_hands_in_one_step() {
    let (alice, bob, team) = team().await;
    let path = team.path("/transfer-ownership");
    bob.post(&path, json!({ "new_owner_id": bob.user_id })).await.refused("INSUFFICIENT_PERMISSIONS", 403);
    let stranger = json!({ "new_owner_id": crate::harness::random_id() });
    alice.post(&path, stranger).await.refused("MEMBER_NOT_FOUND", 404);
    let organization = alice.post(&path, json!({ "new_owner_id": bob.user_id })).await.expect(200);
    assert_eq!(organization["owner_id"], bob.user_id);
    assert_eq!(team.owners(&alice).await, [bob.user_id]);
    assert_eq!(user_ids(&team.members(&alice).await).len(), 2);
}
