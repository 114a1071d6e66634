//! What the command line of the deployment does.

use std::time::Duration;

use identity::{Operator, OperatorError};
use sea_orm::{ConnectionTrait, Statement};
use service_kit::{CallOrigin, Database, Entropy, ErrorReason};

use crate::world::{PASSWORD, World, address, reason};

/// Hash, purpose and end of every mailed token of the account.
async fn mailed_tokens(world: &World, purpose: &str) -> Vec<(Vec<u8>, i64)> {
    let database = Database::open(&world.database, "test").await.unwrap();
    let sql = format!("SELECT hash, expires_ms FROM mailed_tokens WHERE purpose = '{purpose}'");
    let backend = database.reader().get_database_backend();
    let rows = database.reader().query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    rows.iter().map(|row| (row.try_get("", "hash").unwrap(), row.try_get("", "expires_ms").unwrap())).collect()
}

#[tokio::test]
async fn a_new_administrator_gets_an_account_without_a_password_and_a_setup_token() {
    let world = World::new().await;
    let operator = world.operator().await;
    let created = operator.create(&address("Admin@Example.com"), "system_admin").await.unwrap();
    assert!(created.is_new);
    let token = created.setup.expect("a setup token");
    let until = world.clock.now().plus(Duration::from_secs(24 * 3600)).millis();
    assert_eq!(mailed_tokens(&world, "reset-password").await, [(token.hash("reset-password"), until)]);

    let listed = operator.list().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].roles, ["system_admin"]);
    assert!(listed[0].is_active && !listed[0].has_password);
    for password in [PASSWORD, "", "null"] {
        assert!(world.log_in("admin@example.com", password).await.is_err(), "{password:?}");
    }
    assert_eq!(reason(world.log_in("admin@example.com", PASSWORD).await), ErrorReason::InvalidCredentials);
    assert_eq!(reason(world.register("admin@example.com").await), ErrorReason::UserAlreadyExists);
    world.run_relay(1).await;
    assert_eq!(world.organizations.state().personal.len(), 1, "the personal organization is made by the service");
    assert!(world.mails.all().is_empty());
}

#[tokio::test]
async fn asking_again_before_a_password_is_chosen_voids_the_token_before() {
    let world = World::new().await;
    let operator = world.operator().await;
    let first = operator.create(&address("admin@example.com"), "system_admin").await.unwrap().setup.unwrap();
    let again = operator.create(&address("admin@example.com"), "super_admin").await.unwrap();
    let second = again.setup.unwrap();
    assert!(!again.is_new && first != second);
    let stored = mailed_tokens(&world, "reset-password").await;
    assert_eq!(stored.iter().map(|(hash, _)| hash.clone()).collect::<Vec<_>>(), [second.hash("reset-password")]);
    assert_eq!(operator.list().await.unwrap()[0].roles, ["super_admin", "system_admin"]);
}

#[tokio::test]
async fn an_account_that_is_there_gets_the_role_and_keeps_its_password() {
    let world = World::new().await;
    world.proven("alice@example.com").await;
    let created = world.operator().await.create(&address("alice@example.com"), "system_admin").await.unwrap();
    assert!(!created.is_new && created.setup.is_none());
    let signed_in = world.log_in("alice@example.com", PASSWORD).await.unwrap();
    assert_eq!(signed_in.user.unwrap().roles, ["system_admin"]);
    assert!(mailed_tokens(&world, "reset-password").await.is_empty());
}

#[tokio::test]
async fn roles_are_granted_and_revoked_and_the_last_system_admin_stays() {
    let world = World::new().await;
    let operator = world.operator().await;
    world.proven("alice@example.com").await;
    world.proven("bob@example.com").await;
    let (alice, bob) = (address("alice@example.com"), address("bob@example.com"));
    assert!(operator.grant(&alice, "system_admin").await.unwrap());
    assert!(!operator.grant(&alice, "system_admin").await.unwrap());
    assert!(matches!(operator.revoke(&alice, "system_admin").await, Err(OperatorError::LastSystemAdmin)));
    assert!(!operator.revoke(&bob, "system_admin").await.unwrap());
    operator.grant(&bob, "system_admin").await.unwrap();
    assert!(operator.revoke(&alice, "system_admin").await.unwrap());
    assert!(matches!(operator.revoke(&bob, "system_admin").await, Err(OperatorError::LastSystemAdmin)));
    assert_eq!(operator.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let operator = world.operator().await;
    let admin = world.administrator("admin@example.com", "system_admin").await;
    let bob = world.person("bob@example.com").await;
    let nobody = address("nobody@example.com");
    assert!(matches!(operator.grant(&nobody, "system_admin").await, Err(OperatorError::NoAccount)));
    assert!(matches!(operator.revoke(&nobody, "system_admin").await, Err(OperatorError::NoAccount)));
    assert!(matches!(operator.create(&nobody, "org_owner").await, Err(OperatorError::UnknownRole)));
    crate::suspending::suspend(&world, &admin, &bob.id).await.unwrap();
    assert!(matches!(operator.create(&address("bob@example.com"), "super_admin").await, Err(OperatorError::NotInUse)));
    assert_eq!(operator.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_audit_log_tells_what_the_operator_did_and_no_secret() {
    let world = World::new().await;
    let created = world.operator().await.create(&address("new@example.com"), "super_admin").await.unwrap();
    let admin = world.administrator("admin@example.com", "system_admin").await;
    let log = crate::audit_log::read(&world, &admin, Default::default()).await.unwrap().entries;
    let mut told: Vec<_> = log.iter().map(|entry| (entry.actor.as_str(), entry.action.as_str())).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [("operator", "user.created"), ("operator", "user.roles_set"), ("operator", "user.setup_link_made")]
    );
    let secret = created.setup.unwrap();
    assert!(log.iter().all(|entry| !format!("{entry:?}").contains(secret.expose())));
}

#[tokio::test]
async fn a_database_that_was_never_made_is_refused() {
    let settings = test_kit::fresh_database("identity").await;
    assert!(Operator::open(&settings, test_kit::clock(), Entropy::system(), CallOrigin::default()).await.is_err());
}

#[tokio::test]
async fn an_account_that_may_be_a_squatters_gets_no_role() {
    let world = World::new().await;
    let operator = world.operator().await;
    world.person("ops@example.com").await;
    let ops = address("ops@example.com");
    assert!(matches!(operator.create(&ops, "system_admin").await, Err(OperatorError::Unproven)));
    assert!(matches!(operator.grant(&ops, "super_admin").await, Err(OperatorError::Unproven)));
    assert!(operator.list().await.unwrap().is_empty());
}
