//! Signing up.

use contracts::identity::v1 as proto;
use contracts::organizations::v1::OrgRole;
use service_kit::ErrorReason;

use crate::world::{PASSWORD, World, reason, sign_up};

#[tokio::test]
async fn whoever_signs_up_acts_for_a_personal_organization_as_its_owner() {
    let world = World::new().await;
    let request =
        proto::RegisterRequest { display_name: Some("  Alice A.  ".to_owned()), ..sign_up("Alice@Example.com") };
    let answer = world.authentication().register(request).await.unwrap().into_inner();

    let (user, access, tokens) = (answer.user.unwrap(), answer.access.unwrap(), answer.tokens.unwrap());
    assert_eq!(user.email, "alice@example.com");
    assert_eq!(user.display_name.as_deref(), Some("Alice A."));
    assert!(!user.email_verified);
    assert!(answer.verification_email_sent);
    assert_eq!(access.org_role(), OrgRole::Owner);
    assert_eq!(access.roles, ["org_owner"]);
    let organization = access.organization.unwrap();
    assert!(organization.is_personal);
    assert_eq!(world.organizations.state().personal, [(user.id.clone(), organization.id.clone())]);

    let caller = world.verified(&tokens.access_token);
    assert_eq!(caller.user_id.to_string(), user.id);
    assert_eq!(caller.organization.unwrap().id.to_string(), organization.id);
    assert_eq!(tokens.expires_in, 300);
    assert_eq!(world.me(&tokens.access_token).await.unwrap().id, user.id);
}

#[tokio::test]
async fn an_address_has_one_account_whatever_its_case() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    assert_eq!(reason(world.register("ALICE@example.COM").await), ErrorReason::UserAlreadyExists);
    let other_password =
        proto::RegisterRequest { password: "an entirely other phrase".to_owned(), ..sign_up("alice@example.com") };
    assert_eq!(reason(world.authentication().register(other_password).await), ErrorReason::UserAlreadyExists);
}

#[tokio::test]
async fn a_weak_password_is_refused_as_such() {
    let world = World::new().await;
    for password in ["short", "passwordpassword", "hello alice.b, how are you"] {
        let request = proto::RegisterRequest { password: password.to_owned(), ..sign_up("alice.b@example.com") };
        assert_eq!(reason(world.authentication().register(request).await), ErrorReason::WeakPassword, "{password}");
    }
    let named = proto::RegisterRequest { last_name: Some("Lanterns".to_owned()), ..sign_up("bob@example.com") };
    assert_eq!(reason(world.authentication().register(named).await), ErrorReason::WeakPassword);
}

#[tokio::test]
async fn the_shortest_password_is_a_setting() {
    let world = World::with(|settings| settings.passwords.shortest = 40).await;
    assert!(PASSWORD.len() < 40);
    assert_eq!(reason(world.register("alice@example.com").await), ErrorReason::WeakPassword);
}

#[tokio::test]
async fn a_password_is_compared_exactly_as_received() {
    let world = World::new().await;
    let password = " Zwölf Störche\u{0301} auf dem Dach ";
    let request = proto::RegisterRequest { password: password.to_owned(), ..sign_up("alice@example.com") };
    world.authentication().register(request).await.unwrap();
    assert!(world.log_in("alice@example.com", password).await.is_ok());
    assert_eq!(reason(world.log_in("alice@example.com", password.trim()).await), ErrorReason::InvalidCredentials);
}

#[tokio::test]
async fn beyond_the_queue_of_hashes_callers_are_asked_to_retry() {
    let world = World::with(|settings| {
        settings.passwords.hashes_at_once = 1;
        settings.passwords.hashes_waiting = 0;
        settings.passwords.memory_kib = 19 * 1024;
    })
    .await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let mut client = world.authentication();
        calls.spawn(
            async move { client.login(crate::world::sign_in("nobody@example.com", PASSWORD)).await.map(|_| ()) },
        );
    }
    let mut limited = 0;
    while let Some(answer) = calls.join_next().await {
        let status = answer.unwrap().unwrap_err();
        match service_kit::refusal::reason_of(&status).unwrap() {
            ErrorReason::RateLimited => limited += 1,
            other => assert_eq!(other, ErrorReason::InvalidCredentials),
        }
    }
    assert!((1..20).contains(&limited), "{limited} of 20");
}
