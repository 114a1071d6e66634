//! Killed in the middle of things, the product finishes them or lets them be tried again.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, PASSWORD, Person, Product, Team, eventually, sign_up, unique, user_ids};

const ROUNDS: usize = 5;
const AT_ONCE: usize = 16;

/// Runs all of them and kills the service once this many have been answered.
async fn kill_among<F>(product: &Product, service: &str, after: usize, work: Vec<F>) -> Vec<Option<Answer>>
where
    F: Future<Output = Option<Answer>>,
{
    let answered = AtomicUsize::new(0);
    let counted = work.into_iter().map(|one| async {
        let answer = one.await;
        answered.fetch_add(1, Ordering::Relaxed);
        answer
    });
    let kill = async {
        eventually("enough answers", async || (answered.load(Ordering::Relaxed) >= after).then_some(())).await;
        product.kill_9(service);
    };
    let answers = tokio::join!(join_all(counted), kill).0;
    for refused in answers.iter().flatten().filter(|answer| answer.status >= 300) {
        let passing = ["SERVICE_UNAVAILABLE", "DEADLINE_EXCEEDED", "RATE_LIMITED"];
        assert!(passing.contains(&refused.code()), "who can retry is told so: {refused:?}");
    }
    answers
}

fn succeeded(answer: Option<&Answer>) -> bool {
    answer.is_some_and(|answer| answer.status < 300)
}

#[tokio::test]
async fn a_sign_up_that_was_cut_off_can_be_repeated_and_makes_one_organization() {
    let mut product = Product::own(&[]).await;
    for (round, service) in ["identity", "organizations"].into_iter().cycle().take(ROUNDS).enumerate() {
        let api = product.api();
        let emails: Vec<_> = (0..AT_ONCE).map(|_| format!("new.{}@example.com", unique())).collect();
        let bodies: Vec<_> = emails.iter().map(|email| json!({ "email": email, "password": PASSWORD })).collect();
        let work = bodies.iter().map(|body| api.try_json(Method::POST, "/auth/register", None, body)).collect();
        let answers = kill_among(&product, service, round + 1, work).await;
        product.start_again().await;

        let api = product.api();
        for (email, answer) in emails.into_iter().zip(&answers) {
            let body = json!({ "email": email, "password": PASSWORD });
            let mut answer_now = api.post("/auth/login", &body).await;
            if answer_now.code() == "INVALID_CREDENTIALS" {
                assert!(!succeeded(answer.as_ref()), "an account that was answered is gone: {email}");
                answer_now = sign_up(&api, &email).await;
                assert_eq!(answer_now.status, 201, "{answer_now:?}");
            }
            assert!(succeeded(Some(&answer_now)), "{answer_now:?}");
            let person = Person::signed_in(&api, email, &answer_now.json);
            let organizations = person.organizations().await;
            assert_eq!(organizations.len(), 1, "{organizations:?}");
            assert_eq!(organizations[0]["organization"]["is_personal"], true);
            assert_eq!(organizations[0]["organization"]["id"], person.personal_id);
        }
    }
}

#[tokio::test]
async fn an_accept_that_was_cut_off_is_finished_or_can_be_repeated() {
    let mut product = Product::own(&[]).await;
    let api = product.api();
    let mut alice = Person::verified(&api, "alice").await;
    let mut people = join_all((0..AT_ONCE).map(|_| Person::verified(&api, "guest"))).await;
    for (round, service) in ["invitations", "organizations"].into_iter().cycle().take(ROUNDS).enumerate() {
        let team = Team::of(&alice).await;
        let mut tokens = Vec::new();
        for person in &people {
            let body = json!({ "email": person.email });
            let made = alice.post(&team.path("/invitations"), body).await.expect(201);
            tokens.push(json!({ "token": made["token"] }));
        }
        let work = people.iter().zip(&tokens).map(|(person, body)| {
            person.api.try_json(Method::POST, "/invitations/accept", Some(&person.access_token), body)
        });
        let answers = kill_among(&product, service, round + 1, work.collect()).await;
        product.start_again().await;
        (alice, people) = at_the_new_door(&product, &alice, &people);

        let members: BTreeSet<_> = user_ids(&team.members(&alice).await).into_iter().collect();
        for (person, answer) in people.iter().zip(&answers) {
            let is_member = members.contains(&person.user_id);
            assert!(is_member || !succeeded(answer.as_ref()), "a membership that was answered is gone");
        }
        no_accepted_invitation_lacks_its_membership(&alice, &people, &team).await;
        for (person, body) in people.iter().zip(&tokens) {
            person.post("/invitations/accept", body.clone()).await.expect(200);
        }
        everybody_is_a_member_once(&alice, &people, &team).await;
    }
}

#[tokio::test]
async fn a_join_that_was_cut_off_is_finished_or_can_be_repeated_and_counts_once() {
    let mut product = Product::own(&[]).await;
    let api = product.api();
    let mut alice = Person::verified(&api, "alice").await;
    let mut people = join_all((0..AT_ONCE).map(|_| Person::registered(&api, "guest"))).await;
    for (round, service) in ["organizations", "invitations"].into_iter().cycle().take(ROUNDS).enumerate() {
        let team = Team::of(&alice).await;
        let path = format!("/invite-links/{}/join", team.link(&alice, AT_ONCE).await);
        let nothing = json!({});
        let work =
            people.iter().map(|person| person.api.try_json(Method::POST, &path, Some(&person.access_token), &nothing));
        kill_among(&product, service, round + 1, work.collect()).await;
        product.start_again().await;
        (alice, people) = at_the_new_door(&product, &alice, &people);

        for person in &people {
            person.post_bare(&path).await.expect(200);
        }
        everybody_is_a_member_once(&alice, &people, &team).await;
        let links = alice.get(&team.path("/invite-links")).await.expect(200);
        assert_eq!(links["invite_links"][0]["uses"], AT_ONCE);
    }
}

/// The same people where the product listens now, with tokens of the sessions that they had.
fn at_the_new_door(product: &Product, alice: &Person, people: &[Person]) -> (Person, Vec<Person>) {
    let api = product.api();
    (alice.at(&api), people.iter().map(|person| person.at(&api)).collect())
}

/// Waits until the relay has finished what the crash left: each invitation is pending, or accepted with a membership.
async fn no_accepted_invitation_lacks_its_membership(alice: &Person, people: &[Person], team: &Team) {
    eventually("every cut-off accept is finished", async || {
        let emails = |list: Value| -> BTreeSet<String> {
            let list = list["invitations"].as_array().expect("invitations").clone();
            list.iter().map(|invitation| invitation["email"].as_str().expect("an address").to_owned()).collect()
        };
        let accepted = emails(alice.get(&team.path("/invitations?status=accepted&page_size=200")).await.expect(200));
        let pending = emails(alice.get(&team.path("/invitations?status=pending&page_size=200")).await.expect(200));
        let members: BTreeSet<_> = team
            .members(alice)
            .await
            .iter()
            .map(|member| member["user"]["email"].as_str().expect("an address").to_owned())
            .collect();
        assert!(accepted.is_subset(&members), "accepted without a membership: {accepted:?} {members:?}");
        let is_settled =
            people.iter().all(|person| accepted.contains(&person.email) || pending.contains(&person.email));
        let is_joined = people.iter().all(|person| members.contains(&person.email) <= accepted.contains(&person.email));
        (is_settled && is_joined).then_some(())
    })
    .await;
}

async fn everybody_is_a_member_once(alice: &Person, people: &[Person], team: &Team) {
    let mut members = user_ids(&team.members(alice).await);
    let mut expected: Vec<_> = people.iter().chain([alice]).map(|person| person.user_id.clone()).collect();
    members.sort();
    expected.sort();
    assert_eq!(members, expected);
}
