//! Who may sign up, and what the answer tells.

use serde_json::json;

use crate::harness::{Api, PASSWORD, Person, Product, Team, eventually, secret_mailed_to, unique};

async fn sign_up(api: &Api, email: &str, invite_token: Option<&str>) -> crate::harness::Answer {
    let mut body = json!({ "email": email, "password": PASSWORD });
    if let Some(token) = invite_token {
        body["invite_token"] = json!(token);
    }
    api.post("/auth/register", &body).await
}

async fn prove(api: &Api, email: &str) {
    let token = secret_mailed_to(api, email, "verify-email?token=").await;
    api.post("/auth/verify-email", &json!({ "token": token })).await.expect(200);
}

#[tokio::test]
async fn an_invitee_signs_up_and_belongs_once_the_address_is_proven() {
    let api = Product::shared().await.api();
    let alice = Person::verified(&api, "alice").await;
    let acme = Team::of(&alice).await;
    let email = format!("bob.{}@example.com", unique());
    let invited = alice.post(&acme.path("/invitations"), json!({ "email": email })).await.expect(201);
    let token = invited["token"].as_str().unwrap();
    let stranger = format!("mallory.{}@example.com", unique());
    sign_up(&api, &stranger, Some(token)).await.refused("INVITE_EMAIL_MISMATCH", 403);
    sign_up(&api, &stranger, Some("nonsense")).await.refused("INVITE_NOT_FOUND", 404);

    let answer = sign_up(&api, &email, Some(token)).await.expect(201);
    let bob = Person::signed_in(&api, email.clone(), &answer);
    assert_eq!(bob.organizations().await.len(), 1, "the token proves no mailbox");
    prove(&api, &email).await;
    eventually("the membership", async || (bob.organizations().await.len() == 2).then_some(())).await;
}

#[tokio::test]
async fn where_sign_up_takes_an_invitation_nobody_else_signs_up() {
    let product = Product::own(&[
        ("GUILDHALL_REGISTRATION", "invite_only"),
        ("GUILDHALL_ADMIN_EMAIL", "root@example.com"),
        ("GUILDHALL_ADMIN_PASSWORD", PASSWORD),
    ])
    .await;
    let api = product.api();
    let answer =
        api.post("/auth/login", &json!({ "email": "root@example.com", "password": PASSWORD })).await.expect(200);
    let root = Person::signed_in(&api, "root@example.com".to_owned(), &answer);
    let acme = Team::of(&root).await;
    let email = format!("bob.{}@example.com", unique());
    sign_up(&api, &email, None).await.refused("FORBIDDEN", 403);
    let invited = root.post(&acme.path("/invitations"), json!({ "email": email })).await.expect(201);
    sign_up(&api, &email, Some(invited["token"].as_str().unwrap())).await.expect(201);
    let link = acme.link(&root, 1).await;
    let carol = format!("carol.{}@example.com", unique());
    let answer = sign_up(&api, &carol, Some(&link)).await.expect(201);
    let dave = format!("dave.{}@example.com", unique());
    sign_up(&api, &dave, Some(&link)).await.refused("INVITE_LINK_EXHAUSTED", 410);
    let carol = Person::signed_in(&api, carol, &answer);
    carol.post_bare(&format!("/invite-links/{link}/join")).await.expect(200);
}

#[tokio::test]
async fn closed_sign_up_is_closed() {
    let product = Product::own(&[("GUILDHALL_REGISTRATION", "closed")]).await;
    sign_up(&product.api(), "alice@example.com", None).await.refused("FORBIDDEN", 403);
}

#[tokio::test]
async fn a_strict_sign_up_tells_nobody_who_has_an_account() {
    let product = Product::own(&[("GUILDHALL_ENUMERATION", "strict")]).await;
    let api = product.api();
    let expected = json!({ "verification_email_sent": true });
    assert_eq!(sign_up(&api, "alice@example.com", None).await.expect(202), expected);
    prove(&api, "alice@example.com").await;
    assert_eq!(sign_up(&api, "alice@example.com", None).await.expect(202), expected);
    eventually("a mail that says so", async || {
        let mails = api.get("/dev/mail.json").await.expect(200);
        let mails = mails.as_array().unwrap().iter();
        mails.filter(|mail| mail["subject"] == "You have an account already").count().eq(&1).then_some(())
    })
    .await;
    let answer = eventually("the personal organization", async || {
        let body = json!({ "email": "alice@example.com", "password": PASSWORD });
        let answer = api.post("/auth/login", &body).await;
        (answer.status == 200).then_some(answer)
    })
    .await;
    assert_eq!(answer.expect(200)["user"]["email_verified"], true);
}
