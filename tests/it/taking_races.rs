//! Many at once after few things: exactly as many get one as there are.

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{Person, Product, Team, unique, user_ids};

#[tokio::test]
async fn sixty_people_at_a_link_with_seven_uses_are_seven_members() {
    let api = Product::shared().await.api();
    let alice = Person::verified(&api, "alice").await;
    let team = Team::of(&alice).await;
    let token = team.link(&alice, 7).await;
    let people = join_all((0..60).map(|_| Person::registered(&api, "taker"))).await;

    let path = format!("/invite-links/{token}/join");
    let answers = join_all(people.iter().map(|person| person.post_bare(&path))).await;
    let mut joined: Vec<_> = answers
        .into_iter()
        .zip(&people)
        .filter_map(|(answer, person)| {
            if answer.status == 200 {
                return Some(person.user_id.clone());
            }
            answer.refused("INVITE_LINK_EXHAUSTED", 410);
            None
        })
        .collect();
    assert_eq!(joined.len(), 7);
    joined.push(alice.user_id.clone());
    joined.sort();
    let mut members = user_ids(&team.members(&alice).await);
    members.sort();
    assert_eq!(members, joined);
    assert_eq!(alice.get(&team.path("/invite-links")).await.expect(200)["invite_links"][0]["uses"], 7);
}

#[tokio::test]
async fn fifteen_accepts_at_once_are_one_membership() {
    let api = Product::shared().await.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    let team = Team::of(&alice).await;
    let made = alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    let (by_id, token) = (format!("/me/invitations/{}/accept", made["id"].as_str().unwrap()), &made["token"]);

    let accepts = (0..15).map(|turn| {
        let (bob, by_id) = (&bob, &by_id);
        async move {
            if turn % 2 == 0 {
                bob.post("/invitations/accept", json!({ "token": token })).await
            } else {
                bob.post_bare(by_id).await
            }
        }
    });
    for answer in join_all(accepts).await {
        assert_eq!(answer.expect(200)["org_id"], team.id);
    }
    assert_eq!(user_ids(&team.members(&alice).await), [alice.user_id.clone(), bob.user_id.clone()]);
}

#[tokio::test]
async fn an_accept_and_a_withdrawal_at_once_agree() {
    let api = Product::shared().await.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    for _ in 0..10 {
        let team = Team::of(&alice).await;
        let made = alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
        let path = team.path(&format!("/invitations/{}", made["id"].as_str().unwrap()));
        let accept = json!({ "token": made["token"] });
        let (accepted, withdrawn) = tokio::join!(bob.post("/invitations/accept", accept), alice.delete(&path));
        let is_member = team.members(&alice).await.len() == 2;
        match (accepted.status, withdrawn.status) {
            (200, 409) => assert!(is_member),
            (410, 204) => assert!(!is_member),
            _ => panic!("{accepted:?} {withdrawn:?}"),
        }
    }
}

#[tokio::test]
async fn one_slug_asked_for_by_many_at_once_is_given_once() {
    let api = Product::shared().await.api();
    let people = join_all((0..8).map(|_| Person::registered(&api, "founder"))).await;
    let body = json!({ "name": "Acme", "slug": format!("acme-{}", unique()) });
    let answers = join_all(people.iter().map(|person| person.post("/me/orgs", body.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for answer in answers.into_iter().filter(|answer| answer.status != 201) {
        answer.refused("ORGANIZATION_SLUG_TAKEN", 409);
    }
}

#[tokio::test]
async fn one_address_signed_up_by_many_at_once_is_one_account() {
    let api = Product::shared().await.api();
    let email = format!("everybody.{}@example.com", unique());
    let body = json!({ "email": email, "password": crate::harness::PASSWORD });
    let answers = join_all((0..8).map(|_| api.post("/auth/register", &body))).await;
    let mut ids: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .map(|answer| answer.json["user"]["id"].as_str().unwrap())
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert!(["USER_ALREADY_EXISTS", "RATE_LIMITED"].contains(&answer.code()), "{answer:?}");
    }
    let answer = api.post("/auth/login", &body).await.expect(200);
    assert_eq!(Person::signed_in(&api, email, &answer).organizations().await.len(), 1);
}
