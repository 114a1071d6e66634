//! What becomes of invitations and links that nobody takes up.

use serde_json::{Value, json};

use crate::harness::{Person, Product, Team};

async fn invited() -> (Person, Person, Team, Value) {
    let api = Product::shared().await.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    let team = Team::of(&alice).await;
    let made = alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    (alice, bob, team, made)
}

fn by_id(invitation: &Value, action: &str) -> String {
    format!("/me/invitations/{}/{action}", invitation["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_withdrawn_invitation_cannot_be_accepted() {
    let (alice, bob, team, made) = invited().await;
    let path = team.path(&format!("/invitations/{}", made["id"].as_str().unwrap()));
    alice.delete(&path).await.expect(204);
    alice.delete(&path).await.expect(204);
    bob.post("/invitations/accept", json!({ "token": made["token"] })).await.refused("INVITE_REVOKED", 410);
    assert_eq!(bob.get("/me/invitations").await.expect(200)["invitations"], json!([]));
    assert_eq!(team.members(&alice).await.len(), 1);
}

#[tokio::test]
async fn a_declined_invitation_cannot_be_accepted() {
    let (alice, bob, team, made) = invited().await;
    bob.post_bare(&by_id(&made, "decline")).await.expect(204);
    bob.post_bare(&by_id(&made, "accept")).await.refused("INVITE_ALREADY_USED", 409);
    assert_eq!(team.members(&alice).await.len(), 1);
}

#[tokio::test]
async fn an_invitation_is_declined_by_the_token_of_its_mail() {
    let (alice, bob, team, made) = invited().await;
    let token = json!({ "token": made["token"] });
    alice.post("/invitations/decline", token.clone()).await.refused("INVITE_EMAIL_MISMATCH", 403);
    bob.post("/invitations/decline", token.clone()).await.expect(204);
    bob.post("/invitations/decline", token.clone()).await.expect(204);
    bob.post("/invitations/accept", token).await.refused("INVITE_ALREADY_USED", 409);
    let declined = alice.get(&team.path("/invitations?status=declined")).await.expect(200);
    assert_eq!(declined["invitations"][0]["id"], made["id"]);
}

#[tokio::test]
async fn an_accepted_invitation_cannot_be_withdrawn() {
    let (alice, bob, team, made) = invited().await;
    bob.post_bare(&by_id(&made, "accept")).await.expect(200);
    let path = team.path(&format!("/invitations/{}", made["id"].as_str().unwrap()));
    alice.delete(&path).await.refused("INVITE_ALREADY_USED", 409);
    assert_eq!(team.members(&alice).await.len(), 2);
}

#[tokio::test]
async fn a_new_invitation_of_the_same_address_replaces_the_old_one() {
    let (alice, bob, team, old) = invited().await;
    let shouted = bob.email.to_uppercase();
    let new = alice.post(&team.path("/invitations"), json!({ "email": shouted })).await.expect(201);
    bob.post("/invitations/accept", json!({ "token": old["token"] })).await.refused("INVITE_REVOKED", 410);
    bob.post("/invitations/accept", json!({ "token": new["token"] })).await.expect(200);
}

#[tokio::test]
async fn an_invitation_of_somebody_else_looks_like_none() {
    let (alice, _, _, made) = invited().await;
    let nothing = format!("/me/invitations/{}/accept", crate::harness::random_id());
    alice.post_bare(&by_id(&made, "accept")).await.refused("INVITE_NOT_FOUND", 404);
    alice.post_bare(&nothing).await.refused("INVITE_NOT_FOUND", 404);
    alice.post_bare(&by_id(&made, "decline")).await.refused("INVITE_NOT_FOUND", 404);
}

#[tokio::test]
async fn an_unproven_address_cannot_accept() {
    let api = Product::shared().await.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::registered(&api, "bob"));
    let team = Team::of(&alice).await;
    let made = alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    let accept = json!({ "token": made["token"] });
    bob.post("/invitations/accept", accept.clone()).await.refused("EMAIL_NOT_VERIFIED", 403);
    let mut bob = bob;
    bob.verify().await;
    bob.post("/invitations/accept", accept).await.expect(200);
}

#[tokio::test]
async fn an_invitation_is_void_when_its_sender_may_no_longer_grant_it() {
    let api = Product::shared().await.api();
    let (alice, manager, bob) =
        tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "manager"), Person::verified(&api, "bob"));
    let team = Team::of(&alice).await;
    team.admit(&alice, &[&manager]).await;
    let roles = team.path(&format!("/members/{}/roles", manager.user_id));
    alice.put(&roles, json!({ "role_codes": ["org_manager"] })).await.expect(200);
    let made = manager.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    let link = team.link(&manager, 5).await;
    alice.put(&roles, json!({ "role_codes": ["org_member"] })).await.expect(200);

    bob.post("/invitations/accept", json!({ "token": made["token"] })).await.refused("INVITE_REVOKED", 410);
    bob.post_bare(&format!("/invite-links/{link}/join")).await.refused("INVITE_REVOKED", 410);
    assert_eq!(team.members(&alice).await.len(), 2);
}

#[tokio::test]
async fn a_link_that_was_turned_off_lets_nobody_in() {
    let (alice, bob, team, _) = invited().await;
    let token = team.link(&alice, 5).await;
    let links = alice.get(&team.path("/invite-links")).await.expect(200);
    let path = team.path(&format!("/invite-links/{}", links["invite_links"][0]["id"].as_str().unwrap()));
    alice.delete(&path).await.expect(204);
    bob.post_bare(&format!("/invite-links/{token}/join")).await.refused("INVITE_REVOKED", 410);
    let unknown = format!("/invite-links/{}/join", "A".repeat(43));
    bob.post_bare(&unknown).await.refused("INVITE_NOT_FOUND", 404);
}

#[tokio::test]
async fn a_link_never_makes_an_owner() {
    let (alice, _, team, _) = invited().await;
    let as_owner = alice.post(&team.path("/invite-links"), json!({ "role": "owner" })).await;
    as_owner.refused("VALIDATION_ERROR", 400);
}
