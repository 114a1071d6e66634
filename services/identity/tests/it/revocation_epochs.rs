//! Epochs of positions: what happens when numbers run backwards.

use contracts::changes::v1::{Change, ChangeKind};
use contracts::identity::v1 as proto;
use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use sea_orm::ConnectionTrait;
use service_kit::{Database, Entropy, Microservice, ServerKeySecret};

use crate::hearing::{Hearing, Running, watch_by_from};
use crate::world::{PASSWORD, World, rows, sign_in};

const ACME: &str = "018f0000-0000-7000-8000-0000000000aa";

fn in_acme(_: usize) -> Change {
    Change { kind: ChangeKind::Organization.into(), organization_id: ACME.to_owned(), ..Default::default() }
}

/// Hears until organizations is known up to there; the epoch.
async fn reached(identity: &Microservice, organizations: i64) -> String {
    let expected = proto::Positions { organizations, ..Default::default() };
    let mut hearing = Hearing::begin(identity).await;
    let fits = |alive: &proto::RevocationHeartbeat| alive.positions == Some(expected) && alive.silence_ms < 6_000;
    hearing.heartbeat(fits).await.epoch
}

/// The epoch of a token that is made now.
async fn minted(world: &World, identity: &Microservice) -> String {
    let mut authentication = AuthenticationServiceClient::new(identity.in_process());
    let answer = authentication.login(sign_in("alice@example.com", PASSWORD)).await.unwrap().into_inner();
    world.verified(&answer.tokens.unwrap().access_token).asof.e
}

#[tokio::test]
async fn positions_that_run_backwards_begin_another_epoch_for_feed_and_tokens() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    let _running = Running::new(&world.identity);
    world.told_by_organizations.tell_many(9, in_acme);
    let former = reached(&world.identity, 9).await;
    assert_eq!(minted(&world, &world.identity).await, former);
    let mut hearing = Hearing::begin(&world.identity).await;
    hearing.snapshot().await;

    world.told_by_organizations.put_back(4);
    hearing.cut().await;
    let present = reached(&world.identity, 4).await;
    assert_ne!(present, former);
    assert_eq!(minted(&world, &world.identity).await, present);
    let from = proto::ResumePoint {
        epoch: former,
        positions: Some(proto::Positions { organizations: 9, ..Default::default() }),
    };
    let snapshot = Hearing::resume(&world.identity, Some(from)).await.snapshot().await;
    assert_eq!(snapshot.epoch(), present);
    assert_eq!(snapshot.positions(), [vec![], vec![1, 2, 3, 4], vec![]]);

    world.told_by_organizations.tell(ChangeKind::Organization, in_acme(0));
    assert_eq!(reached(&world.identity, 5).await, present, "forwards again");
}

#[tokio::test]
async fn identitys_own_record_that_runs_backwards_begins_another_epoch_too() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let _running = Running::new(&world.identity);
    let logout = proto::LogoutRequest { refresh_token: alice.tokens.refresh_token };
    world.authentication().logout(logout).await.unwrap();
    let mut hearing = Hearing::begin(&world.identity).await;
    let former = hearing.heartbeat(|alive| alive.positions.unwrap().identity == 1).await.epoch;
    let database = Database::open(&world.database, "identity").await.unwrap();
    let transaction = database.begin_write().await.unwrap();
    transaction.execute_unprepared("DELETE FROM narrowing_events").await.unwrap();
    transaction.execute_unprepared("UPDATE positions SET value = 0").await.unwrap();
    transaction.commit().await.unwrap();
    hearing.cut().await;
    let present = reached(&world.identity, 0).await;
    assert_ne!(present, former);
    assert_eq!(minted(&world, &world.identity).await, present);
}

#[tokio::test]
async fn an_epoch_that_was_left_and_is_put_back_with_the_database_is_left_again() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    world.told_by_organizations.tell_many(9, in_acme);
    let first = reached(&world.identity, 9).await;
    let mut hearing = Hearing::begin(&world.identity).await;
    world.told_by_organizations.put_back(4);
    hearing.cut().await;
    let second = reached(&world.identity, 4).await;
    let mut hearing = Hearing::begin(&world.identity).await;
    let database = Database::open(&world.database, "identity").await.unwrap();
    let transaction = database.begin_write().await.unwrap();
    transaction.execute_unprepared(&format!("UPDATE epoch SET value = '{first}'")).await.unwrap();
    transaction.commit().await.unwrap();
    hearing.cut().await;
    let third = reached(&world.identity, 4).await;
    assert!(third != first && third != second);
}

#[tokio::test]
async fn a_replica_that_lags_is_waited_for_and_begins_no_epoch() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    world.told_by_organizations.tell_many(9, in_acme);
    let epoch = reached(&world.identity, 9).await;
    let mut hearing = Hearing::begin(&world.identity).await;
    hearing.snapshot().await;
    // What it tells was the latest before the nine were heard of.
    world.told_by_organizations.be_old(std::time::Duration::from_secs(60));
    world.told_by_organizations.put_back(4);
    hearing.heartbeat(|alive| alive.silence_ms > 4_000).await;
    world.told_by_organizations.be_old(std::time::Duration::ZERO);
    world.told_by_organizations.tell_many(6, in_acme);
    world.told_by_organizations.cut();
    let alive = hearing.heartbeat(|alive| alive.positions.unwrap().organizations == 10).await;
    assert_eq!(alive.epoch, epoch);
}

#[tokio::test]
async fn a_restart_keeps_the_epoch() {
    let world = World::new().await;
    world.told_by_organizations.tell_many(9, in_acme);
    let running = Running::new(&world.identity);
    let epoch = reached(&world.identity, 9).await;
    running.stop();
    let again = world.start_again(|_| ()).await.unwrap();
    let _running = Running::new(&again);
    assert_eq!(reached(&again, 9).await, epoch);
}

#[tokio::test]
async fn what_ran_backwards_while_identity_was_down_is_noticed_by_what_was_noted() {
    let world = World::new().await;
    world.told_by_organizations.tell_many(9, in_acme);
    let running = Running::new(&world.identity);
    let former = reached(&world.identity, 9).await;
    while rows(&world, "SELECT organizations_heard AS n FROM epoch").await < 9 {
        tokio::task::yield_now().await;
    }
    running.stop();
    world.told_by_organizations.put_back(4);
    let again = world.start_again(|_| ()).await.unwrap();
    let _running = Running::new(&again);
    let mut hearing = Hearing::begin(&again).await;
    hearing.cut().await;
    assert_ne!(reached(&again, 4).await, former);
    assert_eq!(rows(&world, "SELECT organizations_heard AS n FROM epoch").await, 0);
}

#[tokio::test]
async fn replicas_agree_on_the_epoch_whoever_notices_first() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    let replica = world.start_again(|_| ()).await.unwrap();
    let _running = [Running::new(&world.identity), Running::new(&replica)];
    world.told_by_organizations.tell_many(9, in_acme);
    let former = reached(&world.identity, 9).await;
    assert_eq!(reached(&replica, 9).await, former);
    let mut hearing = [Hearing::begin(&world.identity).await, Hearing::begin(&replica).await];
    world.told_by_organizations.put_back(4);
    for hearing in &mut hearing {
        hearing.cut().await;
    }
    let present = reached(&world.identity, 4).await;
    assert_ne!(present, former);
    assert_eq!(reached(&replica, 4).await, present);
    for identity in [&world.identity, &replica] {
        assert_eq!(minted(&world, identity).await, present);
    }
}

#[tokio::test]
async fn the_operator_begins_another_epoch_and_everybody_follows() {
    let world = World::new().await;
    let admin = world.administrator("alice@example.com", "system_admin").await;
    let _running = Running::new(&world.identity);
    world.told_by_organizations.tell_many(9, in_acme);
    let former = reached(&world.identity, 9).await;
    let mut hearing = Hearing::begin(&world.identity).await;
    let begun = tokio::time::Instant::now();
    let plans_seen = "SELECT count(*) AS n FROM last_entitlements";
    assert_eq!(rows(&world, plans_seen).await, 1);
    let present = world.operator().await.renew_epoch().await.unwrap();
    assert_eq!(rows(&world, plans_seen).await, 0, "they are numbered in the former epoch");
    hearing.cut().await;
    assert_eq!(reached(&world.identity, 9).await, present);
    assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_ne!(present, former);
    assert_eq!(minted(&world, &world.identity).await, present);
    let log = crate::audit_log::read(&world, &admin, Default::default()).await.unwrap().entries;
    let told: Vec<_> = log.iter().filter(|entry| entry.target_kind == "epoch").collect();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].actor.as_str(), told[0].action.as_str()), ("operator", "epoch.renewed"));
    assert_eq!(told[0].target_id, present);
}

#[tokio::test]
async fn a_token_is_of_the_epoch_that_was_there_before_anything_it_says_was_read() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    let operator = world.operator().await;
    // Billing is waited for, so the epoch changes between the reading and the signing.
    world.billing.state().mood = crate::stand_ins::Mood::Silent;
    let asked_before = world.organizations.state().access_asked;
    let before = minted(&world, &world.identity);
    let renewing = async {
        while world.organizations.state().access_asked == asked_before {
            tokio::task::yield_now().await;
        }
        operator.renew_epoch().await.unwrap()
    };
    let (minted_meanwhile, present) = tokio::join!(before, renewing);
    assert_ne!(minted_meanwhile, present);
    world.billing.state().mood = crate::stand_ins::Mood::Up;
    assert_eq!(minted(&world, &world.identity).await, present);
}

/// From where somebody goes on.
fn point(epoch: &str, positions: proto::Positions) -> Option<proto::ResumePoint> {
    Some(proto::ResumePoint { epoch: epoch.to_owned(), positions: Some(positions) })
}

#[tokio::test]
async fn a_service_that_knows_more_than_there_is_for_certain_is_believed_and_another_epoch_begins() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    world.told_by_organizations.tell_many(4, in_acme);
    let former = reached(&world.identity, 4).await;
    // As after its own database was put back. Nobody told anything by that number since the start.
    let known = proto::Positions { identity: 1, organizations: 4, billing: 0 };
    let mut hearing = Hearing::resume(&world.identity, point(&former, known)).await;
    assert!(hearing.snapshot().await.positions().iter().all(Vec::is_empty));
    hearing.cut().await;
    let present = reached(&world.identity, 4).await;
    assert_ne!(present, former);
    // Others who knew as much begin anew.
    let snapshot = Hearing::resume(&world.identity, point(&former, known)).await.snapshot().await;
    assert_eq!((snapshot.epoch(), snapshot.positions()), (present, [vec![], vec![1, 2, 3, 4], vec![]]));
}

#[tokio::test]
async fn what_a_service_says_begins_no_epoch_when_it_is_heard_in_time_nor_a_second_one_soon_after() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    world.told_by_organizations.tell_many(4, in_acme);
    let first = reached(&world.identity, 4).await;
    // Another replica has heard of it already.
    let known = proto::Positions { organizations: 6, ..Default::default() };
    let mut hearing = Hearing::resume(&world.identity, point(&first, known)).await;
    hearing.snapshot().await;
    world.told_by_organizations.tell_many(2, in_acme);
    hearing.heartbeat(|alive| alive.positions == Some(known)).await;
    hears_for_a_while(&mut hearing, &first).await;

    // Whoever is wrong time and again costs everybody one refresh, not one after the other.
    let wrong = proto::Positions { organizations: 1_000, ..Default::default() };
    Hearing::resume(&world.identity, point(&first, wrong)).await.cut().await;
    let second = reached(&world.identity, 6).await;
    let mut hearing = Hearing::resume(&world.identity, point(&second, wrong)).await;
    hears_for_a_while(&mut hearing, &second).await;
}

#[tokio::test]
async fn a_program_outside_of_the_deployment_begins_no_epoch_whatever_it_says() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    world.told_by_organizations.tell_many(4, in_acme);
    let epoch = reached(&world.identity, 4).await;
    let key = ServerKeySecret::generate(&Entropy::seeded(9)).expose();
    world.billing.state().keys.insert(key.clone());
    for from in [
        point(&epoch, proto::Positions { identity: i64::MAX, organizations: i64::MAX, billing: i64::MAX }),
        point(LATER, proto::Positions::default()),
    ] {
        let mut hearing = watch_by_from(&world.identity, Some(&key), from).await.unwrap();
        hears_for_a_while(&mut hearing, &epoch).await;
    }
}

#[tokio::test]
async fn an_epoch_that_a_service_has_left_for_a_later_one_is_left_here_too() {
    let world = World::new().await;
    let _running = Running::new(&world.identity);
    world.told_by_organizations.tell_many(4, in_acme);
    let former = reached(&world.identity, 4).await;
    // Somebody who missed the present epoch's beginning is no reason.
    let mut hearing = Hearing::resume(&world.identity, point(EARLIER, proto::Positions::default())).await;
    hears_for_a_while(&mut hearing, &former).await;
    Hearing::resume(&world.identity, point(LATER, proto::Positions::default())).await;
    hearing.cut().await;
    assert_ne!(reached(&world.identity, 4).await, former);
}

const EARLIER: &str = "00000000-0001-7000-8000-000000000000";
const LATER: &str = "ffffffff-ffff-7fff-bfff-ffffffffffff";

/// Longer than what is certain may be under way, nothing but this epoch is heard.
async fn hears_for_a_while(hearing: &mut Hearing, epoch: &str) {
    let began = tokio::time::Instant::now();
    while began.elapsed() < std::time::Duration::from_secs(3) {
        assert_eq!(hearing.heartbeat(|_| true).await.epoch, epoch);
    }
}
