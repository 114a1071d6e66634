//! The feed of revocations, as whoever verifies tokens hears it.

use std::collections::HashSet;
use std::time::Duration;

use contracts::changes::v1::{Change, ChangeKind};
use contracts::identity::v1 as proto;
use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use contracts::identity::v1::watch_response::Message;
use identity::KeyVault;
use service_kit::{CallOrigin, Entropy, ErrorReason, MasterKey};

use crate::hearing::{Hearing, Running, watch};
use crate::stand_ins::Mood;
use crate::world::{World, reason, rows};

const ACME: &str = "018f0000-0000-7000-8000-0000000000aa";
const ALICE: &str = "018f0000-0000-7000-8000-0000000000a1";

fn membership() -> Change {
    Change { user_id: ALICE.to_owned(), organization_id: ACME.to_owned(), ..Default::default() }
}

fn in_acme() -> Change {
    Change { organization_id: ACME.to_owned(), ..Default::default() }
}

fn numbers(identity: i64, organizations: i64, billing: i64) -> proto::Positions {
    proto::Positions { identity, organizations, billing }
}

/// Hears until all three services were heard of.
async fn whole(hearing: &mut Hearing) -> proto::RevocationHeartbeat {
    hearing.heartbeat(|heartbeat| heartbeat.silence_ms < 6_000).await
}

#[tokio::test]
async fn first_come_the_keys_then_what_is_known_then_a_sign_of_life_and_then_what_changes() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.told_by_organizations.tell(ChangeKind::Membership, membership());
    let _running = Running::new(&world.identity);
    whole(&mut Hearing::begin(&world.identity).await).await;

    let mut hearing = Hearing::begin(&world.identity).await;
    let snapshot = hearing.snapshot().await;
    let published = world.keys().list_signing_keys(proto::ListSigningKeysRequest {}).await.unwrap().into_inner();
    assert_eq!(snapshot.jwks, published.jwks_json);
    assert_eq!(snapshot.positions(), [vec![], vec![1], vec![]]);
    assert_eq!(snapshot.through(), numbers(0, 1, 0));
    assert_eq!(snapshot.parts[0].token_lifetime_seconds, 300);
    assert_eq!(snapshot.epoch(), world.verified(&alice.tokens.access_token).asof.e);
    let Message::Heartbeat(alive) = hearing.next().await.unwrap() else { panic!("a sign of life") };
    assert_eq!((alive.positions, &alive.epoch), (Some(numbers(0, 1, 0)), &snapshot.epoch()));
    assert!(alive.silence_ms < 6_000);

    world.told_by_billing.tell(ChangeKind::Entitlement, in_acme());
    let batch = hearing
        .until(|message| match message {
            Message::Batch(batch) => Some(batch),
            _ => None,
        })
        .await;
    assert_eq!((batch.after, batch.through), (Some(numbers(0, 1, 0)), Some(numbers(0, 1, 1))));
    assert_eq!(batch.changes.unwrap().billing[0].organization_id, ACME);
    hearing.heartbeat(|alive| alive.positions == Some(numbers(0, 1, 1))).await;
}

#[tokio::test]
async fn every_kind_of_change_is_told_with_whom_it_concerns() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let _running = Running::new(&world.identity);
    let told = [
        (ChangeKind::Membership, membership()),
        (ChangeKind::Organization, in_acme()),
        (ChangeKind::Role, Change { role_code: "editor".to_owned(), ..in_acme() }),
        (ChangeKind::User, Change { user_id: ALICE.to_owned(), ..Default::default() }),
        (ChangeKind::Everything, Change::default()),
    ];
    for (kind, change) in told.clone() {
        world.told_by_organizations.tell(kind, change);
    }
    world.told_by_billing.tell(ChangeKind::Entitlement, in_acme());
    let logout = proto::LogoutRequest { refresh_token: alice.tokens.refresh_token.clone() };
    world.authentication().logout(logout).await.unwrap();
    let again = world.log_in("alice@example.com", crate::world::PASSWORD).await.unwrap().tokens.unwrap();
    let all = test_kit::bearer(proto::LogoutAllRequest {}, &again.access_token);
    world.authentication().logout_all(all).await.unwrap();

    whole(&mut Hearing::begin(&world.identity).await).await;
    let mut hearing = Hearing::begin(&world.identity).await;
    hearing.heartbeat(|alive| alive.positions == Some(numbers(2, 5, 1))).await;
    let part = Hearing::begin(&world.identity).await.snapshot().await.parts.remove(0).changes.unwrap();
    let without_time = |change: Change| Change { made_at: None, ..change };
    let expected: Vec<_> = (1_i64..)
        .zip(told)
        .map(|(position, (kind, change))| Change { position, kind: kind.into(), ..change })
        .collect();
    assert_eq!(part.organizations.into_iter().map(without_time).collect::<Vec<_>>(), expected);
    assert_eq!(part.billing[0].kind(), ChangeKind::Entitlement);
    let [session, user] = part.identity.try_into().unwrap();
    let sid = world.verified(&alice.tokens.access_token).session_id.to_string();
    assert_eq!((session.kind(), session.session_id), (ChangeKind::Session, sid));
    assert_eq!((user.kind(), user.user_id, user.ended), (ChangeKind::User, alice.id, true));
}

#[tokio::test]
async fn what_is_not_understood_concerns_everything() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    world.told_by_organizations.tell_many(1, |_| Change { kind: 99, ..in_acme() });
    world.told_by_organizations.tell(ChangeKind::Membership, in_acme());
    let mut hearing = Hearing::begin(&world.identity).await;
    hearing.heartbeat(|alive| alive.positions == Some(numbers(0, 2, 0))).await;
    let part = Hearing::begin(&world.identity).await.snapshot().await.parts.remove(0).changes.unwrap();
    let kinds: Vec<_> = part.organizations.iter().map(Change::kind).collect();
    assert_eq!(kinds, [ChangeKind::Everything, ChangeKind::Everything]);
}

#[tokio::test]
async fn whoever_goes_on_from_somewhere_hears_what_came_later_and_of_another_epoch_everything() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    world.told_by_organizations.tell_many(5, |_| Change { kind: ChangeKind::Organization.into(), ..in_acme() });
    let mut hearing = Hearing::begin(&world.identity).await;
    let epoch = hearing.heartbeat(|alive| alive.positions == Some(numbers(0, 5, 0))).await.epoch;

    let from = |epoch: &str, organizations| {
        Some(proto::ResumePoint { epoch: epoch.to_owned(), positions: Some(numbers(0, organizations, 0)) })
    };
    for (from, expected) in [
        (from(&epoch, 3), vec![4, 5]),
        (from(&epoch, 5), vec![]),
        (from(&epoch, -1), vec![1, 2, 3, 4, 5]),
        (from("another", 3), vec![1, 2, 3, 4, 5]),
        (None, vec![1, 2, 3, 4, 5]),
        (from(&epoch, 9), vec![]),
    ] {
        let snapshot = Hearing::resume(&world.identity, from).await.snapshot().await;
        assert_eq!(snapshot.positions(), [vec![], expected, vec![]]);
        assert_eq!(snapshot.through(), numbers(0, 5, 0));
    }
}

#[tokio::test]
async fn a_large_snapshot_comes_in_parts_and_nothing_is_told_twice() {
    let world = World::new().await;
    world.told_by_organizations.tell_many(4_500, |_| Change { kind: ChangeKind::Membership.into(), ..membership() });
    world.told_by_billing.tell_many(2_001, |_| Change { kind: ChangeKind::Entitlement.into(), ..in_acme() });
    let _running = Running::new(&world.identity);
    let mut hearing = Hearing::begin(&world.identity).await;
    hearing.heartbeat(|alive| alive.positions == Some(numbers(0, 4_500, 2_001))).await;

    let mut hearing = Hearing::begin(&world.identity).await;
    let snapshot = hearing.snapshot().await;
    assert_eq!(snapshot.parts.len(), 3);
    for part in &snapshot.parts {
        let changes = part.changes.as_ref().unwrap();
        assert!(changes.organizations.len() <= 2_000 && changes.billing.len() <= 2_000);
        assert_eq!((part.through, &part.epoch), (Some(numbers(0, 4_500, 2_001)), &snapshot.epoch()));
    }
    let [_, organizations, billing] = snapshot.positions();
    assert_eq!(organizations, (1..=4_500).collect::<Vec<_>>());
    assert_eq!(billing, (1..=2_001).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_no_living_token_is_concerned_by_is_forgotten() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    world.told_by_organizations.tell(ChangeKind::Organization, in_acme());
    let mut hearing = Hearing::begin(&world.identity).await;
    hearing.heartbeat(|alive| alive.positions == Some(numbers(0, 1, 0))).await;
    world.clock.advance(Duration::from_secs(300 + 300));
    let changes = || async { Hearing::begin(&world.identity).await.snapshot().await.positions() };
    hearing.heartbeat(|_| true).await;
    hearing.heartbeat(|_| true).await;
    assert_eq!(changes().await, [vec![], vec![1], vec![]]);
    world.clock.advance(Duration::from_millis(1));
    while !changes().await[1].is_empty() {
        hearing.next().await.unwrap();
    }
}

#[tokio::test]
async fn a_listener_that_is_too_slow_is_cut_and_the_others_hear_on() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    let mut slow = Hearing::begin(&world.identity).await;
    slow.snapshot().await;
    let mut hearing = Hearing::begin(&world.identity).await;
    hearing.snapshot().await;
    // A hundred and fifty messages, of which a hundred and twenty-eight can wait.
    for _ in 0..150 {
        let position = world.told_by_organizations.tell(ChangeKind::Organization, in_acme());
        hearing
            .until(|message| match message {
                Message::Batch(batch) if batch.through.unwrap().organizations >= position => Some(()),
                _ => None,
            })
            .await;
    }
    slow.cut().await;
    whole(&mut hearing).await;
}

#[tokio::test]
async fn a_service_that_falls_silent_is_told_of_by_its_age_and_subscribed_anew() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    let mut hearing = Hearing::begin(&world.identity).await;
    whole(&mut hearing).await;
    let subscriptions = world.told_by_billing.subscriptions();
    world.told_by_billing.be_silent(true);
    hearing.heartbeat(|alive| alive.silence_ms > 2_500).await;
    assert!(world.told_by_billing.subscriptions() > subscriptions);
    world.told_by_organizations.tell(ChangeKind::Organization, in_acme());
    hearing.heartbeat(|alive| alive.positions == Some(numbers(0, 1, 0))).await;
    world.told_by_billing.tell(ChangeKind::Entitlement, in_acme());
    world.told_by_billing.be_silent(false);
    hearing.heartbeat(|alive| alive.silence_ms < 1_000 && alive.positions == Some(numbers(0, 1, 1))).await;
}

#[tokio::test]
async fn a_sign_of_life_tells_how_long_its_own_listener_has_listened() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    let elapsed = |alive: &proto::RevocationHeartbeat| alive.elapsed_ms.unwrap();
    let mut early = Hearing::begin(&world.identity).await;
    early.heartbeat(|alive| elapsed(alive) >= 600).await;
    let mut late = Hearing::begin(&world.identity).await;
    let first = late.heartbeat(|_| true).await;
    let then = early.heartbeat(|_| true).await;
    assert!(elapsed(&first) < elapsed(&then), "{first:?}, {then:?}");
    let next = late.heartbeat(|_| true).await;
    assert!(elapsed(&next) >= elapsed(&first));
}

#[tokio::test]
async fn what_a_service_says_of_its_own_age_counts() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    let mut hearing = Hearing::begin(&world.identity).await;
    whole(&mut hearing).await;
    world.told_by_organizations.be_old(Duration::from_millis(3_000));
    hearing.heartbeat(|alive| alive.silence_ms > 1_500).await;
    world.told_by_organizations.be_old(Duration::ZERO);
    hearing.heartbeat(|alive| alive.silence_ms < 1_000).await;
}

#[tokio::test]
async fn a_service_never_heard_makes_everybody_blind_and_holds_up_nobody_else() {
    let world = World::new().await;
    world.told_by_organizations.tell_many(7, |_| Change { kind: ChangeKind::Organization.into(), ..in_acme() });
    world.told_by_organizations.be_down(true);
    let _running = Running::new(&world.identity);
    let mut hearing = Hearing::begin(&world.identity).await;
    world.told_by_billing.tell(ChangeKind::Entitlement, in_acme());
    let alive = hearing.heartbeat(|alive| alive.positions == Some(numbers(0, 0, 1))).await;
    assert!(alive.silence_ms >= 6_000);
    world.told_by_organizations.be_down(false);
    let batch = hearing
        .until(|message| match message {
            Message::Batch(batch) => Some(batch),
            _ => None,
        })
        .await;
    assert_eq!((batch.after, batch.through), (Some(numbers(0, 0, 1)), Some(numbers(0, 7, 1))));
    whole(&mut hearing).await;
}

#[tokio::test]
async fn what_was_missed_for_good_while_a_service_was_away_concerns_everything() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    world.told_by_organizations.tell(ChangeKind::Organization, in_acme());
    let mut hearing = Hearing::begin(&world.identity).await;
    hearing.heartbeat(|alive| alive.positions == Some(numbers(0, 1, 0))).await;
    world.told_by_organizations.be_down(true);
    world.told_by_organizations.tell_many(2, |_| in_acme());
    world.told_by_organizations.forget();
    world.told_by_organizations.tell(ChangeKind::Organization, in_acme());
    world.told_by_organizations.be_down(false);
    let batch = hearing
        .until(|message| match message {
            Message::Batch(batch) => Some(batch),
            _ => None,
        })
        .await;
    let told: Vec<_> = batch.changes.unwrap().organizations.iter().map(|it| (it.position, it.kind())).collect();
    assert_eq!(told, [(3, ChangeKind::Everything), (4, ChangeKind::Organization)]);
}

#[tokio::test]
async fn other_keys_are_told_within_a_second() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    let mut hearing = Hearing::begin(&world.identity).await;
    let before = hearing.snapshot().await.jwks;
    let master_key = MasterKey::from_bytes([7; 32]);
    let (clock, entropy, origin) = (world.clock.clone(), Entropy::system(), CallOrigin::default());
    let vault = KeyVault::open(&world.database, &master_key, clock, entropy, origin).await.unwrap();
    let former = vault.rotate(true).await.unwrap().retiring;
    vault.retire(&former, true).await.unwrap();
    let begun = tokio::time::Instant::now();
    let without_former = |message| match message {
        Message::Keys(keys) if !keys.jwks_json.contains(&former) => Some(keys.jwks_json),
        _ => None,
    };
    let after = hearing.until(without_former).await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert!(before.contains(&former));
    assert_eq!(Hearing::begin(&world.identity).await.snapshot().await.jwks, after);
}

#[tokio::test]
async fn the_stop_ends_every_subscription_and_nobody_hears_a_feed_that_does_not_run() {
    let world = World::new().await;
    assert_eq!(reason(watch(&world.identity, None).await), ErrorReason::ServiceUnavailable);
    let running = Running::new(&world.identity);
    let mut begun = Hearing::begin(&world.identity).await;
    let mut further = Hearing::begin(&world.identity).await;
    further.heartbeat(|_| true).await;
    running.stop();
    further.cut().await;
    begun.cut().await;
    assert_eq!(reason(watch(&world.identity, None).await), ErrorReason::ServiceUnavailable);
}

#[tokio::test]
async fn without_billing_a_plan_is_left_out_once_a_change_of_it_was_heard() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let _running = Running::new(&world.identity);
    let mut hearing = Hearing::begin(&world.identity).await;
    let acme = |_| Change { kind: ChangeKind::Entitlement.into(), ..in_acme() };
    world.told_by_billing.tell_many(6, acme);
    hearing.heartbeat(|alive| alive.positions == Some(numbers(0, 0, 6))).await;
    world.billing.state().mood = Mood::Down;
    let tokens = world.refresh(&alice.tokens.refresh_token).await.unwrap().tokens.unwrap();
    let caller = world.verified(&tokens.access_token);
    assert_eq!(caller.subscription.and_then(|plan| plan.plan_code).as_deref(), Some("pro"), "others' changes");
    assert_eq!(caller.asof.b, 6, "it is still hers, as is known up to there");

    let hers = Change { organization_id: alice.personal_organization.clone(), ..Default::default() };
    world.told_by_billing.tell(ChangeKind::Entitlement, hers);
    world.told_by_billing.tell_many(1, acme);
    hearing.heartbeat(|alive| alive.positions == Some(numbers(0, 0, 8))).await;
    let tokens = world.refresh(&tokens.refresh_token).await.unwrap().tokens.unwrap();
    let caller = world.verified(&tokens.access_token);
    assert_eq!((caller.subscription, caller.asof.b), (None, 8));

    world.billing.state().mood = Mood::Up;
    world.billing.state().position = 8;
    let tokens = world.refresh(&tokens.refresh_token).await.unwrap().tokens.unwrap();
    assert!(world.verified(&tokens.access_token).subscription.is_some());
}

#[tokio::test]
async fn without_billing_a_plan_that_has_changed_stays_left_out_for_as_long_as_it_takes() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.person("bob@example.com").await;
    let running = Running::new(&world.identity);
    let of = |organization_id: &str| Change { organization_id: organization_id.to_owned(), ..Default::default() };
    world.told_by_billing.tell_many(5, |_| Change { kind: ChangeKind::Entitlement.into(), ..in_acme() });
    world.told_by_billing.tell(ChangeKind::Entitlement, of(&alice.personal_organization));
    while rows(&world, "SELECT count(*) AS n FROM last_entitlements").await > 1 {
        tokio::task::yield_now().await;
    }
    // Another process, which has never heard of the change, long after.
    running.stop();
    world.billing.state().mood = Mood::Down;
    let again = world.start_again(|_| ()).await.unwrap();
    let mut authentication = AuthenticationServiceClient::new(again.in_process());
    for (person, expected) in [("alice", None), ("bob", Some("pro"))] {
        let sign_in = crate::world::sign_in(&format!("{person}@example.com"), crate::world::PASSWORD);
        let answer = authentication.login(sign_in).await.unwrap().into_inner();
        let caller = world.verified(&answer.tokens.unwrap().access_token);
        assert_eq!(caller.subscription.and_then(|plan| plan.plan_code).as_deref(), expected, "{person}");
    }
}

#[tokio::test]
async fn many_subscribe_and_hear_the_same() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    let mut hearings = Vec::new();
    for _ in 0..100 {
        hearings.push(Hearing::begin(&world.identity).await);
    }
    world.told_by_organizations.tell(ChangeKind::Organization, in_acme());
    let mut epochs = HashSet::new();
    for mut hearing in hearings {
        epochs.insert(hearing.heartbeat(|alive| alive.positions == Some(numbers(0, 1, 0))).await.epoch);
    }
    assert_eq!(epochs.len(), 1);
}
