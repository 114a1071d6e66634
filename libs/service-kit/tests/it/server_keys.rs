//! Calls by server API key.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use service_kit::authentication::{caller, server_key};
use service_kit::call_origin::is_from_service;
use service_kit::policy::Requirement;
use service_kit::refusal::reason_of;
use service_kit::{Entropy, ErrorReason, ServerKeySecret};
use test_kit::{TestIssuer, bearer, service_secrets};
use tonic::Request;
use uuid::Uuid;

use crate::hosting::Wire;
use crate::stub::{RPC, Stub, ask, message};

/// Tells the key that the handler sees, by its hash.
fn which() -> Stub {
    Stub::new(|request| async move {
        assert!(caller(&request).is_err(), "a key is no user");
        Ok(match server_key(&request) {
            Ok(key) => format!("{:?}", key.hash()),
            Err(_) if is_from_service(&request) => "service".to_owned(),
            Err(_) => "nobody".to_owned(),
        })
    })
}

fn by_key(path: &str) -> Option<Requirement> {
    (path == RPC).then_some(Requirement::ServerKey)
}

fn with_header(value: &str) -> Request<contracts::billing::v1::ListPlansRequest> {
    let mut request = message("");
    request.metadata_mut().insert("authorization", value.parse().unwrap());
    request
}

#[tokio::test]
async fn the_handler_is_told_the_key_and_no_user() {
    let trust = TestIssuer::new(&test_kit::clock()).trust();
    let key = ServerKeySecret::generate(&Entropy::seeded(1));
    for wire in Wire::BOTH {
        let hosted = wire.host(which().behind(&trust, by_key).build()).await;
        for scheme in ["Bearer", "bearer", "BEARER", "Bearer  "] {
            let request = with_header(&format!("{scheme} {}", key.expose()));
            assert_eq!(ask(&hosted.channel, request).await.unwrap(), format!("{:?}", key.hash()), "{wire:?} {scheme}");
        }
    }
}

#[tokio::test]
async fn any_other_credential_is_none() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let trust = issuer.trust();
    let key = ServerKeySecret::generate(&Entropy::seeded(1)).expose();
    for wire in Wire::BOTH {
        let hosted = wire.host(which().behind(&trust, by_key).build()).await;
        let token = issuer.token(Uuid::from_u128(7));
        let wrong = [
            format!("Bearer {token}"),
            format!("Basic {key}"),
            format!("Bearer{key}"),
            key.clone(),
            "Bearer gh_sk_".to_owned(),
            format!("Bearer {}", &key[..key.len() - 1]),
            format!("Bearer {key}A"),
            format!("Bearer {}", key.to_uppercase()),
            "Bearer \u{e9}\u{e9}\u{e9}".to_owned(),
            String::new(),
        ];
        for wrong in wrong {
            let mut request = message("");
            let value = tonic::metadata::MetadataValue::try_from(wrong.as_bytes()).unwrap();
            request.metadata_mut().insert("authorization", value);
            let status = ask(&hosted.channel, request).await.unwrap_err();
            assert_eq!(reason_of(&status), Some(ErrorReason::Unauthorized), "{wire:?} {wrong}");
            assert!(!status.message().contains(&key[8..]), "{status:?}");
        }
        let mut twice = with_header(&format!("Bearer {key}"));
        twice.metadata_mut().append("authorization", format!("Bearer {key}").parse().unwrap());
        let mut in_a_cookie = message("");
        in_a_cookie.metadata_mut().insert("cookie", format!("__Host-guildhall_access={key}").parse().unwrap());
        for request in [message(""), twice, in_a_cookie] {
            let status = ask(&hosted.channel, request).await.unwrap_err();
            assert_eq!(reason_of(&status), Some(ErrorReason::Unauthorized), "{wire:?}");
        }
        let as_service = hosted.channel.clone().with_credential(&service_secrets());
        let status = ask(&as_service, message("")).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::Unauthorized), "{wire:?}: services have no key");
    }
}

#[tokio::test]
async fn a_key_opens_no_other_door_and_cannot_be_put_into_a_request() {
    let trust = TestIssuer::new(&test_kit::clock()).trust();
    let key = ServerKeySecret::generate(&Entropy::seeded(1));
    for wire in Wire::BOTH {
        for requirement in [Requirement::SignedIn, Requirement::BackOffice, Requirement::Service] {
            let policy: service_kit::policy::Policy = match requirement {
                Requirement::SignedIn => |_| Some(Requirement::SignedIn),
                Requirement::BackOffice => |_| Some(Requirement::BackOffice),
                _ => |_| Some(Requirement::Service),
            };
            let hosted = wire.host(which().behind(&trust, policy).build()).await;
            let request = bearer(message("").into_inner(), &key.expose());
            assert!(ask(&hosted.channel, request).await.is_err(), "{wire:?} {requirement:?}");
        }
        let open = wire.host(which().open()).await;
        let mut forged = message("");
        forged.extensions_mut().insert(key.clone());
        assert_eq!(ask(&open.channel, forged).await.unwrap(), "nobody", "{wire:?}");
    }
}

#[test]
fn a_key_is_256_random_bits_behind_its_prefix_and_never_printed() {
    let entropy = Entropy::system();
    let (one, other) = (ServerKeySecret::generate(&entropy), ServerKeySecret::generate(&entropy));
    let shown = one.expose();
    assert!(shown.starts_with("gh_sk_") && shown.len() == 49, "{shown}");
    assert_ne!(one.hash(), other.hash());
    assert_eq!(ServerKeySecret::parse(&shown).unwrap().hash(), one.hash());
    assert_eq!(one.hash().len(), 32);
    assert!(!format!("{one:?}").contains(&shown[8..]));
    for wrong in ["", "gh_sk_", &shown[6..], &format!("gh_pk_{}", &shown[6..])] {
        assert!(ServerKeySecret::parse(wrong).is_none(), "{wrong}");
    }
    let mut headers = HeaderMap::new();
    assert!(ServerKeySecret::of_headers(&headers).is_err());
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {shown}")).unwrap());
    assert_eq!(ServerKeySecret::of_headers(&headers).unwrap().hash(), one.hash());
}

#[tokio::test]
async fn a_call_for_services_and_keys_takes_either_and_a_key_counts_first() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let key = ServerKeySecret::generate(&Entropy::seeded(1));
    for wire in Wire::BOTH {
        let policy = |_: &str| Some(Requirement::ServiceOrServerKey);
        let hosted = wire.host(which().behind(&issuer.trust(), policy).build()).await;
        let service = hosted.channel.clone().with_credential(&service_secrets());
        let by_key = || with_header(&format!("Bearer {}", key.expose()));
        assert_eq!(ask(&service, message("")).await.unwrap(), "service", "{wire:?}");
        assert_eq!(ask(&hosted.channel, by_key()).await.unwrap(), format!("{:?}", key.hash()), "{wire:?}");
        assert_eq!(ask(&service, by_key()).await.unwrap(), format!("{:?}", key.hash()), "{wire:?}");

        let token = bearer(message("").into_inner(), &issuer.token(Uuid::from_u128(7)));
        for status in [ask(&hosted.channel, message("")).await, ask(&service, token).await] {
            assert_eq!(reason_of(&status.unwrap_err()), Some(ErrorReason::Unauthorized), "{wire:?}");
        }
    }
}
