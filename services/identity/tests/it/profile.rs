//! What users change and learn of their own accounts.

use std::time::Duration;

use contracts::identity::v1 as proto;
use contracts::organizations::v1::UserProfile;
use service_kit::ErrorReason;
use test_kit::bearer;
use tonic::Status;

use crate::changing_email;
use crate::world::{PASSWORD, World, reason};

async fn update(world: &World, token: &str, request: proto::UpdateMeRequest) -> Result<proto::User, Status> {
    Ok(world.account().update_me(bearer(request, token)).await?.into_inner().user.unwrap())
}

async fn export(world: &World, token: &str) -> proto::ExportMeResponse {
    world.account().export_me(bearer(proto::ExportMeRequest {}, token)).await.unwrap().into_inner()
}

#[tokio::test]
async fn names_that_are_given_change_and_the_others_stay() {
    let world = World::new().await;
    let token = world.person("alice@example.com").await.tokens.access_token;
    let both = proto::UpdateMeRequest {
        first_name: Some(" Alice ".to_owned()),
        last_name: Some("Anderson".to_owned()),
        display_name: None,
    };
    update(&world, &token, both).await.unwrap();
    let others = proto::UpdateMeRequest {
        first_name: None,
        last_name: Some(String::new()),
        display_name: Some("Ali".to_owned()),
    };
    let user = update(&world, &token, others).await.unwrap();
    let names = (user.first_name.as_deref(), user.last_name.as_deref(), user.display_name.as_deref());
    assert_eq!(names, (Some("Alice"), None, Some("Ali")));
    assert_eq!(world.me(&token).await.unwrap(), user);

    world.run_relay(3).await;
    let profile = world.organizations.state().profiles.last().cloned().unwrap();
    assert_eq!((profile.display_name.as_deref(), profile.version), (Some("Ali"), 3));
}

#[tokio::test]
async fn a_bad_name_is_refused_and_nothing_changes() {
    let world = World::new().await;
    let token = world.person("alice@example.com").await.tokens.access_token;
    let bad = proto::UpdateMeRequest {
        first_name: Some("Alice".to_owned()),
        last_name: Some("x".repeat(101)),
        display_name: None,
    };
    assert_eq!(reason(update(&world, &token, bad).await), ErrorReason::ValidationError);
    assert_eq!(world.me(&token).await.unwrap().first_name, None);
}

#[tokio::test]
async fn an_export_holds_the_account_its_sessions_and_the_address_to_come() {
    let world = World::new().await;
    let alice = world.proven("alice@example.com").await;
    world.person("bob@example.com").await;
    world.clock.advance(Duration::from_millis(1));
    let elsewhere = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap();
    let logout = proto::LogoutRequest { refresh_token: elsewhere.refresh_token };
    world.authentication().logout(logout).await.unwrap();
    changing_email::request(&world, &alice.tokens.access_token, "alice@new.example").await.unwrap();

    let export = export(&world, &alice.tokens.access_token).await;
    assert_eq!(export.user.unwrap().id, alice.id);
    assert_eq!(export.pending_email.as_deref(), Some("alice@new.example"));
    assert_eq!(export.sessions.len(), 2);
    let ended: Vec<bool> = export.sessions.iter().map(|session| session.ended_at.is_some()).collect();
    assert_eq!(ended, [true, false]);
    assert!(export.sessions.iter().all(|session| session.active_organization_id == alice.personal_organization));
}

#[tokio::test]
async fn organizations_that_know_what_a_restored_identity_has_forgotten_hear_of_everybody_anew() {
    let world = World::new().await;
    let alice = world.administrator("alice@example.com", "system_admin").await;
    let bob = world.person("bob@example.com").await;
    let called = |name: &str| proto::UpdateMeRequest { display_name: Some(name.to_owned()), ..Default::default() };
    update(&world, &bob.tokens.access_token, called("Bob")).await.unwrap();
    world.run_relay_until(async || recorded(&world, &bob.id).display_name.as_deref() == Some("Bob")).await;
    // What they heard after identity was copied.
    {
        let mut state = world.organizations.state();
        let known = state.recorded.get_mut(&bob.id).unwrap();
        known.version += 7;
        known.platform_roles = vec!["super_admin".to_owned()];
        known.display_name = Some("Robert".to_owned());
    }
    for name in ["Bobby", "Rob"] {
        world.operator().await.renew_epoch().await.unwrap();
        world.run_relay_until(async || recorded(&world, &bob.id).platform_roles.is_empty()).await;
        update(&world, &bob.tokens.access_token, called(name)).await.unwrap();
        world.run_relay_until(async || recorded(&world, &bob.id).display_name.as_deref() == Some(name)).await;
    }
    assert_eq!(recorded(&world, &alice.id).platform_roles, ["system_admin"]);
}

fn recorded(world: &World, user_id: &str) -> UserProfile {
    world.organizations.state().recorded.get(user_id).cloned().unwrap_or_default()
}
