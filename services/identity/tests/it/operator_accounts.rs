//! What the command line of the deployment does to accounts.

use std::time::Duration;

use identity::{OperatorError, WhichAccounts};
use service_kit::ErrorReason;
use service_kit::audit::Reason;

use crate::world::{PASSWORD, World, reason};

fn because(text: &str) -> Option<Reason> {
    Reason::parse(text).unwrap()
}

#[tokio::test]
async fn a_suspension_is_begun_at_the_command_line_and_finished_by_the_relay() {
    let world = World::new().await;
    let admin = world.administrator("admin@example.com", "system_admin").await;
    let bob = world.person("bob@example.com").await;
    world.run_relay(3).await;
    let operator = world.operator().await;
    let begun = operator.suspend("bob@example.com", because("chargebacks")).await.unwrap();
    assert_eq!(begun.status, "suspending");
    assert_eq!(reason(world.log_in("bob@example.com", PASSWORD).await), ErrorReason::InvalidCredentials);
    assert_eq!(operator.suspend(&bob.id, None).await.unwrap().status, "suspending", "again changes nothing");
    world.run_relay(1).await;
    assert_eq!(operator.find(&bob.id).await.unwrap().status, "suspended");
    assert_eq!(reason(world.me(&bob.tokens.access_token).await), ErrorReason::TokenRevoked);
    let log = crate::audit_log::read(&world, &admin, Default::default()).await.unwrap().entries;
    let entry = log.iter().find(|entry| entry.action == "user.suspended").expect("an entry");
    assert_eq!(
        (entry.actor.as_str(), entry.reason.as_deref(), entry.user_agent.as_deref()),
        ("operator", Some("chargebacks"), Some("cli:root"))
    );

    assert_eq!(operator.unsuspend(&bob.id, None).await.unwrap().status, "active");
    assert!(world.log_in("bob@example.com", PASSWORD).await.is_ok());
    world.run_relay(1).await;
    assert!(world.organizations.state().recorded[&bob.id].is_active, "organizations hears of it");
}

#[tokio::test]
async fn an_only_owner_is_put_back_into_use() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.run_relay(1).await;
    world.organizations.state().sole_owners.insert(alice.id.clone());
    let operator = world.operator().await;
    operator.suspend(&alice.id, None).await.unwrap();
    world.run_relay_until(async || operator.find(&alice.id).await.unwrap().status == "active").await;
    operator.delete(&alice.id, None).await.unwrap();
    assert_eq!(operator.find(&alice.id).await.unwrap().status, "departing");
    world.run_relay_until(async || operator.find(&alice.id).await.unwrap().status == "active").await;
}

#[tokio::test]
async fn a_deletion_frees_the_address_and_is_on_record() {
    let world = World::new().await;
    let bob = world.person("bob@example.com").await;
    let carol = world.person("carol@example.com").await;
    let operator = world.operator().await;
    assert_eq!(operator.delete("bob@example.com", because("asked for")).await.unwrap().status, "departing");
    world.run_relay_until(async || operator.find(&bob.id).await.is_err()).await;
    world.clock.advance(Duration::from_secs(1));
    operator.delete_handing_over(&carol.id, None).await.unwrap();
    for gone in [&bob, &carol] {
        assert!(matches!(operator.find(&gone.id).await, Err(OperatorError::NoSuchUser)));
        assert_eq!(reason(world.me(&gone.tokens.access_token).await), ErrorReason::TokenRevoked);
    }
    assert!(world.register("bob@example.com").await.is_ok());
    assert!(world.register("carol@example.com").await.is_ok());
    assert!(matches!(operator.delete(&bob.id, None).await, Err(OperatorError::NoSuchUser)));
    let admin = world.administrator("admin@example.com", "system_admin").await;
    let log = crate::audit_log::read(&world, &admin, Default::default()).await.unwrap().entries;
    let begun: Vec<_> = log.iter().filter(|entry| entry.action == "user.deletion_begun").collect();
    assert_eq!(begun.iter().map(|entry| entry.reason.as_deref()).collect::<Vec<_>>(), [None, Some("asked for")]);
    assert!(begun.iter().all(|entry| entry.user_agent.as_deref() == Some("cli:root")), "{begun:?}");
}

#[tokio::test]
async fn a_suspended_account_is_deleted_only_by_handing_over() {
    let world = World::new().await;
    let bob = world.person("bob@example.com").await;
    world.run_relay(1).await;
    let operator = world.operator().await;
    operator.suspend(&bob.id, None).await.unwrap();
    assert!(matches!(operator.delete(&bob.id, None).await, Err(OperatorError::Waiting)));
    world.run_relay(1).await;
    assert!(matches!(operator.delete(&bob.id, None).await, Err(OperatorError::Suspended)));
    operator.delete_handing_over(&bob.id, None).await.unwrap();
    assert!(matches!(operator.find(&bob.id).await, Err(OperatorError::NoSuchUser)));
}

#[tokio::test]
async fn the_last_system_admin_stays_in_use() {
    let world = World::new().await;
    let alice = world.administrator("alice@example.com", "system_admin").await;
    let operator = world.operator().await;
    assert!(matches!(operator.suspend(&alice.id, None).await, Err(OperatorError::LastSystemAdmin)));
    assert!(matches!(operator.delete(&alice.id, None).await, Err(OperatorError::LastSystemAdmin)));
    assert!(matches!(operator.delete_handing_over(&alice.id, None).await, Err(OperatorError::LastSystemAdmin)));
    world.administrator("bob@example.com", "system_admin").await;
    assert!(operator.suspend(&alice.id, None).await.is_ok());
}

#[tokio::test]
async fn a_reset_link_is_for_accounts_in_use_whose_address_is_proven() {
    let world = World::new().await;
    world.proven("alice@example.com").await;
    let bob = world.person("bob@example.com").await;
    let operator = world.operator().await;
    let made = operator.make_reset_link("alice@example.com", None).await.unwrap();
    assert_eq!(made.until, world.clock.now().plus(Duration::from_secs(3600)));
    assert_ne!(made.token, operator.make_reset_link("alice@example.com", None).await.unwrap().token);
    assert!(matches!(operator.make_reset_link(&bob.id, None).await, Err(OperatorError::Unproven)));
    operator.suspend("alice@example.com", None).await.unwrap();
    assert!(matches!(operator.make_reset_link("alice@example.com", None).await, Err(OperatorError::NotInUse)));
}

#[tokio::test]
async fn accounts_are_listed_page_by_page() {
    let world = World::new().await;
    for name in ["one", "two", "three"] {
        world.person(&format!("{name}@example.com")).await;
    }
    let operator = world.operator().await;
    let (mut found, mut last) = (Vec::new(), None);
    while let Some(account) = operator.accounts(&WhichAccounts::default(), last.as_ref(), 1).await.unwrap().pop() {
        found.push(account.email.clone());
        last = Some(account);
    }
    found.sort_unstable();
    assert_eq!(found, ["one@example.com", "three@example.com", "two@example.com"]);
    operator.suspend("two@example.com", None).await.unwrap();
    let suspended = WhichAccounts { is_suspended: Some(true), ..WhichAccounts::default() };
    let listed = operator.accounts(&suspended, None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|account| account.email.as_str()).collect::<Vec<_>>(), ["two@example.com"]);
    let data = operator.export("two@example.com").await.unwrap();
    assert_eq!((data.sessions.len(), data.account.email.as_str()), (1, "two@example.com"));
}
