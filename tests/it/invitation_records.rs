//! What is kept of invitations beside themselves: how far their mails are, and who did what.

use serde_json::{Value, json};

use crate::harness::{Api, Person, Product, Team};

async fn alice_and_team(api: &Api) -> (Person, Team) {
    let alice = Person::verified(api, "alice").await;
    let team = Team::of(&alice).await;
    (alice, team)
}

/// Bob is invited by mail and accepts, Carol joins by a link.
async fn history(alice: &Person, team: &Team, bob: &Person, carol: &Person) -> (Value, String) {
    let made = alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    bob.post("/invitations/accept", json!({ "token": made["token"] })).await.expect(200);
    let link = team.link(alice, 5).await;
    carol.post_bare(&format!("/invite-links/{link}/join")).await.expect(200);
    (made, link)
}

fn entries(answer: &Value) -> Vec<Value> {
    answer["entries"].as_array().expect("entries").clone()
}

fn actions(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_organization_sees_that_the_mail_of_an_invitation_was_sent_and_the_invited_do_not() {
    let api = Product::shared().await.api();
    let ((alice, team), bob) = tokio::join!(alice_and_team(&api), Person::verified(&api, "bob"));
    let made = alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    assert_eq!(made["mail"], json!({ "status": "queued", "attempts": 0 }));
    let mail = &team.mailed_invitations(&alice).await[0]["mail"];
    assert!(mail["sent_at"].is_string() && mail.get("failed_at").is_none() && mail.get("reason").is_none(), "{mail}");
    let mine = bob.get("/me/invitations").await.expect(200);
    assert_eq!(mine["invitations"][0]["id"], made["id"]);
    assert!(mine["invitations"][0].get("mail").is_none());
}

#[tokio::test]
async fn an_organizations_log_tells_of_invitations_and_links_among_the_rest_and_keeps_addresses_and_tokens() {
    let api = Product::shared().await.api();
    let ((alice, team), bob, carol) =
        tokio::join!(alice_and_team(&api), Person::verified(&api, "bob"), Person::verified(&api, "carol"));
    let (made, link) = history(&alice, &team, &bob, &carol).await;
    let path = team.path("/audit-log");
    let log = alice.get(&path).await.expect(200);
    let told = entries(&log);
    for action in [
        "organization.created",
        "invitation.created",
        "invitation.accepted",
        "invite_link.created",
        "invite_link.joined",
    ] {
        assert_eq!(actions(&told).iter().filter(|it| **it == action).count(), 1, "{action} in {:?}", actions(&told));
    }
    let of = |action: &str| told.iter().find(|entry| entry["action"] == action).unwrap();
    let created = of("invitation.created");
    assert_eq!((&created["actor"], &created["target_id"]), (&json!(alice.user_id), &made["id"]));
    assert_eq!((&created["ip_address"], &created["organization_id"]), (&json!("127.0.0.1"), &json!(team.id)));
    assert_eq!(created["details"]["email"], "b***@example.com");
    let accepted = of("invitation.accepted");
    assert_eq!((&accepted["actor"], accepted.get("ip_address")), (&json!(bob.user_id), None));
    let whole = log.to_string();
    for secret in [&bob.email, made["token"].as_str().unwrap(), &link] {
        assert!(!whole.contains(secret), "{secret} in {whole}");
    }

    let instants: Vec<&str> =
        told.iter().map(|entry| entry["created_at"].as_str().unwrap().trim_end_matches('Z')).collect();
    assert!(instants.is_sorted_by(|newer, older| newer >= older), "{instants:?}");
    let mut read = Vec::new();
    let mut page_token = String::new();
    loop {
        let page = alice.get(&format!("{path}?page_size=2&page_token={page_token}")).await.expect(200);
        read.extend(entries(&page));
        page_token = page["next_page_token"].as_str().unwrap().to_owned();
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(read, told);
    let lines = alice.api.export(&path, &alice.access_token).await;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines, told);
    let by_bob = alice.get(&format!("{path}?actor={}&action=invitation.accepted", bob.user_id)).await.expect(200);
    assert_eq!(entries(&by_bob), std::slice::from_ref(accepted));
    bob.get(&path).await.refused("INSUFFICIENT_PERMISSIONS", 403);
}

#[tokio::test]
async fn the_back_office_reads_it_too_and_everybody_finds_their_own_part_in_their_export() {
    let product = Product::shared().await;
    let api = product.api();
    let ((alice, team), bob, carol) =
        tokio::join!(alice_and_team(&api), Person::verified(&api, "bob"), Person::verified(&api, "carol"));
    let mut admin = Person::verified(&api, "admin").await;
    product.make_administrator(&mut admin, "super_admin").await;
    history(&alice, &team, &bob, &carol).await;

    let of_bob = entries(&admin.get(&format!("/admin/audit-log?actor={}", bob.user_id)).await.expect(200));
    assert!(actions(&of_bob).contains(&"invitation.accepted") && actions(&of_bob).contains(&"member.joined"));
    let accepted = of_bob.iter().find(|entry| entry["action"] == "invitation.accepted").unwrap();
    assert_eq!(accepted["ip_address"], "127.0.0.1", "whoever runs the deployment sees from where");
    let exported = bob.get("/me/export").await.expect(200);
    assert!(exported["actions"].as_array().unwrap().contains(accepted), "{exported}");
    let exported = alice.get("/me/export").await.expect(200);
    let own = exported["actions"].as_array().unwrap();
    assert!(actions(own).contains(&"invite_link.created") && actions(own).contains(&"organization.created"));
    assert!(!actions(own).contains(&"invite_link.joined"));
}
