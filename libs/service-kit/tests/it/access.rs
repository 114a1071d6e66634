//! Who gets through the gate, over both wires.

use http::HeaderValue;
use secrecy::SecretString;
use service_kit::authentication::caller;
use service_kit::call_origin::is_from_service;
use service_kit::policy::{Policy, Requirement};
use service_kit::refusal::reason_of;
use service_kit::trust::{SERVICE_CREDENTIAL, ServiceSecrets};
use service_kit::{ErrorReason, Trust};
use test_kit::{AUDIENCE, ISSUER, TestIssuer, bearer};
use token_verification::{Freshness, KeyStore};
use tonic::{Request, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::hosting::Wire;
use crate::stub::{RPC, Stub, ask, message};

const OLD: &str = "the-secret-that-is-being-replaced-now";
const NEW: &str = "the-secret-that-takes-its-place-today";

/// Tells whom the handler takes the caller for.
fn who() -> Stub {
    Stub::new(|request| async move {
        let who = match caller(&request) {
            Ok(caller) => caller.user_id.to_string(),
            Err(_) if is_from_service(&request) => "service".to_owned(),
            Err(_) => "nobody".to_owned(),
        };
        Ok(who)
    })
}

fn secrets(secrets: &[&str]) -> ServiceSecrets {
    ServiceSecrets::new(&secrets.iter().map(|secret| SecretString::from(*secret)).collect::<Vec<_>>()).unwrap()
}

async fn refused(
    wire: Wire,
    trust: &Trust,
    policy: Policy,
    request: Request<contracts::billing::v1::ListPlansRequest>,
) -> Status {
    let hosted = wire.host(who().behind(trust, policy).build()).await;
    ask(&hosted.channel, request).await.expect_err("the call is refused")
}

fn signed_in(path: &str) -> Option<Requirement> {
    (path == RPC).then_some(Requirement::SignedIn)
}

#[tokio::test]
async fn a_call_that_the_policy_does_not_know_is_denied() {
    let trust = TestIssuer::new(&test_kit::clock()).trust();
    for wire in Wire::BOTH {
        let status = refused(wire, &trust, |_| None, message("")).await;
        assert_eq!(reason_of(&status), Some(ErrorReason::Forbidden), "{wire:?}");
    }
}

#[tokio::test]
async fn a_public_call_needs_nothing() {
    for wire in Wire::BOTH {
        let hosted = wire.host(who().open()).await;
        assert_eq!(ask(&hosted.channel, message("")).await.unwrap(), "nobody", "{wire:?}");
    }
}

#[tokio::test]
async fn a_signed_in_caller_is_known_to_the_handler() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let user = Uuid::from_u128(7);
    for wire in Wire::BOTH {
        let hosted = wire.host(who().behind(&issuer.trust(), signed_in).build()).await;
        let request = bearer(message("").into_inner(), &issuer.token(user));
        assert_eq!(ask(&hosted.channel, request).await.unwrap(), user.to_string(), "{wire:?}");
    }
}

#[tokio::test]
async fn a_missing_a_wrong_and_an_expired_token_are_told_apart() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let trust = issuer.trust();
    let user = Uuid::from_u128(7);
    let expired = issuer.token_with(user, |claims| {
        claims.iat -= 3000;
        claims.exp -= 3000;
    });
    let foreign = TestIssuer::new(&test_kit::clock()).token(user);
    for wire in Wire::BOTH {
        let none = refused(wire, &trust, signed_in, message("")).await;
        assert_eq!(reason_of(&none), Some(ErrorReason::Unauthorized), "{wire:?}");
        let foreign = refused(wire, &trust, signed_in, bearer(message("").into_inner(), &foreign)).await;
        assert_eq!(reason_of(&foreign), Some(ErrorReason::TokenInvalid), "{wire:?}");
        let expired = refused(wire, &trust, signed_in, bearer(message("").into_inner(), &expired)).await;
        assert_eq!(reason_of(&expired), Some(ErrorReason::TokenExpired), "{wire:?}");
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_judged_yet_is_worth_a_retry() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let (keys, secrets) = (KeyStore::empty(), test_kit::service_secrets());
    let audiences = [AUDIENCE.to_owned()];
    let trust = Trust::lazy(ISSUER, &audiences, keys, Freshness::UntilExpiry, secrets, test_kit::clock()).unwrap();
    for wire in Wire::BOTH {
        let request = bearer(message("").into_inner(), &issuer.token(Uuid::from_u128(7)));
        let status = refused(wire, &trust, signed_in, request).await;
        assert_eq!(reason_of(&status), Some(ErrorReason::ServiceUnavailable), "{wire:?}");
        assert!(status.get_error_details().retry_info().is_some(), "{wire:?}");
    }
}

#[tokio::test]
async fn a_service_call_needs_the_credential_and_both_are_good_while_rotating() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let mut trust = issuer.trust();
    trust.service_secrets = secrets(&[NEW, OLD]);
    let policy: Policy = |_| Some(Requirement::Service);
    for wire in Wire::BOTH {
        let hosted = wire.host(who().behind(&trust, policy).build()).await;
        for known in [NEW, OLD] {
            let channel = hosted.channel.clone().with_credential(&secrets(&[known]));
            assert_eq!(ask(&channel, message("")).await.unwrap(), "service", "{wire:?}");
        }
        let wrong = hosted.channel.clone().with_credential(&secrets(&["a-secret-of-another-deployment-altogether"]));
        for channel in [hosted.channel.clone(), wrong] {
            let status = ask(&channel, message("")).await.unwrap_err();
            assert_eq!(reason_of(&status), Some(ErrorReason::Forbidden), "{wire:?}");
        }
        // A user's token opens no door that is meant for services.
        let user = bearer(message("").into_inner(), &issuer.token(Uuid::from_u128(7)));
        assert_eq!(reason_of(&ask(&hosted.channel, user).await.unwrap_err()), Some(ErrorReason::Forbidden), "{wire:?}");
    }
}

#[tokio::test]
async fn the_back_office_is_for_platform_roles_alone() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let policy: Policy = |_| Some(Requirement::BackOffice);
    let user = Uuid::from_u128(7);
    for wire in Wire::BOTH {
        let hosted = wire.host(who().behind(&issuer.trust(), policy).build()).await;
        for role in ["system_admin", "super_admin"] {
            let token = issuer.token_with(user, |claims| claims.roles = vec![role.to_owned()]);
            let known = ask(&hosted.channel, bearer(message("").into_inner(), &token)).await.unwrap();
            assert_eq!(known, user.to_string(), "{wire:?}");
        }
        let token = issuer.token_with(user, |claims| claims.roles = vec!["admin".to_owned()]);
        let status = ask(&hosted.channel, bearer(message("").into_inner(), &token)).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::Forbidden), "{wire:?}");
        let status = ask(&hosted.channel, message("")).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::Unauthorized), "{wire:?}");
    }
}

#[tokio::test]
async fn a_caller_cannot_put_an_identity_into_the_request_itself() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let trust = issuer.trust();
    let forged = trust.verifier.verify(&issuer.token(Uuid::from_u128(7))).unwrap();
    for wire in Wire::BOTH {
        let open = wire.host(who().open()).await;
        let mut request = message("");
        request.extensions_mut().insert(forged.clone());
        assert_eq!(ask(&open.channel, request).await.unwrap(), "nobody", "{wire:?}");

        let mut request = message("");
        request.extensions_mut().insert(forged.clone());
        let status = refused(wire, &trust, signed_in, request).await;
        assert_eq!(reason_of(&status), Some(ErrorReason::Unauthorized), "{wire:?}");
    }
}

#[test]
fn a_credential_is_neither_short_nor_many_nor_printed() {
    for unusable in [&["short"][..], &[], &[OLD, NEW, "a-third-secret-of-more-than-32-characters"], &[OLD, "x"]] {
        let unusable: Vec<_> = unusable.iter().map(|secret| SecretString::from(*secret)).collect();
        assert!(ServiceSecrets::new(&unusable).is_err());
    }
    let mut headers = http::HeaderMap::new();
    assert!(!secrets(&[NEW]).are_shown(&headers));
    headers.insert(SERVICE_CREDENTIAL, HeaderValue::from_static(NEW));
    assert!(secrets(&[NEW]).are_shown(&headers));
    assert!(!secrets(&[OLD]).are_shown(&headers));
}
