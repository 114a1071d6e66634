//! Nobody does more than their roles allow at this moment, and nobody grants more than they hold.

use serde_json::json;

use crate::harness::{Person, Product, Team};

/// An owner, an administrator, an ordinary member.
async fn team() -> (Person, Person, Person, Team) {
    let api = Product::shared().await.api();
    let (owner, admin, member) = tokio::join!(
        Person::verified(&api, "owner"),
        Person::verified(&api, "admin"),
        Person::registered(&api, "member")
    );
    let team = Team::of(&owner).await;
    team.admit(&owner, &[&admin, &member]).await;
    let path = team.path(&format!("/members/{}/roles", admin.user_id));
    owner.put(&path, json!({ "role_codes": ["org_admin"] })).await.expect(200);
    (owner, admin, member, team)
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let (_, _, member, team) = team().await;
    let details = member.put(&team.path(""), json!({ "name": "Mine" })).await.refused("INSUFFICIENT_PERMISSIONS", 403);
    assert_eq!(details["required_permission"], "org:update");
    assert_eq!(details["held_roles"], json!(["org_member"]));
}

#[tokio::test]
async fn an_administrator_cannot_touch_an_owner_nor_make_one() {
    let (owner, admin, member, team) = team().await;
    let of = |person: &Person, rest: &str| team.path(&format!("/members/{}{rest}", person.user_id));
    let demotion = json!({ "role_codes": ["org_member"] });
    admin.put(&of(&owner, "/roles"), demotion).await.refused("ROLE_ABOVE_CALLER", 403);
    admin.put(&of(&owner, "/status"), json!({ "status": "suspended" })).await.refused("ROLE_ABOVE_CALLER", 403);
    admin.delete(&of(&owner, "")).await.refused("ROLE_ABOVE_CALLER", 403);
    let promotion = json!({ "role_codes": ["org_owner"] });
    admin.put(&of(&member, "/roles"), promotion.clone()).await.refused("ROLE_ABOVE_CALLER", 403);
    admin.put(&of(&admin, "/roles"), promotion).await.refused("ROLE_ABOVE_CALLER", 403);
    let by_invitation = json!({ "email": "friend@example.com", "role": "owner" });
    admin.post(&team.path("/invitations"), by_invitation).await.refused("ROLE_ABOVE_CALLER", 403);
    let coarse = admin.put(&of(&member, "/role"), json!({ "role": "owner" })).await;
    assert_eq!(coarse.status, 403, "{coarse:?}");
    let deletion = admin.delete(&team.path("")).await;
    assert_eq!(deletion.status, 403, "{deletion:?}");
    assert_eq!(team.owners(&member).await, [owner.user_id.as_str()]);
}

#[tokio::test]
async fn a_manager_cannot_grant_more_than_they_hold() {
    let (owner, _, member, team) = team().await;
    let of_member = team.path(&format!("/members/{}/roles", member.user_id));
    owner.put(&of_member, json!({ "role_codes": ["org_manager"] })).await.expect(200);
    member.put(&of_member, json!({ "role_codes": ["org_admin"] })).await.refused("ROLE_ABOVE_CALLER", 403);
    member.put(&of_member, json!({ "role_codes": ["org_manager", "seller"] })).await.expect(200);
}

#[tokio::test]
async fn rights_are_read_when_they_are_used_not_from_the_token() {
    let (owner, mut admin, member, team) = team().await;
    admin.act_for(&team.id).await;
    owner.delete(&team.path(&format!("/members/{}", admin.user_id))).await.expect(204);
    let path = team.path(&format!("/members/{}", member.user_id));
    // By the database, or by the feed where that was faster.
    let answer = admin.delete(&path).await;
    assert!(["ORGANIZATION_NOT_FOUND", "TOKEN_STALE"].contains(&answer.code()), "{answer:?}");
    assert_eq!(team.members(&owner).await.len(), 2);

    admin.refresh(json!({})).await;
    let session = admin.get("/auth/session").await.expect(200);
    assert_eq!(session["active_org_id"], admin.personal_id, "a lost organization falls back to the personal one");
}

#[tokio::test]
async fn an_unproven_address_may_make_a_team_but_not_invite() {
    let api = Product::shared().await.api();
    let alice = Person::registered(&api, "alice").await;
    let team = Team::of(&alice).await;
    let invitation = json!({ "email": "friend@example.com" });
    alice.post(&team.path("/invitations"), invitation).await.refused("EMAIL_NOT_VERIFIED", 403);
    alice.post(&team.path("/invite-links"), json!({})).await.refused("EMAIL_NOT_VERIFIED", 403);
}
