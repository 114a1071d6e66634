//! Signing in.

use contracts::identity::v1 as proto;
use service_kit::{ErrorReason, Timestamp};

use crate::world::{OTHER_APP, PASSWORD, World, admin, reason, sign_in};

const TEAM: &str = "018f0000-0000-7000-8000-0000000000aa";

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    let wrong = world.log_in("alice@example.com", "not the right phrase").await.unwrap_err();
    let unknown = world.log_in("nobody@example.com", "not the right phrase").await.unwrap_err();
    assert_eq!(reason::<()>(Err(wrong.clone())), ErrorReason::InvalidCredentials);
    assert_eq!(
        (wrong.code(), wrong.message(), wrong.details()),
        (unknown.code(), unknown.message(), unknown.details())
    );
}

#[tokio::test]
async fn a_sign_in_acts_for_the_personal_organization_unless_told_otherwise() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.organizations.admit(&alice.id, TEAM);

    let answer = world.log_in("Alice@example.com", PASSWORD).await.unwrap();
    assert_eq!(answer.access.unwrap().organization.unwrap().id, alice.personal_organization);
    assert_eq!(answer.user.unwrap().last_login_at, Some(world.clock.now().into()));

    let request = proto::LoginRequest { organization_id: TEAM.to_owned(), ..sign_in("alice@example.com", PASSWORD) };
    let answer = world.authentication().login(request).await.unwrap().into_inner();
    assert_eq!(answer.access.unwrap().roles, ["org_manager", "seller"]);
}

#[tokio::test]
async fn nobody_signs_in_to_an_organization_of_others() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    let request = proto::LoginRequest { organization_id: TEAM.to_owned(), ..sign_in("alice@example.com", PASSWORD) };
    assert_eq!(reason(world.authentication().login(request).await), ErrorReason::OrganizationNotFound);
}

#[tokio::test]
async fn a_token_is_for_the_app_that_was_named() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    let request = proto::LoginRequest { app_code: OTHER_APP.to_owned(), ..sign_in("alice@example.com", PASSWORD) };
    let tokens = world.authentication().login(request).await.unwrap().into_inner().tokens.unwrap();
    assert_eq!(world.verified(&tokens.access_token).app_code, OTHER_APP);
    let refreshed = world.refresh(&tokens.refresh_token).await.unwrap().tokens.unwrap();
    assert_eq!(world.verified(&refreshed.access_token).app_code, OTHER_APP);
}

#[tokio::test]
async fn a_remembered_session_can_be_refreshed_after_two_months_and_another_cannot() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    let plain = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap();
    let request = proto::LoginRequest { remember_me: true, ..sign_in("alice@example.com", PASSWORD) };
    let remembered = world.authentication().login(request).await.unwrap().into_inner().tokens.unwrap();

    let days = |days: u64| std::time::Duration::from_secs(days * 24 * 3600);
    world.clock.advance(days(29));
    assert_eq!(reason(world.refresh(&plain.refresh_token).await), ErrorReason::TokenExpired);
    let remembered = world.refresh(&remembered.refresh_token).await.unwrap().tokens.unwrap();
    world.clock.advance(days(29));
    assert!(world.refresh(&remembered.refresh_token).await.is_ok());
}

#[tokio::test]
async fn the_first_admin_is_made_once_and_signs_in_with_the_platform_role() {
    let world = World::with(|settings| settings.first_admin = Some(admin("root@example.com", PASSWORD))).await;
    let answer = world.log_in("root@example.com", PASSWORD).await.unwrap();
    let user = answer.user.unwrap();
    assert!(user.email_verified);
    assert_eq!(user.roles, ["system_admin"]);
    assert_eq!(answer.access.unwrap().roles, ["system_admin", "org_owner"]);

    let later = |settings: &mut identity::Settings| {
        settings.first_admin = Some(admin("root@example.com", "another phrase altogether"));
    };
    world.start_again(later).await.unwrap();
    assert!(world.log_in("root@example.com", PASSWORD).await.is_ok(), "the password stays as it was");
}

#[tokio::test]
async fn an_account_of_the_admins_address_is_not_made_an_admin() {
    let world = World::new().await;
    world.person("root@example.com").await;
    world.start_again(|settings| settings.first_admin = Some(admin("root@example.com", PASSWORD))).await.unwrap();
    assert!(world.log_in("root@example.com", PASSWORD).await.unwrap().user.unwrap().roles.is_empty());
}

#[tokio::test]
async fn a_first_admin_with_a_short_password_stops_the_start() {
    let world = World::new().await;
    let refused = world.start_again(|settings| settings.first_admin = Some(admin("root@example.com", "short"))).await;
    assert!(refused.err().unwrap().to_string().contains("at least 15 characters"));
}

#[tokio::test]
async fn times_are_those_of_the_clock() {
    let world = World::new().await;
    let tokens = world.person("alice@example.com").await.tokens;
    let expires: Timestamp = tokens.expires_at.unwrap().into();
    assert_eq!(expires, world.clock.now().plus(std::time::Duration::from_secs(300)));
}
