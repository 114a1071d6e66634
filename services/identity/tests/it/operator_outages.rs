//! What the command line begins while organizations is away, and what the audit log tells of its end.

use std::time::Duration;

use contracts::audit::v1::AuditEntry;
use sea_orm::{ConnectionTrait, Statement};
use service_kit::audit::Reason;
use service_kit::{Database, ErrorReason};

use crate::world::{Person, World, reason, rows};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn because(text: &str) -> Option<Reason> {
    Reason::parse(text).unwrap()
}

/// An administrator who reads the log, and two others, with nothing left for the relay.
async fn scene() -> (World, Person, Person, Person) {
    let world = World::new().await;
    let admin = world.administrator("admin@example.com", "system_admin").await;
    let (bob, carol) = (world.person("bob@example.com").await, world.person("carol@example.com").await);
    world.run_relay(4).await;
    (world, admin, bob, carol)
}

/// What the log tells of this account, the oldest first.
async fn told(world: &World, admin: &Person, of: &Person) -> Vec<(String, String, String, String)> {
    let log = crate::audit_log::read(world, admin, Default::default()).await.unwrap().entries;
    let tell = |entry: AuditEntry| {
        let (reason, agent) = (entry.reason.unwrap_or_default(), entry.user_agent.unwrap_or_default());
        (entry.action, entry.actor, reason, agent)
    };
    let ours = log.into_iter().filter(|entry| entry.target_id == of.id);
    let mut told: Vec<_> = ours.map(tell).collect();
    told.reverse();
    told
}

fn line(action: &str, reason: &str) -> (String, String, String, String) {
    (action.to_owned(), "operator".to_owned(), reason.to_owned(), "cli:root".to_owned())
}

#[tokio::test]
async fn what_was_begun_is_finished_after_an_outage_of_days() {
    let (world, _, bob, carol) = scene().await;
    let operator = world.operator().await;
    world.organizations.state().is_down = true;
    operator.suspend(&bob.id, None).await.unwrap();
    operator.delete(&carol.id, None).await.unwrap();
    for _ in 0..40 {
        world.run_relay(2).await;
        world.clock.advance(DAY / 8);
    }
    world.organizations.state().is_down = false;
    world.run_relay(2).await;
    assert_eq!(operator.find(&bob.id).await.unwrap().status, "suspended");
    assert!(operator.find(&carol.id).await.is_err());
    assert_eq!(world.organizations.state().departed, [carol.id]);
}

#[tokio::test]
async fn repeating_a_command_begins_anew_with_what_was_set_aside() {
    let (world, _, bob, carol) = scene().await;
    let operator = world.operator().await;
    operator.suspend(&bob.id, None).await.unwrap();
    operator.delete(&carol.id, None).await.unwrap();
    let database = Database::open(&world.database, "identity").await.unwrap();
    let transaction = database.begin_write().await.unwrap();
    let set_aside = "UPDATE outbox SET abandoned_ms = 1";
    transaction.execute_raw(Statement::from_string(transaction.get_database_backend(), set_aside)).await.unwrap();
    transaction.commit().await.unwrap();
    world.run_relay(0).await;
    assert_eq!(operator.suspend(&bob.id, None).await.unwrap().status, "suspending");
    assert_eq!(operator.delete(&carol.id, None).await.unwrap().status, "departing");
    world.run_relay(2).await;
    assert_eq!(operator.find(&bob.id).await.unwrap().status, "suspended");
    assert!(operator.find(&carol.id).await.is_err());
}

#[tokio::test]
async fn what_waits_for_organizations_is_no_matter_of_trying_again() {
    let (world, _, bob, carol) = scene().await;
    let operator = world.operator().await;
    operator.suspend(&bob.id, None).await.unwrap();
    operator.delete(&carol.id, None).await.unwrap();
    for refused in [
        operator.unsuspend(&bob.id, None).await,
        operator.delete(&bob.id, None).await,
        operator.suspend(&carol.id, None).await,
        operator.unsuspend(&carol.id, None).await,
    ] {
        let refusal = refused.unwrap_err().to_string();
        assert!(refusal.contains("guildhall outbox list") && !refusal.contains("try again"), "{refusal}");
    }
}

#[tokio::test]
async fn the_log_tells_how_suspensions_and_deletions_end() {
    let (world, admin, bob, carol) = scene().await;
    let operator = world.operator().await;
    let tick = || world.clock.advance(Duration::from_secs(1));
    world.organizations.state().sole_owners.insert(bob.id.clone());
    operator.suspend(&bob.id, because("chargebacks")).await.unwrap();
    tick();
    world.run_relay_until(async || operator.find(&bob.id).await.unwrap().status == "active").await;
    tick();
    operator.delete(&bob.id, because("asked for")).await.unwrap();
    tick();
    world.run_relay_until(async || operator.find(&bob.id).await.unwrap().status == "active").await;
    tick();
    world.organizations.state().sole_owners.clear();
    operator.suspend(&bob.id, None).await.unwrap();
    tick();
    world.run_relay_until(async || operator.find(&bob.id).await.unwrap().status == "suspended").await;
    let expected = [
        line("user.suspension_begun", "chargebacks"),
        line("user.suspension_called_off", "chargebacks"),
        line("user.deletion_begun", "asked for"),
        line("user.deletion_called_off", "asked for"),
        line("user.suspension_begun", ""),
        line("user.suspended", ""),
    ];
    assert_eq!(told(&world, &admin, &bob).await, expected);

    operator.delete(&carol.id, because("has left")).await.unwrap();
    tick();
    world.run_relay_until(async || operator.find(&carol.id).await.is_err()).await;
    let expected = [line("user.deletion_begun", "has left"), line("user.deleted", "has left")];
    assert_eq!(told(&world, &admin, &carol).await, expected);
    assert_eq!(world.organizations.state().deleted_by_operator, [carol.id]);
    operator.delete_handing_over(&bob.id, None).await.unwrap();
    assert!(told(&world, &admin, &bob).await.contains(&line("user.deleted", "")), "at once");
}

#[tokio::test]
async fn tokens_end_when_a_suspension_or_a_deletion_begins() {
    let (world, _, bob, carol) = scene().await;
    let operator = world.operator().await;
    world.organizations.state().is_down = true;
    operator.suspend(&bob.id, None).await.unwrap();
    operator.delete(&carol.id, None).await.unwrap();
    for person in [&bob, &carol] {
        let ended = format!("SELECT COUNT(*) AS n FROM narrowing_events WHERE subject LIKE '%{}%'", person.id);
        assert_eq!(rows(&world, &ended).await, 1, "whoever verifies hears of it");
        assert_eq!(reason(world.refresh(&person.tokens.refresh_token).await), ErrorReason::TokenRevoked);
    }
}
