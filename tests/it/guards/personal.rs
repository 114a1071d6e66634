//! A personal organization has exactly its user, as long as the account lives.

use serde_json::json;

use crate::harness::{Person, Product};

async fn alice() -> (Person, String) {
    let alice = Person::verified(&Product::shared().await.api(), "alice").await;
    let path = format!("/orgs/{}", alice.personal_id);
    (alice, path)
}

#[tokio::test]
async fn a_personal_organization_cannot_be_deleted() {
    let (alice, path) = alice().await;
    alice.delete(&path).await.refused("PERSONAL_ORGANIZATION", 409);
    alice.get(&path).await.expect(200);
}

#[tokio::test]
async fn a_personal_organization_cannot_be_left() {
    let (alice, _) = alice().await;
    alice.delete(&format!("/me/orgs/{}", alice.personal_id)).await.refused("PERSONAL_ORGANIZATION", 409);
    assert_eq!(alice.organizations().await.len(), 1);
}

#[tokio::test]
async fn a_personal_organization_cannot_be_shared() {
    let (alice, path) = alice().await;
    let invitation = json!({ "email": "friend@example.com" });
    alice.post(&format!("{path}/invitations"), invitation).await.refused("PERSONAL_ORGANIZATION", 409);
    alice.post(&format!("{path}/invite-links"), json!({})).await.refused("PERSONAL_ORGANIZATION", 409);
    assert_eq!(alice.get(&format!("{path}/members")).await.expect(200)["members"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_user_of_a_personal_organization_cannot_be_removed_demoted_or_replaced() {
    let (alice, path) = alice().await;
    let member = format!("{path}/members/{}", alice.user_id);
    let refusals = [
        alice.delete(&member).await,
        alice.put(&format!("{member}/role"), json!({ "role": "member" })).await,
        alice.put(&format!("{member}/roles"), json!({ "role_codes": ["org_member"] })).await,
        alice.post(&format!("{path}/transfer-ownership"), json!({ "new_owner_id": crate::harness::random_id() })).await,
    ];
    for refusal in refusals {
        refusal.refused("PERSONAL_ORGANIZATION", 409);
    }
    assert_eq!(alice.organizations().await[0]["role"], "owner");
}
