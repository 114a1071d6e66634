//! What cannot be accepted is refused field by field.

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use tonic::Status;
use tonic_types::StatusExt;

use crate::world::{PASSWORD, World, reason, sign_in, sign_up};

fn fields<T>(answer: Result<T, Status>) -> Vec<String> {
    let status = answer.err().expect("a refusal");
    assert_eq!(reason::<()>(Err(status.clone())), ErrorReason::ValidationError);
    let details = status.get_error_details();
    let violations = details.bad_request().expect("violations").field_violations.iter();
    violations.map(|violation| violation.field.clone()).collect()
}

#[tokio::test]
async fn everything_wrong_with_a_sign_up_is_said_at_once() {
    let world = World::new().await;
    let request = proto::RegisterRequest {
        email: "not an address".to_owned(),
        password: "short".to_owned(),
        first_name: Some("n\0l".to_owned()),
        last_name: Some("x".repeat(101)),
        display_name: Some("line\nbreak".to_owned()),
        app_code: "nowhere".to_owned(),
        ..Default::default()
    };
    let refused = fields(world.authentication().register(request).await);
    assert_eq!(refused, ["email", "first_name", "last_name", "display_name", "app_code", "password"]);
}

#[tokio::test]
async fn everything_wrong_with_a_sign_in_is_said_at_once() {
    let world = World::new().await;
    let request = proto::LoginRequest {
        organization_id: "acme".to_owned(),
        app_code: "nowhere".to_owned(),
        ..sign_in("two@at@signs.example", "")
    };
    let refused = fields(world.authentication().login(request).await);
    assert_eq!(refused, ["email", "password", "organization_id", "app_code"]);
}

#[tokio::test]
async fn an_address_that_could_mean_two_mailboxes_is_refused() {
    let world = World::new().await;
    for address in [
        "",
        "alice",
        "alice@",
        "\"e@attacker.example\"@victim.example",
        "a@b.example,c@d.example",
        "ali\0ce@example.com",
        "alice@example.com\r\nBcc: all@example.com",
        "alice＠example.com",
        " alice@example.com",
    ] {
        assert_eq!(fields(world.register(address).await), ["email"], "{address:?}");
        let resend = proto::ResendVerificationRequest { email: address.to_owned() };
        assert_eq!(fields(world.account().resend_verification(resend).await), ["email"]);
    }
}

#[tokio::test]
async fn huge_and_odd_passwords_are_refused_without_a_fault() {
    let world = World::new().await;
    let huge = proto::RegisterRequest { password: "ab c".repeat(75_000), ..sign_up("alice@example.com") };
    assert_eq!(reason(world.authentication().register(huge).await), ErrorReason::WeakPassword);
    world.person("alice@example.com").await;
    for password in ["\0", &"ab c".repeat(75_000), &format!("{PASSWORD}\0")] {
        assert_eq!(reason(world.log_in("alice@example.com", password).await), ErrorReason::InvalidCredentials);
    }
}

#[tokio::test]
async fn organizations_are_named_by_hyphenated_uuids_alone() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    for id in ["x", "018f00000000700080000000000000aa", "{018f0000-0000-7000-8000-0000000000aa}"] {
        assert_eq!(fields(world.refresh_into(&alice.tokens.refresh_token, id).await), ["organization_id"]);
        let request = proto::SwitchOrganizationRequest { organization_id: id.to_owned(), ..Default::default() };
        let request = test_kit::bearer(request, &alice.tokens.access_token);
        assert_eq!(fields(world.authentication().switch_organization(request).await), ["organization_id"]);
    }
    let request = test_kit::bearer(
        proto::IssueTokenRequest { organization_id: String::new(), ..Default::default() },
        &alice.tokens.access_token,
    );
    assert_eq!(fields(world.authentication().issue_token(request).await), ["organization_id"]);
}

#[tokio::test]
async fn an_unknown_app_cannot_be_refreshed_into() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let request = proto::RefreshRequest {
        refresh_token: alice.tokens.refresh_token.clone(),
        app_code: "nowhere".to_owned(),
        ..Default::default()
    };
    assert_eq!(fields(world.authentication().refresh(request).await), ["app_code"]);
    assert!(world.refresh(&alice.tokens.refresh_token).await.is_ok());
}
