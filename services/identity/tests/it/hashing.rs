//! The cost of passwords.

use std::time::{Duration, Instant};

use contracts::identity::v1 as proto;
use identity::PasswordSettings;
use sea_orm::{ConnectionTrait, Statement};
use service_kit::{Database, ErrorReason};
use tokio::task::JoinSet;

use crate::world::{PASSWORD, World, reason, sign_in};

const ALICE: &str = "alice@example.com";

/// So much that nothing else in a sign-in counts.
fn dear(settings: &mut identity::Settings) {
    settings.passwords.memory_kib = 8 * 1024;
}

async fn stored_hash(world: &World) -> String {
    let database = Database::open(&world.database, "identity").await.unwrap();
    let backend = database.reader().get_database_backend();
    let query = Statement::from_string(backend, "SELECT password_hash FROM users");
    let row = database.reader().query_one_raw(query).await.unwrap().unwrap();
    row.try_get("", "password_hash").unwrap()
}

#[tokio::test]
async fn a_sign_in_renews_a_hash_that_was_made_with_other_parameters() {
    let world = World::new().await;
    world.person(ALICE).await;
    let before = stored_hash(&world).await;
    assert!(before.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{before}");
    world.log_in(ALICE, PASSWORD).await.unwrap();
    assert_eq!(stored_hash(&world).await, before);

    let stronger = world.start_again(|settings| settings.passwords.memory_kib = 16).await.unwrap();
    let mut client = proto::authentication_service_client::AuthenticationServiceClient::new(stronger.in_process());
    client.login(sign_in(ALICE, PASSWORD)).await.unwrap();
    let after = stored_hash(&world).await;
    assert!(after.starts_with("$argon2id$v=19$m=16,t=1,p=1$"), "{after}");
    assert!(world.log_in(ALICE, PASSWORD).await.is_ok(), "replicas with the old parameters go on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_ins_at_once_all_succeed_while_the_hash_is_renewed() {
    let world = World::new().await;
    world.person(ALICE).await;
    for round in 0..20 {
        let memory_kib = if round % 2 == 0 { 16 } else { 8 };
        let service = world.start_again(|settings| settings.passwords.memory_kib = memory_kib).await.unwrap();
        let mut calls = JoinSet::new();
        for _ in 0..8 {
            let channel = service.in_process();
            let mut client = proto::authentication_service_client::AuthenticationServiceClient::new(channel);
            calls.spawn(async move { client.login(sign_in(ALICE, PASSWORD)).await });
        }
        while let Some(answer) = calls.join_next().await {
            answer.unwrap().expect("whoever knows the password gets in");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_the_queue_sign_ins_are_refused_at_once_and_sessions_go_on() {
    let world = World::with(|settings| {
        settings.passwords = PasswordSettings { hashes_at_once: 1, hashes_waiting: 1, ..settings.passwords.clone() };
        settings.passwords.memory_kib = 64 * 1024;
        settings.passwords.passes = 4;
    })
    .await;
    let alice = world.person(ALICE).await;
    let mut calls = JoinSet::new();
    for _ in 0..12 {
        let mut client = world.authentication();
        calls.spawn(async move { client.login(sign_in(ALICE, PASSWORD)).await.map(|_| ()) });
    }
    // Of twelve, ten find the queue full; they are answered before the first hash is done.
    let mut answers = Vec::new();
    let mut token = alice.tokens.refresh_token;
    while let Some(answer) = calls.join_next().await {
        answers.push(answer.unwrap());
        token = world.refresh(&token).await.expect("a refresh needs no hash").tokens.unwrap().refresh_token;
    }
    let served = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!((1..=11).contains(&served), "{served} were served");
    let first_served = answers.iter().position(Result::is_ok).unwrap();
    assert!(first_served > 0, "refusals come first");
    for refused in answers.into_iter().filter(Result::is_err) {
        assert_eq!(reason(refused), ErrorReason::RateLimited);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_takes_alike_whether_or_not_there_is_an_account_in_use() {
    let world = World::with(dear).await;
    world.person(ALICE).await;
    let cases = [(ALICE, "something else entirely"), ("nobody@example.com", PASSWORD)];
    assert_alike(async |case, _| {
        let (email, password) = cases[case];
        assert_eq!(reason(world.log_in(email, password).await), ErrorReason::InvalidCredentials);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ask_for_a_new_password_takes_alike_whether_or_not_there_is_an_account() {
    let world = World::new().await;
    for number in 0..ROUNDS * BATCHES {
        world.person(&format!("user{number}@example.com")).await;
    }
    assert_alike(async |case, number| {
        let email = format!("{}{number}@example.com", ["user", "none"][case]);
        let ask = proto::RequestPasswordResetRequest { email };
        world.passwords().request_password_reset(ask).await.unwrap();
    })
    .await;
}

const ROUNDS: usize = 40;
const BATCHES: usize = 5;

/// Two cases take turns, now this one first, now that, so that whatever else the machine does falls on both.
/// What a hash or a mail would add shows in every batch; what others did to one batch does not show in all.
async fn assert_alike(run: impl AsyncFn(usize, usize)) {
    let mut ratios = Vec::new();
    for batch in 0..BATCHES {
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..ROUNDS {
            let first = round % 2;
            for case in [first, 1 - first] {
                let begun = Instant::now();
                run(case, batch * ROUNDS + round).await;
                times[case].push(begun.elapsed());
            }
        }
        let [one, other] = times.map(lower_quartile);
        let ratio = one.as_secs_f64() / other.as_secs_f64();
        if (0.8..=1.25).contains(&ratio) {
            return;
        }
        ratios.push(ratio);
    }
    panic!("one takes longer than the other: {ratios:?}");
}

/// Others make things slower, never faster.
fn lower_quartile(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 4]
}
