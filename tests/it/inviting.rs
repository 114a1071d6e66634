//! Invitations to many, until when, and again; links that are turned off and on.

use serde_json::{Value, json};

use crate::harness::{Person, Product, Team, secret_mailed_to, unique};

async fn alice_and_team() -> (Person, Team) {
    let alice = Person::verified(&Product::shared().await.api(), "alice").await;
    let team = Team::of(&alice).await;
    (alice, team)
}

/// Somebody with a proven address who belongs nowhere yet.
async fn guest(name: &str) -> Person {
    Person::verified(&Product::shared().await.api(), name).await
}

fn id(made: &Value) -> &str {
    made["id"].as_str().unwrap()
}

#[tokio::test]
async fn many_are_invited_at_once_and_each_result_says_what_became_of_it() {
    let ((alice, team), bob, carol) = tokio::join!(alice_and_team(), guest("bob"), guest("carol"));
    let shouted = bob.email.to_uppercase();
    let emails = json!([shouted, "nobody", bob.email, alice.email, carol.email]);
    let body = json!({ "emails": emails, "role": "owner" });
    let answer = alice.post(&team.path("/invitations"), body).await.expect(200);
    let results = answer["results"].as_array().unwrap();
    assert_eq!(
        results.iter().map(|result| &result["email"]).collect::<Vec<_>>(),
        emails.as_array().unwrap().iter().collect::<Vec<_>>()
    );
    for (index, code) in [(1, "VALIDATION_ERROR"), (2, "VALIDATION_ERROR"), (3, "ALREADY_A_MEMBER")] {
        assert_eq!(results[index]["error"]["code"], code, "{answer}");
        assert!(results[index].get("invitation").is_none());
    }
    assert_eq!(results[2]["error"]["details"]["fields"][0]["field"], "emails[2]");
    for (index, person) in [(0, &bob), (4, &carol)] {
        let token = &results[index]["invitation"]["token"];
        let mailed = secret_mailed_to(&person.api, &person.email, "/invitations/").await;
        assert_eq!(*token, json!(mailed));
        let joined = person.post("/invitations/accept", json!({ "token": token })).await.expect(200);
        assert_eq!(joined["role"], "owner");
    }
    assert_eq!(team.members(&alice).await.len(), 3);
    for emails in [json!([]), json!(vec!["x"; 51])] {
        let details = alice.post(&team.path("/invitations"), json!({ "emails": emails })).await;
        assert_eq!(details.refused("VALIDATION_ERROR", 400)["fields"][0]["field"], "emails");
    }
}

#[tokio::test]
async fn fifty_are_invited_to_a_role_that_somebody_made() {
    let (alice, team) = alice_and_team().await;
    let role = json!({ "code": format!("r{}", unique()), "name": "Readers", "permission_codes": ["org:read"] });
    let role = alice.post(&team.path("/roles"), role).await.expect(201);
    let emails: Vec<_> = (0..50).map(|number| format!("guest{number}.{}@example.com", unique())).collect();
    let body = json!({ "emails": emails, "role_ids": [role["id"]] });
    let answer = alice.post(&team.path("/invitations"), body).await.expect(200);
    let results = answer["results"].as_array().unwrap();
    assert!(results.iter().all(|result| result["invitation"]["role_ids"] == json!([role["id"]])), "{answer}");
    let pending = alice.get(&team.path("/invitations?page_size=200")).await.expect(200);
    assert_eq!(pending["invitations"].as_array().unwrap().len(), 50);
    alice.delete(&team.path(&format!("/roles/{}", id(&role)))).await.refused("ROLE_IN_USE", 409);
}

#[tokio::test]
async fn an_invitation_expires_when_it_was_said_to() {
    let (alice, team) = alice_and_team().await;
    let invite = async |expires_at: &str| {
        let body = json!({ "email": format!("guest.{}@example.com", unique()), "expires_at": expires_at });
        alice.post(&team.path("/invitations"), body).await
    };
    // Whatever the clock says: one is past, the other further ahead than anything may be.
    for expires_at in ["2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"] {
        let details = invite(expires_at).await.refused("VALIDATION_ERROR", 400);
        assert_eq!(details["fields"][0]["field"], "expires_at");
    }
    let usual = alice.post(&team.path("/invitations"), json!({ "email": "friend@example.com" })).await.expect(201);
    let again = invite(usual["expires_at"].as_str().unwrap()).await.expect(201);
    assert_eq!(again["expires_at"], usual["expires_at"]);
}

#[tokio::test]
async fn an_invitation_sent_again_opens_by_the_new_mail_alone() {
    let ((alice, team), bob) = tokio::join!(alice_and_team(), guest("bob"));
    let made = alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    let resend = team.path(&format!("/invitations/{}/resend", id(&made)));
    let again = alice.post_bare(&resend).await.expect(200);
    assert_eq!((&again["id"], &again["status"]), (&made["id"], &json!("pending")));
    assert_ne!(again["token"], made["token"]);
    let old = format!("/invitations/{}", made["token"].as_str().unwrap());
    assert_eq!(bob.api.get(&old).await.refused("INVITE_REVOKED", 410)["cause"], "superseded");
    let accept = async |made: &Value| bob.post("/invitations/accept", json!({ "token": made["token"] })).await;
    assert_eq!(accept(&made).await.refused("INVITE_REVOKED", 410)["cause"], "superseded");
    accept(&again).await.expect(200);
    alice.post_bare(&resend).await.refused("INVITE_ALREADY_USED", 409);
    bob.post_bare(&resend).await.refused("INSUFFICIENT_PERMISSIONS", 403);
    let nothing = team.path(&format!("/invitations/{}/resend", crate::harness::random_id()));
    alice.post_bare(&nothing).await.refused("INVITE_NOT_FOUND", 404);
}

#[tokio::test]
async fn a_link_is_turned_off_and_on_and_its_role_may_go_meanwhile() {
    let ((alice, team), bob, carol) = tokio::join!(alice_and_team(), guest("bob"), guest("carol"));
    let role = json!({ "code": format!("r{}", unique()), "name": "Readers", "permission_codes": ["org:read"] });
    let role = alice.post(&team.path("/roles"), role).await.expect(201);
    let link = alice.post(&team.path("/invite-links"), json!({ "role_ids": [role["id"]] })).await.expect(201);
    let (path, join) = (
        team.path(&format!("/invite-links/{}", id(&link))),
        format!("/invite-links/{}/join", link["token"].as_str().unwrap()),
    );
    let of_role = team.path(&format!("/roles/{}", id(&role)));
    bob.post_bare(&join).await.expect(200);
    let off = alice.put(&path, json!({ "is_active": false })).await.expect(200);
    assert_eq!((&off["is_active"], &off["is_revoked"], &off["uses"]), (&json!(false), &json!(false), &json!(1)));
    assert_eq!(carol.post_bare(&join).await.refused("INVITE_REVOKED", 410)["cause"], "turned_off");
    alice.put(&path, json!({ "is_active": true })).await.expect(200);
    carol.post_bare(&join).await.expect(200);

    alice.put(&path, json!({ "is_active": false })).await.expect(200);
    for member in [&bob, &carol] {
        let roles = team.path(&format!("/members/{}/roles", member.user_id));
        alice.put(&roles, json!({ "role_codes": ["org_member"] })).await.expect(200);
    }
    crate::harness::eventually("the role is let go", async || {
        (alice.delete(&of_role).await.status == 204).then_some(())
    })
    .await;
    alice.put(&path, json!({ "is_active": true })).await.refused("ROLE_NOT_FOUND", 404);
    alice.delete(&path).await.expect(204);
    assert_eq!(
        alice.put(&path, json!({ "is_active": true })).await.refused("INVITE_REVOKED", 410)["cause"],
        "withdrawn"
    );
}
