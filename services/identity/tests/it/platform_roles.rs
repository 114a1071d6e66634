//! Granting and taking platform roles.

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use tonic::Status;

use crate::back_office::get;
use crate::world::{PASSWORD, Person, World, address, reason};

pub async fn set_roles(
    world: &World,
    by: &Person,
    user_id: &str,
    role_codes: &[&str],
) -> Result<proto::SetUserRolesResponse, Status> {
    let role_codes = role_codes.iter().map(ToString::to_string).collect();
    let request = proto::SetUserRolesRequest { user_id: user_id.to_owned(), role_codes };
    Ok(world.user_administration().set_user_roles(by.call(request)).await?.into_inner())
}

#[tokio::test]
async fn the_whole_set_is_replaced_and_what_is_taken_ends_older_tokens() {
    let world = World::new().await;
    let alice = world.administrator("alice@example.com", "system_admin").await;
    let bob = world.vouched("bob@example.com").await;
    let granted = set_roles(&world, &alice, &bob.id, &["super_admin"]).await.unwrap();
    assert_eq!((granted.user.unwrap().roles, granted.position), (vec!["super_admin".to_owned()], 0));
    let tokens = world.refresh(&bob.tokens.refresh_token).await.unwrap().tokens.unwrap();
    let bob = Person { tokens, ..bob };
    assert!(get(&world, &bob, &alice.id).await.is_ok());

    let replaced = set_roles(&world, &alice, &bob.id, &["system_admin"]).await.unwrap();
    assert_eq!(replaced.user.unwrap().roles, ["system_admin"]);
    assert!(replaced.position > world.verified(&bob.tokens.access_token).asof.i);
    let again = set_roles(&world, &alice, &bob.id, &["system_admin"]).await.unwrap();
    assert_eq!(again.position, 0, "nothing was taken");
    let none = set_roles(&world, &alice, &bob.id, &[]).await.unwrap();
    assert!(none.position > replaced.position);
    assert_eq!(reason(get(&world, &bob, &alice.id).await), ErrorReason::Forbidden);
    let tokens = world.refresh(&bob.tokens.refresh_token).await.unwrap().tokens.unwrap();
    assert!(!world.verified(&tokens.access_token).has_role("system_admin"), "the session goes on without the role");
}

#[tokio::test]
async fn a_set_that_holds_anything_wrong_is_refused_whole() {
    let world = World::new().await;
    let alice = world.administrator("alice@example.com", "system_admin").await;
    let bob = world.vouched("bob@example.com").await;
    for (codes, expected) in [
        (&["super_admin", "org_owner"][..], ErrorReason::RoleNotFound),
        (&["SUPER_ADMIN"], ErrorReason::RoleNotFound),
        (&[""], ErrorReason::RoleNotFound),
        (&["super_admin", "super_admin"], ErrorReason::ValidationError),
    ] {
        assert_eq!(reason(set_roles(&world, &alice, &bob.id, codes).await), expected, "{codes:?}");
    }
    assert!(get(&world, &alice, &bob.id).await.unwrap().roles.is_empty());
}

#[tokio::test]
async fn only_a_system_admin_grants_and_nobody_takes_from_themselves() {
    let world = World::new().await;
    let alice = world.administrator("alice@example.com", "system_admin").await;
    let bob = world.administrator("bob@example.com", "super_admin").await;
    assert_eq!(reason(set_roles(&world, &bob, &bob.id, &["system_admin"]).await), ErrorReason::Forbidden);
    assert_eq!(reason(set_roles(&world, &bob, &alice.id, &[]).await), ErrorReason::Forbidden);
    assert_eq!(reason(set_roles(&world, &alice, &alice.id, &[]).await), ErrorReason::Forbidden);
    assert_eq!(reason(set_roles(&world, &alice, &alice.id, &["super_admin"]).await), ErrorReason::Forbidden);
    assert!(set_roles(&world, &alice, &alice.id, &["system_admin", "super_admin"]).await.is_ok());
}

#[tokio::test]
async fn the_last_system_admin_deletes_no_account_of_their_own() {
    let world = World::new().await;
    let alice = world.administrator("alice@example.com", "system_admin").await;
    let deletion = || proto::DeleteAccountRequest { password: PASSWORD.to_owned(), confirmation: "DELETE".to_owned() };
    assert_eq!(reason(world.account().delete_account(alice.call(deletion())).await), ErrorReason::Conflict);
    assert!(world.me(&alice.tokens.access_token).await.is_ok());

    let bob = world.administrator("bob@example.com", "system_admin").await;
    crate::suspending::suspend(&world, &alice, &bob.id).await.unwrap();
    let refused = world.account().delete_account(alice.call(deletion())).await;
    assert_eq!(reason(refused), ErrorReason::Conflict, "a suspended one does not count");
    world.vouched("carol@example.com").await;
    world.operator().await.grant(&address("carol@example.com"), "system_admin").await.unwrap();
    assert!(world.account().delete_account(alice.call(deletion())).await.is_ok());
}

#[tokio::test]
async fn an_account_whose_address_nobody_has_proven_gets_no_role() {
    let world = World::new().await;
    let alice = world.administrator("alice@example.com", "system_admin").await;
    let mallory = world.person("ops@example.com").await;
    let refused = set_roles(&world, &alice, &mallory.id, &["super_admin"]).await;
    assert_eq!(reason(refused), ErrorReason::EmailNotVerified);
    assert!(get(&world, &alice, &mallory.id).await.unwrap().roles.is_empty());
}

#[tokio::test]
async fn organizations_knows_platform_roles_when_the_change_is_answered() {
    let world = World::new().await;
    let alice = world.administrator("alice@example.com", "system_admin").await;
    let bob = world.vouched("bob@example.com").await;
    let recorded = |world: &World| world.organizations.state().recorded[&bob.id].platform_roles.clone();

    set_roles(&world, &alice, &bob.id, &["super_admin"]).await.unwrap();
    assert_eq!(recorded(&world), ["super_admin"]);
    set_roles(&world, &alice, &bob.id, &[]).await.unwrap();
    assert!(recorded(&world).is_empty());
}

#[tokio::test]
async fn after_an_outage_organizations_hears_of_platform_roles_from_the_relay() {
    let world = World::new().await;
    let alice = world.administrator("alice@example.com", "system_admin").await;
    let bob = world.vouched("bob@example.com").await;
    // Two mails, and the administrator's own role.
    world.run_relay(3).await;
    world.organizations.state().is_down = true;
    set_roles(&world, &alice, &bob.id, &["super_admin"]).await.unwrap();
    world.organizations.state().is_down = false;
    assert!(!world.organizations.state().recorded.contains_key(&bob.id));

    world.run_relay(1).await;
    assert_eq!(world.organizations.state().recorded[&bob.id].platform_roles, ["super_admin"]);
}
