//! The sessions that somebody sees and ends.

use serde_json::{Value, json};

use crate::harness::{PASSWORD, Person, Product, random_id};

async fn alice() -> Person {
    Person::registered(&Product::shared().await.api(), "alice").await
}

async fn signed_in_again(person: &Person) -> Person {
    let answer = person.api.post("/auth/login", &json!({ "email": person.email, "password": PASSWORD })).await;
    Person::signed_in(&person.api, person.email.clone(), &answer.expect(200))
}

async fn sessions(person: &Person) -> Vec<Value> {
    let answer = person.get("/auth/sessions").await.expect(200);
    assert_eq!(answer["next_page_token"], "");
    answer["sessions"].as_array().expect("a list of sessions").clone()
}

fn id(session: &Value) -> &str {
    session["id"].as_str().expect("an id")
}

#[tokio::test]
async fn every_device_is_listed_and_the_own_is_marked() {
    let laptop = alice().await;
    let phone = signed_in_again(&laptop).await;
    let seen = sessions(&laptop).await;
    assert_eq!(seen.len(), 2);
    assert_eq!((&seen[0]["is_current"], &seen[1]["is_current"]), (&json!(false), &json!(true)));
    for session in &seen {
        assert!(session["ip_address"].is_string() && session["created_at"].is_string(), "{session}");
        assert!(session["last_activity_at"].is_string(), "{session}");
    }
    let seen = sessions(&phone).await;
    assert_eq!((&seen[0]["is_current"], &seen[1]["is_current"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn a_lost_device_is_signed_out_from_another() {
    let (laptop, mut others) = (alice().await, Vec::new());
    for _ in 0..2 {
        others.push(signed_in_again(&laptop).await);
    }
    let lost = sessions(&others[0]).await.into_iter().find(|session| session["is_current"] == true).unwrap();

    let answer = laptop.delete(&format!("/auth/sessions/{}", id(&lost))).await;
    assert!(answer.header("guildhall-position").is_some_and(|position| position.starts_with("i:")), "{answer:?}");
    answer.expect(204);

    let refresh = json!({ "refresh_token": others[0].refresh_token });
    laptop.api.post("/auth/refresh", &refresh).await.refused("TOKEN_REVOKED", 401);
    others[0].get("/auth/me").await.refused("TOKEN_REVOKED", 401);
    others[1].get("/auth/me").await.expect(200);
    assert_eq!(sessions(&laptop).await.len(), 2);
    laptop.delete(&format!("/auth/sessions/{}", id(&lost))).await.refused("NOT_FOUND", 404);
}

#[tokio::test]
async fn sessions_of_others_and_of_nobody_are_answered_alike() {
    let (alice, bob) = (alice().await, alice().await);
    let of_bob = sessions(&bob).await;
    let mut messages = Vec::new();
    for session in [id(&of_bob[0]).to_owned(), random_id()] {
        let answer = alice.delete(&format!("/auth/sessions/{session}")).await;
        messages.push(answer.json["error"]["message"].clone());
        answer.refused("NOT_FOUND", 404);
    }
    assert_eq!(messages[0], messages[1]);
    bob.get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn pages_of_sessions_hold_each_once() {
    let alice = alice().await;
    for _ in 0..4 {
        signed_in_again(&alice).await;
    }
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let page = alice.get(&format!("/auth/sessions?page_size=2&page_token={token}")).await.expect(200);
        seen.extend(page["sessions"].as_array().unwrap().iter().map(|session| id(session).to_owned()));
        token = page["next_page_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break;
        }
    }
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.reverse();
    sorted.dedup();
    assert_eq!((seen.len(), &seen), (5, &sorted), "newest first");
}
