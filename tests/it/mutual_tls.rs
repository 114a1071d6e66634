//! Five services that show each other certificates. In one process they show each other nothing, so these sentences hold for five.

use serde_json::json;
use service_kit::{Channel, Tls};
use test_kit::put;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::harness::{Fleet, Load, Person, Tally, Team, eventually, is_five, run_to_its_end};

/// Thirty-two bytes in base64.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const CALLS_BETWEEN: usize = 50;
const START_OF_2080: &str = "guildhall_tls_cert_not_after_seconds{file=\"certificate\"} 3471292800";

async fn more_answers(tally: &Tally) {
    let before = tally.answered();
    eventually("the load goes on", async || (tally.answered() >= before + CALLS_BETWEEN).then_some(())).await;
}

/// What whoever asks a service for its health is told.
async fn asked(fleet: &Fleet, service: &str, scheme: &str, tls: &Tls) -> Result<(), Code> {
    let url = format!("{scheme}://{}", fleet.grpc(service));
    let channel = Channel::remote_over(&url, tls).expect("a URL");
    let question = HealthCheckRequest { service: service.to_owned() };
    HealthClient::new(channel).check(question).await.map(drop).map_err(|status| status.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn people_work_together_while_every_certificate_is_renewed_and_no_request_fails() {
    if !is_five() {
        return;
    }
    let mut fleet = Fleet::start_over_tls().await;
    let api = fleet.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    let team = Team::of(&alice).await;
    let made = alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    bob.post("/invitations/accept", json!({ "token": made["token"] })).await.expect(200);
    assert_eq!(team.members(&alice).await.len(), 2);

    let load = Load::over_http(&api, 2).await;
    more_answers(&load.tally).await;
    fleet.certificates.as_ref().expect("certificates").renew_until(2080);
    eventually("all show their new certificates", async || {
        let numbers = fleet.numbers().await;
        numbers.values().all(|told| told.lines().any(|line| line == START_OF_2080)).then_some(())
    })
    .await;
    more_answers(&load.tally).await;
    // Connections that exist go on with what they began with; these are new.
    fleet.roll("organizations").await;
    more_answers(&load.tally).await;
    let tally = load.end().await;
    println!("{}", tally.line());
    assert_eq!(*tally.failed.lock().expect("failures"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_callers_of_a_service_come_through_to_it() {
    if !is_five() {
        return;
    }
    let fleet = Fleet::start_over_tls().await;
    let certificates = fleet.certificates.as_ref().expect("certificates");
    let gateway = certificates.of_somebody("gateway");
    for service in ["identity", "organizations", "invitations", "billing-context"] {
        assert_eq!(asked(&fleet, service, "https", &gateway).await, Ok(()), "{service}");
        let stranger = certificates.of_somebody("stranger");
        assert_eq!(asked(&fleet, service, "https", &stranger).await, Err(Code::Unavailable), "{service}");
        assert_eq!(asked(&fleet, service, "http", &Tls::none()).await, Err(Code::Unavailable), "{service}");
    }
    let organizations = certificates.of_somebody("organizations");
    assert_eq!(asked(&fleet, "identity", "https", &organizations).await, Ok(()), "it hears what is taken away");
    assert_eq!(asked(&fleet, "billing-context", "https", &organizations).await, Err(Code::Unavailable), "no edge");
    let log = fleet.log();
    assert!(log.contains("none of the names in GUILDHALL_TLS_CLIENT_NAMES"), "{log}");
}

#[tokio::test]
async fn settings_of_tls_that_mean_less_than_they_seem_to_are_refused() {
    let authority = test_kit::Authority::new();
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    authority.issue(&["identity"]).write_to(folder.path());
    put(&folder.path().join("ca.crt"), &authority.pem());
    put(&folder.path().join("other.key"), &authority.issue(&["identity"]).key_pem());
    let (certificate, key) = (path("tls.crt"), path("tls.key"));
    let pair = [("GUILDHALL_TLS_CERTIFICATE_PATH", &*certificate), ("GUILDHALL_TLS_KEY_PATH", &*key)];
    let (ca, other, missing) = (path("ca.crt"), path("other.key"), path("missing"));
    for (own, words) in [
        (vec![pair[0]], "GUILDHALL_TLS_KEY_PATH is not set"),
        (vec![pair[1]], "GUILDHALL_TLS_CERTIFICATE_PATH is not set"),
        (vec![pair[0], pair[1], ("GUILDHALL_TLS_CLIENT_CA_PATH", &*ca)], "GUILDHALL_TLS_CLIENT_NAMES is not set"),
        (vec![pair[0], pair[1], ("GUILDHALL_TLS_CLIENT_NAMES", "gateway")], "GUILDHALL_TLS_CLIENT_CA_PATH is not set"),
        (
            vec![("GUILDHALL_TLS_CLIENT_CA_PATH", &*ca), ("GUILDHALL_TLS_CLIENT_NAMES", "gateway")],
            "needs GUILDHALL_TLS_CERTIFICATE_PATH",
        ),
        (vec![pair[0], ("GUILDHALL_TLS_KEY_PATH", &*other)], "the key is not the one"),
        (vec![("GUILDHALL_UPSTREAM_CA_PATH", &*missing)], "GUILDHALL_UPSTREAM_CA_PATH cannot be used"),
        (vec![("GUILDHALL_UPSTREAM_IDENTITY", "https://127.0.0.1:1")], "set GUILDHALL_UPSTREAM_CA_PATH"),
    ] {
        let usual = [("GUILDHALL_ENVIRONMENT", "dev"), ("GUILDHALL_ENCRYPTION_KEY", KEY)];
        let ending = run_to_its_end(&["config", "check", "organizations"], &[&usual, &*own].concat()).await;
        assert_ne!(ending.code, Some(0), "{words}: {}", ending.said);
        assert!(ending.said.contains(words), "{words}: {}", ending.said);
    }
    let usable = [
        ("GUILDHALL_ENVIRONMENT", "dev"),
        ("GUILDHALL_ENCRYPTION_KEY", KEY),
        pair[0],
        pair[1],
        ("GUILDHALL_TLS_CLIENT_CA_PATH", &*ca),
        ("GUILDHALL_TLS_CLIENT_NAMES", "gateway, identity"),
        ("GUILDHALL_UPSTREAM_CA_PATH", &*ca),
        ("GUILDHALL_UPSTREAM_IDENTITY", "https://127.0.0.1:1"),
    ];
    let ending = run_to_its_end(&["config", "check", "organizations"], &usable).await;
    assert_eq!(ending.code, Some(0), "{}", ending.said);
    let ending = run_to_its_end(&["dev", "--stop-with-stdin"], &usable).await;
    assert!(ending.said.contains("`guildhall serve`"), "{}", ending.said);
}
