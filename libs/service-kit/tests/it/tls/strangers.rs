//! Who is not believed is not served.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use service_kit::refusal::reason_of;
use service_kit::tls::{OwnCertificate, TlsSettings};
use service_kit::{Channel, ErrorReason, Microservice, Tls};
use test_kit::{Authority, put};
use tonic::Status;

use super::party::Party;
use crate::hosting::Served;
use crate::stub::{Stub, ask, message};

/// A service that counts whoever comes through to it.
fn counting() -> (Microservice, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let stub = Stub::new(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        async { Ok("roses".to_owned()) }
    });
    (stub.open(), calls)
}

#[track_caller]
fn is_an_outage(status: &Status) {
    assert_eq!(reason_of(status), Some(ErrorReason::ServiceUnavailable), "{status:?}");
}

#[tokio::test]
async fn only_a_valid_certificate_of_the_authority_for_a_name_that_is_let_in_opens_the_port() {
    let (authority, foreign) = (Authority::new(), Authority::new());
    let shop = Party::new(&authority, &["127.0.0.1"]);
    let (service, calls) = counting();
    let served = Served::start_over(service, &shop.tls).await;
    // It believes the shop, so that it is the shop that refuses.
    let of_a_foreigner = Party::showing(&foreign, &foreign.issue(&["caller"]));
    of_a_foreigner.believe(&[&authority]);
    of_a_foreigner.tls.look_again();
    let strangers = [
        ("another name", Party::new(&authority, &["somebody", "caller.elsewhere"])),
        ("an expired one", Party::showing(&authority, &authority.issue_until(&["caller"], 2021))),
        ("none", Party::nameless(&authority)),
        ("of another authority", of_a_foreigner),
    ];
    for (which, stranger) in strangers {
        let channel = Channel::remote_over(&served.grpc, &stranger.tls).unwrap();
        let status = ask(&channel, message("")).await.expect_err(which);
        is_an_outage(&status);
        let said = format!("{status}");
        assert!(!said.contains("certificate") && !said.contains("alert"), "{said}");
    }
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    let caller = Party::new(&authority, &["caller"]);
    ask(&Channel::remote_over(&served.grpc, &caller.tls).unwrap(), message("")).await.unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn plain_text_is_not_served_where_tls_is_spoken_nor_the_other_way_round() {
    let authority = Authority::new();
    let (shop, caller) = (Party::new(&authority, &["127.0.0.1"]), Party::new(&authority, &["caller"]));
    let (service, calls) = counting();
    let served = Served::start_over(service, &shop.tls).await;
    let plain = Channel::remote(&served.grpc.replace("https", "http")).unwrap();
    is_an_outage(&ask(&plain, message("")).await.unwrap_err());
    assert_eq!(calls.load(Ordering::Relaxed), 0);

    let (service, calls) = counting();
    let served = Served::start(service).await;
    let channel = Channel::remote_over(&served.grpc.replace("http", "https"), &caller.tls).unwrap();
    is_an_outage(&ask(&channel, message("")).await.unwrap_err());
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_service_with_a_certificate_for_another_name_is_not_called() {
    let authority = Authority::new();
    let (shop, caller) = (Party::new(&authority, &["elsewhere", "127.0.0.2"]), Party::new(&authority, &["caller"]));
    let (service, calls) = counting();
    let served = Served::start_over(service, &shop.tls).await;
    let channel = Channel::remote_over(&served.grpc, &caller.tls).unwrap();
    is_an_outage(&ask(&channel, message("")).await.unwrap_err());
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn without_an_authority_for_callers_nobody_is_asked_for_a_certificate() {
    let authority = Authority::new();
    let shop = Party::letting_in(&authority, &["127.0.0.1"], None);
    let served = Served::start_over(Stub::echo().open(), &shop.tls).await;
    let caller = Party::nameless(&authority);
    let channel = Channel::remote_over(&served.grpc, &caller.tls).unwrap();
    assert_eq!(ask(&channel, message("roses")).await.unwrap(), "roses");
}

#[tokio::test]
async fn a_star_lets_in_every_certificate_of_the_authority_and_no_other() {
    let authority = Authority::new();
    let shop = Party::letting_in(&authority, &["127.0.0.1"], Some("*"));
    let served = Served::start_over(Stub::echo().open(), &shop.tls).await;
    let anybody = Party::new(&authority, &["anybody"]);
    let channel = Channel::remote_over(&served.grpc, &anybody.tls).unwrap();
    assert_eq!(ask(&channel, message("roses")).await.unwrap(), "roses");
    let channel = Channel::remote_over(&served.grpc, &Party::nameless(&authority).tls).unwrap();
    is_an_outage(&ask(&channel, message("")).await.unwrap_err());
}

#[test]
fn a_url_with_tls_is_refused_where_nobody_is_believed() {
    let refusal = Channel::remote("https://flowers:50051").err().unwrap().to_string();
    assert!(refusal.contains("GUILDHALL_UPSTREAM_CA_PATH"), "{refusal}");
    assert!(Channel::remote("ftp://flowers").is_err());
}

#[test]
fn files_that_do_not_fit_are_refused_at_the_start_in_words() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let (one, other) = (authority.issue(&["one"]), authority.issue(&["other"]));
    put(&place("one.crt"), &one.certificate_pem());
    put(&place("one.key"), &one.key_pem());
    put(&place("other.key"), &other.key_pem());
    put(&place("nothing"), "");
    for (certificate, key, words) in [
        ("one.crt", "other.key", "the key is not the one"),
        ("one.crt", "nothing", "no private key"),
        ("nothing", "one.key", "no certificate"),
        ("one.key", "one.key", "no certificate"),
        ("missing", "one.key", "No such file"),
    ] {
        let own = Some(OwnCertificate { certificate: place(certificate), key: place(key) });
        let refusal = Tls::open(TlsSettings { own, ..TlsSettings::default() }).err().unwrap().to_string();
        assert!(refusal.contains(words) && !refusal.contains("BEGIN"), "{certificate}, {key}: {refusal}");
    }
}
